"""The inside of a run: records, budgets, limits, threads and Ray."""
