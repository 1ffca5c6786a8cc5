"""The truth: articles, chunks and vectors in SQLite, under a rising sequence number."""
