"""MCP server: other programs ask, search and read, over HTTP and over standard input and output."""
