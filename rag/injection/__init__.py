"""Prompt injection in articles: detected, hidden from language models, never quoted."""
