"""MCP server over HTTP and stdio: ask, search and read documents."""
