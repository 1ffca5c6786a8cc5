"""Attacks on the answers: a language model that lies, and orders to it hidden in articles and questions."""
