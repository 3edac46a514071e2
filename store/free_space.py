"""Checks free disk space before a write, so that no write is cut off."""

from __future__ import annotations

import errno
import os
import shutil
from contextlib import suppress
from pathlib import Path

from text.messages import Message, message

RESERVE = 50 << 20
"""Bytes that stay free on a disk of ordinary size.

SQLite writes its log beside the data that it commits.
"""
RESERVE_SHARE = 0.1
"""Share of a small disk that stays free, if that is less than RESERVE."""


class DiskFullError(OSError):
    """The disk has too little space.

    It is an OSError, so that handlers for a full disk catch it too.
    """

    def __init__(self, message: Message) -> None:
        super().__init__(errno.ENOSPC, os.strerror(errno.ENOSPC))
        self.message = message

    def __str__(self) -> str:
        return str(self.message)

    def __reduce__(self) -> tuple[type[DiskFullError], tuple[Message]]:
        return DiskFullError, (self.message,)  # as an OSError it would be made of a number and a text


def require_free_space(folder: Path, needed: int) -> None:
    """Raises DiskFullError if writing `needed` bytes would use up the reserve."""
    usage = shutil.disk_usage(folder)
    reserve = min(RESERVE, int(RESERVE_SHARE * usage.total))
    if usage.free < needed + reserve:
        room = {"free": megabytes(usage.free), "needed": megabytes(needed + reserve)}
        raise DiskFullError(message("disk.full", **room))


def full_disk(folder: Path) -> DiskFullError:
    """Error for a write that found the disk full, even if it has space again by now."""
    with suppress(OSError):
        try:
            require_free_space(folder, 0)
        except DiskFullError as error:
            return error
    return DiskFullError(message("disk.was_full"))


def has_room(folder: Path, needed: int = 0) -> bool:
    """True if `needed` bytes can be written and the reserve stays free."""
    try:
        require_free_space(folder, needed)
    except DiskFullError:
        return False
    return True


def megabytes(size: int) -> str:
    """Returns a size in bytes as a whole number of megabytes (2**20), for a message."""
    return f"{size / 2**20:.0f}"
