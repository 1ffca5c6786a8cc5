"""Questions that the service proposes: each is made of names in the articles, and tried before it is shown."""
