"""Problems that prevent publishing a file."""

from __future__ import annotations

from errno import EDQUOT, ENOSPC

from ingest.uploads.trash import NotInTrashError
from store.documents import UnreadableFileError


class DecisionNotNotedError(Exception):
    """The audit entry cannot be written now, so the action is not done."""


class ConflictChangedError(Exception):
    """The file now conflicts with another document than the person has seen."""


def trouble_of(error: Exception) -> str:
    """Key of the problem."""
    if isinstance(error, DecisionNotNotedError):
        return "not_noted"
    if isinstance(error, NotInTrashError):
        return "old_gone"
    if isinstance(error, UnreadableFileError):
        return "details"
    if isinstance(error, OSError):
        return "disk" if error.errno in (ENOSPC, EDQUOT) else "forbidden"
    return "unforeseen"
