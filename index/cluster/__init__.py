"""The derived index in Milvus, for archives past one machine; needs the extra `cluster`."""
