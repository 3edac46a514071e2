"""Effects of faults and attacks: killed processes, floods."""
