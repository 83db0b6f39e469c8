"""Simulated users, and conversations with them."""
