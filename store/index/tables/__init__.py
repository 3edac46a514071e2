"""Tables of the catalog: their rows, in statements that both databases understand."""
