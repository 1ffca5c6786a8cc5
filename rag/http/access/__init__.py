"""Authorization over HTTP: API keys, scopes and rate limits, checks of Host and Origin, security headers."""
