"""Measurements of single parts, each a module that is run by its name."""
