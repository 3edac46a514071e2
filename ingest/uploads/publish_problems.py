"""What stands in the way of putting a file into the folder."""

from __future__ import annotations

from errno import EDQUOT, ENOSPC

from ingest.uploads.trash import Gone
from store.documents import Unreadable


class NotNoted(Exception):
    """What is to be done cannot be noted at the moment, so it is not done."""


def trouble_of(error: Exception) -> str:
    """The key of what stands in the way."""
    if isinstance(error, NotNoted):
        return "not_noted"
    if isinstance(error, Gone):
        return "old_gone"
    if isinstance(error, Unreadable):
        return "details"
    if isinstance(error, OSError):
        return "disk" if error.errno in (ENOSPC, EDQUOT) else "forbidden"
    return "unforeseen"
