"""Copy of a stored text in a file, for times when the database is unavailable."""

from __future__ import annotations

import logging
import os
import secrets
from pathlib import Path

log = logging.getLogger(__name__)


class FileMirror:
    """File with the text; it does not exist while the text is empty."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def text(self) -> str:
        """Last stored text; "" without a file.

        Returns " " if the file exists but cannot be read.
        """
        try:
            return self.path.read_text(encoding="utf-8")
        except FileNotFoundError:
            return ""
        except (OSError, UnicodeDecodeError) as error:
            log.error("%s cannot be read (%s). Remove it once the service is switched on again.", self.path, error)
            return " "

    def keep(self, text: str) -> None:
        """Stores a text atomically, readable by this user only.

        Errors are only logged: the database has the text.
        """
        try:
            if not text:
                self.path.unlink(missing_ok=True)
            elif text != self.text():
                self.write(text)
        except OSError as error:
            log.error("%s cannot be written (%s).", self.path, error.strerror)

    def write(self, text: str) -> None:
        """Writes a text to a new file, which then takes the place of the old one."""
        part = self.path.with_name(f".{self.path.name}.{secrets.token_hex(8)}")  # in containers all have one number
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
            file.write(text)
        part.replace(self.path)
