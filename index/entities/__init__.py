"""What browsing reads, derived from the store: the names that each article gives, and its words."""
