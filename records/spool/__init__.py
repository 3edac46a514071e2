"""Spool: records that wait for their database."""
