"""Answers to questions about a matter as a whole: overviews, lists, timelines and comparisons, in quoted sentences."""
