"""Dates and periods in running text, resolved against the day of publication."""
