"""From raw news to searchable passages: intake, language, chunks, vectors, terms, and the store that is the truth."""
