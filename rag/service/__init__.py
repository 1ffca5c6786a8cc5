"""The open service: its parts put together, its data folder, its conversations, its background work."""
