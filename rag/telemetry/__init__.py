"""Logs, metrics and traces, none of which holds a question."""
