"""Errors of the records."""

from __future__ import annotations

from text.messages import MessageError


class RecordsUnavailableError(MessageError):
    """The database is locked, unreachable or full.

    Code that answers a person catches this and continues.
    The message contains neither password nor content.
    """


class RecordRefusedError(RecordsUnavailableError):
    """The database is available and will never accept this record."""


class SpoolFullError(RecordsUnavailableError):
    """The database is unavailable, and the spool of waiting records is full."""


class UnknownRecordError(MessageError):
    """No exchange or request with this id is stored (any more)."""


class NameTakenError(Exception):
    """Another account has this name or this e-mail address."""
