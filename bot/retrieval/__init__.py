"""From a query to ranked passages and snippets, and whether they answer."""
