"""Browsing what there is: articles, what they hold, what they name."""
