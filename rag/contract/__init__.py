"""The wire shapes: what requests and responses over HTTP, MCP and Slack consist of."""
