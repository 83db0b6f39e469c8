"""Implicit user profiles: files, rendering, extraction from logs, sampling."""
