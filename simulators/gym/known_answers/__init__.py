"""Questions whose right answer follows from the persona: no judge is asked."""
