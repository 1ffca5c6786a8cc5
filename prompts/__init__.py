"""The words the service itself says, as versioned templates, and the one loader of them."""
