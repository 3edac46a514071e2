"""What whoever operates the service needs: its log, its health, its word to systemd."""
