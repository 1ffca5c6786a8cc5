"""Text in articles that gives orders to language models: found, hidden from models, never quoted."""
