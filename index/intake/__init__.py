"""Files and requests -> drafts: clean articles with their raw input and what was removed."""
