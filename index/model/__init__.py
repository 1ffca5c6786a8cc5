"""The embedding model: unpacked, loaded, and run on a thread of its own."""
