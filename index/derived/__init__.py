"""Indexes derived from the store, which can be made again: FAISS and lexical, in checked generations."""
