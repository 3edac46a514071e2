"""Progress of a sync on the command line."""

from __future__ import annotations

import sys

from ingest.sync.progress import Progress
from ingest.watcher import WatchedLibrary


class Display:
    """Shows the progress of a sync on standard error, in one line on a terminal."""

    def __init__(self, library: WatchedLibrary) -> None:
        self.library, self.shown = library, ""

    def note(self, progress: Progress) -> None:
        """Stores the progress, and shows it if standard error is a terminal."""
        self.library.latest = progress
        line = describe(progress)
        if line != self.shown and sys.stderr.isatty():
            print(f"\r\033[K{line}", end="" if progress.stage != "ready" else "\n", file=sys.stderr, flush=True)
            self.shown = line


def describe(progress: Progress) -> str:
    """Returns the progress on one line, with the seconds left if they are known."""
    if progress.stage == "reading":
        return f"reading {progress.files_done} of {progress.files} files"
    left = f", {progress.seconds_left:.0f} s left" if progress.seconds_left else ""
    return f"{progress.stage}: {progress.chunks_done} of {progress.chunks} chunks{left}"
