"""How fast it is: each benchmark compares in one run, in turn, and shows ratios and medians."""
