"""Who may do what over HTTP: keys, scopes, rates, and what browsers are told."""
