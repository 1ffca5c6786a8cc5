"""From raw news to searchable passages: intake, language, chunks, vectors, the store, and indexes derived from it."""
