"""The HTTP server: routes, errors, limits, and how it starts and stops."""
