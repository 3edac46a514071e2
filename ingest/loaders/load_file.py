"""Document loaders: one for each format; a file in, its text as Markdown out."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

from ingest.loaders.formats import COPY_AGAIN, SUFFIXES, read_by_format
from ingest.loaders.sandbox import Limits, run
from settings import Settings
from store.documents import LoadedText, UnreadableFileError
from text.messages import message, system_reason

SHARE_FOR_OCR = 0.8
"""Share of a file's time limit that OCR may use.

OCR stops before the sandbox is killed, so that the pages read so far are kept.
"""


def load(path: Path, source: str, settings: Settings) -> LoadedText:
    """Loads the file at `path` in a sandbox process.

    `source` is its name, whose suffix decides.
    Raises UnreadableFileError if the format is unknown, or the file is empty, damaged, protected or too large.
    Raises UnreadableFileError, too, if reading exceeds the limits of time or memory in the settings.
    """
    suffix = PurePosixPath(source).suffix.lower()
    if suffix not in SUFFIXES:
        known = ", ".join(sorted(suffix[1:] for suffix in SUFFIXES))
        named = message("file.unknown_format", suffix=suffix or message("file.no_suffix"))
        raise UnreadableFileError(named, message("file.save_as", known=known))
    check_size(path, settings.file_megabytes)
    limits = Limits(settings.read_seconds, settings.read_megabytes)
    return run(read_by_format, (path, suffix, settings.ocr == "on", SHARE_FOR_OCR * limits.seconds), limits)


def check_size(path: Path, megabytes: int) -> None:
    """Checks the size of a file.

    Raises UnreadableFileError if it is empty, larger than `megabytes` or cannot be opened.
    """
    try:
        size = path.stat().st_size
    except OSError as error:
        reason = message("file.not_opened", error=system_reason(error))
        raise UnreadableFileError(reason, message("file.check_rights")) from None
    if size == 0:
        raise UnreadableFileError(message("file.no_bytes"), COPY_AGAIN)
    if size > megabytes << 20:
        reason = message("file.too_large", size=f"{size / 2**20:.0f}", most=megabytes)
        raise UnreadableFileError(reason, message("file.make_smaller"))
