"""The note in which the owner of an index tells other processes how to reach it."""

from __future__ import annotations

import json
import logging
import os
import secrets
import socket
import tempfile
from pathlib import Path

from store.index.damaged_files import remove_file_or_folder

log = logging.getLogger(__name__)

ANSWER_SECONDS = 2.0
"""Seconds in which an owner that lives says its first word to a caller."""


class Note:
    """File that tells other processes the owner's address.

    If it cannot be written, such as on a full disk, they find the owner busy.
    """

    def __init__(self, path: Path, content: dict[str, str]) -> None:
        self.path, self.content, self.is_told = path, content, False

    def renew(self) -> None:
        """Rewrites the note if it is missing or wrong; logs a failure once."""
        if read_owner_note(self.path) == self.content:
            return
        try:
            remove_file_or_folder(self.path)
            with os.fdopen(os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                json.dump(self.content, file)
            self.is_told = False
        except OSError as error:
            if not self.is_told:
                log.warning(
                    "%s cannot be written (%s): other commands do not reach this one.", self.path, error.strerror
                )
            self.is_told = True


def new_address(note: Path) -> str:
    """Returns a path for the socket, in the temporary folder.

    The path of the data folder may be too long for a socket. Removes the socket that a killed owner left. A socket with
    a listener stays: it belongs to another data folder, of which this one is a copy with its note.
    """
    if (left := read_owner_note(note)) and is_left(Path(left["address"])):
        Path(left["address"]).unlink(missing_ok=True)
    return str(Path(tempfile.gettempdir()) / f"index-{secrets.token_hex(8)}.sock")


def is_left(address: Path) -> bool:
    """Checks that a socket exists and no process listens on it."""
    if not address.is_socket():
        return False
    with socket.socket(socket.AF_UNIX) as caller:
        caller.settimeout(ANSWER_SECONDS)
        try:
            caller.connect(str(address))
        except ConnectionRefusedError:
            return True
        except OSError:
            return False
    return False


def read_owner_note(note: Path) -> dict[str, str] | None:
    """Returns the owner's `address`, `key` in hexadecimal digits, and `protocol`.

    `protocol`: "" in the notes of versions that did not say it.
    None if the note is missing, incomplete or damaged.
    """
    try:
        content = json.loads(note.read_text())
        return {
            "address": str(content["address"]),
            "key": bytes.fromhex(content["key"]).hex(),
            "protocol": str(content.get("protocol", "")),
        }
    except (OSError, ValueError, LookupError, TypeError):
        return None
