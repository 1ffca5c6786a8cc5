"""Stories and timelines of a client."""
