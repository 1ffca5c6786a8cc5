"""Stories: articles about one event stand together, derived from the store as it changes."""
