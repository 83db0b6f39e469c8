"""What simulated users tell, when they leave, and what counts as a slip."""
