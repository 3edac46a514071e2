"""What faults and strangers cost: killed processes, floods."""
