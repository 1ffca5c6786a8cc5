"""The passages for a question: retrieval, fusion, late interaction, near-duplicates, the country asked about."""
