"""One client of a service, in this process or over HTTP."""
