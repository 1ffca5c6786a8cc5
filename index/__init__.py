"""From raw news to searchable passages: extraction, chunks, vectors, terms, and the store that is the truth."""
