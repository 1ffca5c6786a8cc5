"""From a question to a cited answer, and the doors that questions come in by."""
