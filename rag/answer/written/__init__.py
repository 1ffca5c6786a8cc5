"""Answers in the words of a language model, cut into sentences that are each checked."""
