"""Converts legacy formats (DOC, WPS, XLS, PPT, OFD) if LibreOffice is installed."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from store.documents import UnreadableFileError
from text.messages import Message, message

PROGRAMS = ("soffice", "libreoffice")
CONVERT_SECONDS = 120


@contextmanager
def open_converted(path: Path, old: str, new: str) -> Iterator[Path]:
    """Converts a file from the format `old` to the format `new`, during the context.

    Raises UnreadableFileError if LibreOffice is missing, fails or takes more than two minutes.
    """
    remedy = message("file.convert", program=message(f"program{new}"), new=new)
    program = next(filter(None, map(shutil.which, PROGRAMS)), None)
    if program is None:
        raise UnreadableFileError(message("file.old_format", old=old), remedy)
    with TemporaryDirectory() as folder:
        original = Path(folder) / f"original{old}"
        shutil.copyfile(path, original)
        convert(program, original, new, remedy)
        yield original.with_suffix(new)


def convert(program: str, original: Path, new: str, remedy: Message) -> None:
    """Runs LibreOffice with a separate profile.

    Otherwise an open LibreOffice would take over the job, and it would fail.
    Raises UnreadableFileError with `remedy` if it fails or takes too long.
    """
    profile = f"-env:UserInstallation={(original.parent / 'profile').as_uri()}"
    command = [program, profile, "--headless", "--norestore", "--convert-to", new[1:], "--outdir", str(original.parent)]
    try:
        subprocess.run([*command, str(original)], capture_output=True, timeout=CONVERT_SECONDS, check=False)
    except subprocess.TimeoutExpired:
        raise UnreadableFileError(message("file.conversion_took_too_long", seconds=CONVERT_SECONDS), remedy) from None
    if not original.with_suffix(new).is_file():
        raise UnreadableFileError(message("file.conversion_failed"), remedy)
