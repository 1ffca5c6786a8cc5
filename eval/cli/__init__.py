"""`hoidap eval`: its commands."""
