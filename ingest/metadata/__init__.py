"""Metadata of a document: written by the staff, else read from its text."""

from ingest.metadata.document_metadata import RULES, read_metadata

__all__ = ["RULES", "read_metadata"]
