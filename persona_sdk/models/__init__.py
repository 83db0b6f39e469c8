"""Chat models: one file an engine."""
