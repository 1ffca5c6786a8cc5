"""Topics and briefings, as every door asks for them."""
