"""Being logged in: for how long, where else, and what was typed when it ended (SECURITY 2.8)."""
