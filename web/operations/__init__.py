"""Operation of the service: log, health and systemd."""
