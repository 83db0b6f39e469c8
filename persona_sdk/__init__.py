"""Role-play characters that stay true to who they are."""
