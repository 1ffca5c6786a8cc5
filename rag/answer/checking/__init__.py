"""Whether a sentence that a language model wrote says what the passages say: `support` decides, the rest compares."""
