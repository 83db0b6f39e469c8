"""Persona files: find, read, check and split them."""
