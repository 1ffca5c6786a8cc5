"""A question understood: diacritics, language, kind, period, and follow-ups made whole."""
