"""Records of the staff: sessions, audit log, announcements, curated answers, knowledge gaps."""
