"""Whether the passages support a sentence of a language model: `support` decides, the other modules compare."""
