"""Measurements of the two flows: quality and speed, on data that anyone can point it at."""
