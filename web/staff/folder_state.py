"""State of the knowledge folder as a whole: there, or gone with all its files."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from fastapi import HTTPException

from store import folder
from store.folder import FolderUnreadableError
from text.messages import NOTHING, Message
from web.staff.context import StaffContext

AWAY = frozenset({"folder.not_a_folder", "folder.not_read", "folder.empty"})
"""Reasons of a failed sync after which no document has its file."""


def folder_trouble(room: StaffContext) -> Message:
    """Returns why no document has its file; empty if the folder is there."""
    progress = room.library.latest
    return progress.message if progress.stage == "failed" and progress.message.code in AWAY else NOTHING


def files_of(room: StaffContext) -> Mapping[str, Path]:
    """Returns the files of the documents by source; none while the folder is gone."""
    try:
        return folder.documents(room.settings.knowledge_dir)
    except FolderUnreadableError:
        return {}


def path_of(room: StaffContext, source: str) -> Path:
    """Returns the file of a document in the folder.

    Raises HTTPException 404 if the folder has no such document.
    """
    path = folder.documents(room.settings.knowledge_dir).get(source)
    if path is None:
        raise HTTPException(404)
    return path
