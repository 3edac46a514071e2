"""Writes files so that who reads meanwhile, and who starts after a crash, finds the old one or the new one, whole."""

from __future__ import annotations

import os
import shutil
from pathlib import Path


def replace(path: Path, data: bytes) -> None:
    """Puts bytes into a file at one moment; it keeps its rights. Raises OSError, and then it is as it was."""
    part = path.with_name(path.name + ".part")
    try:
        with part.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if path.exists():
            shutil.copymode(path, part)
        part.replace(path)
    except OSError:
        part.unlink(missing_ok=True)
        raise


def copy(file: Path, to: Path) -> None:
    """Copies a file and waits until the disk has it. Raises OSError."""
    with file.open("rb") as source, to.open("wb") as target:
        shutil.copyfileobj(source, target, 1 << 20)
        target.flush()
        os.fsync(target.fileno())
