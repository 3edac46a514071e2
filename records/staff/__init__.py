"""Records of the staff, such as sessions, audit log and curated answers."""
