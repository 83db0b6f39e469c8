"""Speed, side by side with what a user would pick instead; run with `python -m benchmarks`."""
