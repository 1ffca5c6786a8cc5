"""Questions that the service proposes: each is made from a sentence that answers it, and tried before it is shown."""
