"""Passages -> an answer: sentences chosen, cited and checked, a confidence, and abstention."""
