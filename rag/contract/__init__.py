"""The wire shapes: what requests and responses of every door consist of, and the kinds of problems."""
