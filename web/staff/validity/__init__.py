"""Deadlines and calendar."""
