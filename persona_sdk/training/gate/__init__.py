"""The gate: is a tuned model better than what it would replace? Measured apart from decided."""
