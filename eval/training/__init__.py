"""Making the reader's weights: pairs are drawn, the upper layers trained, the result measured and described."""
