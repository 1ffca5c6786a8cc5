"""Issues of briefings on their way: when they are due, over which channels, and that each arrives once."""
