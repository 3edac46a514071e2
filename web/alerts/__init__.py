"""Alerts to the staff, by e-mail and to a chat group."""
