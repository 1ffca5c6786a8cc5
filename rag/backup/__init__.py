"""Backups of a data folder while it is served, and their restoration."""
