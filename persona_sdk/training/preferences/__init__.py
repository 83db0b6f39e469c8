"""Preference pairs out of what a guard said of drafts: sampled, chosen, matched, split, written."""
