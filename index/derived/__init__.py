"""What is made from the store and can be thrown away: FAISS and lexical indexes, in checked generations."""
