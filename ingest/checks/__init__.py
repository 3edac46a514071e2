"""Checks of the knowledge folder, such as metadata, contacts and deadlines."""

from ingest.checks.all_checks import check_documents
from ingest.checks.contacts import check_offices
from ingest.checks.problem import Problem, of_reading

__all__ = ["Problem", "check_documents", "check_offices", "of_reading"]
