"""Diacritics put back into text that was typed without them, from the archive's own text."""
