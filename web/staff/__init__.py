"""The room for staff: the pages behind a login with which the center keeps the knowledge right."""
