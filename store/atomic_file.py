"""Atomic file writes: readers see the old or the new content, also after a crash."""

from __future__ import annotations

import os
import shutil
from pathlib import Path


def replace(path: Path, data: bytes) -> None:
    """Replaces a file's content atomically and keeps its permissions.

    Raises OSError if it cannot be written; the file is then unchanged.
    """
    part = path.with_name(path.name + ".part")
    try:
        with part.open("wb") as file:
            file.write(data)
            file.flush()
            # the data must be on the disk before the rename, or a crash could leave an empty file
            os.fsync(file.fileno())
        if path.exists():
            shutil.copymode(path, part)
        part.replace(path)
    except OSError:
        part.unlink(missing_ok=True)
        raise


def copy(file: Path, to: Path) -> None:
    """Copies a file and waits until it is on the disk.

    Raises OSError if one cannot be read or the other cannot be written.
    """
    with file.open("rb") as source, to.open("wb") as target:
        shutil.copyfileobj(source, target, 1 << 20)
        target.flush()
        os.fsync(target.fileno())
