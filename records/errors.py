"""What can go wrong with the records, each with its own name."""

from __future__ import annotations


class RecordsUnavailable(Exception):
    """The database is locked, away or full. Whoever answers a person catches this and goes on.

    The message names neither password nor content.
    """


class RecordRefused(RecordsUnavailable):
    """The database is there and will never take this one record, however often it is tried."""


class SpoolFull(RecordsUnavailable):
    """The database is away, and so many records wait for it that no more are taken."""


class Unknown(Exception):
    """No exchange or request with that id is kept (any more)."""
