"""A run over a suite: made, resumed, compared, judged."""
