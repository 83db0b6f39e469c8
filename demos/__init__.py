"""Small programs that show the SDK at work."""
