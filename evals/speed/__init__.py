"""Speed benchmarks: each compares alternating runs, with ratios and medians."""
