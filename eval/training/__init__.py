"""Making the reader's weights."""
