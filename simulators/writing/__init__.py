"""How simulated users word what they say, and how they are made to sound like themselves."""
