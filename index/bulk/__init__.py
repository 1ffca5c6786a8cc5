"""A large archive in shards, embedded by many processes or machines; each step goes on where it was stopped."""
