"""The Model Context Protocol: asking, searching and reading as tools of a language model."""
