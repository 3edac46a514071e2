"""A text of the records kept in a file as well, for the time in which the records are away."""

from __future__ import annotations

import logging
import os
from pathlib import Path

log = logging.getLogger(__name__)


class Mirror:
    """A file that holds the text; it is not there while the text is empty."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def text(self) -> str:
        """What was kept last; a space where that cannot be read, for something was kept."""
        try:
            return self.path.read_text(encoding="utf-8")
        except FileNotFoundError:
            return ""
        except (OSError, UnicodeDecodeError) as error:
            log.error("%s cannot be read (%s). Remove it once the service is switched on again.", self.path, error)
            return " "

    def keep(self, text: str) -> None:
        """Keeps a text at one moment, readable by this user alone. What goes wrong is logged: the records have it."""
        try:
            if not text:
                self.path.unlink(missing_ok=True)
            elif text != self.text():
                self.write(text)
        except OSError as error:
            log.error("%s cannot be written (%s).", self.path, error.strerror)

    def write(self, text: str) -> None:
        part = self.path.with_name(f".{self.path.name}.{os.getpid()}")
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
            file.write(text)
        part.replace(self.path)
