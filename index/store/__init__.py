"""The store: articles, chunks and vectors in SQLite, under a rising sequence number. All else is derived from it."""
