"""Language models that write: behind an OpenAI-compatible endpoint, or in this process."""
