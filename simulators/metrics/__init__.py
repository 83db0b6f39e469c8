"""How human, how true to profile and how diverse simulated users are."""
