"""Converts legacy formats (DOC, WPS, XLS, PPT, OFD) if LibreOffice is installed."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from store.documents import Unreadable

PROGRAMS = ("soffice", "libreoffice")
CONVERT_SECONDS = 120
SAVE_AS = {
    ".docx": "Word or WPS",
    ".xlsx": "Excel or WPS",
    ".pptx": "PowerPoint or WPS",
    ".pdf": "WPS or an OFD reader",
}


@contextmanager
def converted(path: Path, old: str, new: str) -> Iterator[Path]:
    """Converts a file from the format `old` to the format `new`, during the context.

    Raises Unreadable if LibreOffice is missing, fails or takes more than two minutes.
    """
    remedy = f"Open it in {SAVE_AS[new]} and save it as {new}, then copy that file here instead."
    program = next(filter(None, map(shutil.which, PROGRAMS)), None)
    if program is None:
        raise Unreadable(f"{old} is an old format that only LibreOffice converts, and it is not installed.", remedy)
    with TemporaryDirectory() as folder:
        original = Path(folder) / f"original{old}"
        shutil.copyfile(path, original)
        convert(program, original, new, remedy)
        yield original.with_suffix(new)


def convert(program: str, original: Path, new: str, remedy: str) -> None:
    """Runs LibreOffice with a separate profile.

    Otherwise an open LibreOffice would take over the job, and it would fail.
    """
    profile = f"-env:UserInstallation={(original.parent / 'profile').as_uri()}"
    command = [program, profile, "--headless", "--norestore", "--convert-to", new[1:], "--outdir", str(original.parent)]
    try:
        subprocess.run([*command, str(original)], capture_output=True, timeout=CONVERT_SECONDS, check=False)
    except subprocess.TimeoutExpired:
        raise Unreadable(f"LibreOffice took over {CONVERT_SECONDS} seconds to convert it.", remedy) from None
    if not original.with_suffix(new).is_file():
        raise Unreadable("LibreOffice could not convert it.", remedy)
