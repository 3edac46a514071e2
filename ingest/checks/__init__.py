"""Checks of the knowledge folder: metadata, texts, contacts, drafts, duplicates, deadlines."""

from ingest.checks.all_checks import check
from ingest.checks.contacts import check_offices
from ingest.checks.problem import Problem, of_reading

__all__ = ["Problem", "check", "check_offices", "of_reading"]
