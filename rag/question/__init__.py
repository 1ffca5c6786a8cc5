"""A question understood: diacritics, language, kind, period, and follow-ups with what they go on from."""
