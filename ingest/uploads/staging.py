"""Staging area: `incoming/` in the data folder, with uploads before publication.

The empty file FREE beside an upload says that it may be published without a decision.
It is deleted for good as soon as something conflicts, and before the file is copied anywhere. So a file that had to
wait keeps waiting, whatever happens to the folder and whenever the program is killed.
Uploads from before this rule have no such file.
"""

from __future__ import annotations

import json
import logging
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from dataclasses import replace as changed
from datetime import UTC, datetime
from pathlib import Path
from secrets import token_hex
from threading import Lock

from pydantic import TypeAdapter, ValidationError

from ingest.uploads.conflicts import Conflict
from ingest.uploads.file_names import UploadRefusedError
from store import folder
from store.atomic_file import replace

PLACE = "incoming"
NOTE = "note.json"
FREE = f"{NOTE}.free"
"""File beside an upload that may be published without a decision."""
WAITS = f"{NOTE}.waits"
"""File beside an upload that was read and waits for a decision: so other processes know."""
MOST_FILES = 200
MOST_SIZES = 20
"""Limit of the staging area, as a multiple of the largest allowed file."""
SPARE = 200 << 20
"""Bytes of disk that are left for the index and the records."""


@dataclass(frozen=True)
class Staged:
    """An uploaded file.

    `id`: name of its folder in the staging area.
    `folder`: its folder in the knowledge folder.
    `met`: last known conflict; None without one, or if it was not recorded.
    `returned`, `returned_by`: why an approver gave it back to `who`, and the approver; "" while it waits for approval.
    `handed_in`: the log says that it was handed in; of an older note, that it was marked to wait.
    """

    id: str
    name: str
    folder: str
    who: str
    at: datetime = field(default_factory=lambda: datetime.now(UTC))
    met: Conflict | None = None
    returned: str = ""
    returned_by: str = ""
    handed_in: bool | None = None


STAGED = TypeAdapter(Staged)

log = logging.getLogger(__name__)


class Staging:
    """The staging area. `largest` is the maximum size of a file in bytes."""

    def __init__(self, data_dir: Path, largest: int) -> None:
        self.place, self.largest = data_dir / PLACE, largest
        self.receiving: dict[str, int] = {}
        self.lock = Lock()
        self.drop_cut_off()

    def path(self, staged: Staged) -> Path:
        """Returns the path of an uploaded file in the staging area."""
        return self.place / staged.id / staged.name

    def check_size(self, size: int) -> None:
        """Checks the size of a file, and the room for it.

        Raises UploadRefusedError for an empty or too large file or a full disk, and StagingFullError for a full area.
        """
        if size <= 0:
            raise UploadRefusedError("empty")
        if size > self.largest:
            raise UploadRefusedError("large", size=f"{size / 2**20:.0f}", most=self.largest >> 20)
        lying = self.sizes()
        coming = list(self.receiving.values())
        if len(lying) + len(coming) >= MOST_FILES or sum(lying) + sum(coming) + size > MOST_SIZES * self.largest:
            raise StagingFullError("full", most=MOST_FILES)
        if shutil.disk_usage(self.place).free < sum(coming) + 2 * size + SPARE:
            raise UploadRefusedError("disk")

    def sizes(self) -> list[int]:
        """Sizes of the staged files in bytes, without notes."""
        # os.walk skips a folder that has gone, Path.glob raises
        paths = (Path(place, name) for place, _, names in os.walk(self.place) for name in names)
        return [folder.size(each) or 0 for each in paths if not each.name.startswith(NOTE)]

    @contextmanager
    def receive(
        self, name: str, folder: str, who: str, size: int, meets: Callable[[], Conflict | None] = lambda: None
    ) -> Iterator[tuple[Staged, Path]]:
        """New upload and the path to write it to.

        It stays unless the block raises; an interrupted upload is deleted at once.
        It is free if it `meets` no document when it is complete.
        """
        staged = Staged(f"{datetime.now(UTC):%Y%m%dT%H%M%S%f}{token_hex(2)}", name, folder, who, handed_in=False)
        with self.lock:
            self.check_size(size)
            self.receiving[staged.id] = size
        try:
            self.path(staged).parent.mkdir(parents=True)
            yield staged, self.path(staged)
            met = meets()
            if met is None:
                replace(self.place / staged.id / FREE, b"")
            self.write(changed(staged, met=met))
        except BaseException:
            self.discard(staged.id)
            raise
        finally:
            self.receiving.pop(staged.id, None)

    def write(self, staged: Staged) -> None:
        """Writes the note of an upload atomically."""
        note = json.dumps(asdict(staged), ensure_ascii=False, default=str)
        replace(self.place / staged.id / NOTE, note.encode())

    def is_free(self, staged: Staged) -> bool:
        """True if a file may be published without a decision."""
        return (self.place / staged.id / FREE).is_file()

    def hold(self, staged: Staged, met: Conflict | None = None) -> Staged:
        """Makes a file wait for a decision, for good. `met` is its conflict.

        Raises OSError if that is not possible. It is possible on a full disk.
        """
        (self.place / staged.id / FREE).unlink(missing_ok=True)
        if met is None or met == staged.met:
            return staged
        staged = changed(staged, met=met)
        try:
            self.write(staged)
        except OSError as error:
            log.warning("The state of %s could not be saved: %s", staged.name, error)
        return staged

    def mark_waiting(self, staged: Staged, waits: bool) -> None:
        """Marks an upload that waits for a decision, or takes the mark off."""
        mark = self.place / staged.id / WAITS
        try:
            if not waits:
                mark.unlink(missing_ok=True)
            elif mark.parent.is_dir() and not mark.is_file():
                mark.touch()
        except OSError as error:  # alerts about it come later
            log.warning("The mark of %s could not be changed: %s", staged.name, error)

    def exchange(self, returned: Staged, fresh: Staged) -> Staged:
        """Makes a received file that of a returned upload.

        Raises OSError if it cannot be moved or noted.
        """
        staged = changed(returned, name=fresh.name, folder=fresh.folder, met=fresh.met or returned.met)
        staged = changed(staged, returned="", returned_by="", handed_in=False)
        folder.corrections(self.path(returned)).unlink(missing_ok=True)  # they are of the earlier file
        self.path(fresh).replace(self.path(staged))
        self.write(staged)
        if staged.name != returned.name:
            self.path(returned).unlink(missing_ok=True)
            with suppress(FileNotFoundError):  # details that its author filled in
                folder.sidecar(self.path(returned)).replace(folder.sidecar(self.path(staged)))
        self.discard(fresh.id)
        self.mark_waiting(staged, False)  # what is handed in instead has not waited yet
        return staged

    def discard(self, staged_id: str) -> None:
        """Deletes an upload with its note; a failure is ignored."""
        shutil.rmtree(self.place / staged_id, ignore_errors=True)

    def read_all(self) -> list[Staged]:
        """Uploads that wait, oldest first; none is dropped without a decision."""
        found = filter(None, map(self.read_note, sorted(self.place.glob(f"*/{NOTE}"))))
        return [staged for staged in found if self.path(staged).is_file()]

    def with_conflict(self, staged: Staged) -> Staged:
        """An upload with the conflict that was noted when it was complete."""
        return self.read_note(self.place / staged.id / NOTE) or staged

    def read_note(self, note: Path) -> Staged | None:
        """Reads the note of an upload.

        A damaged note is rewritten: its file waits for a decision, and only its name is known.
        None if note or file is gone meanwhile.
        """
        try:
            staged = STAGED.validate_json(note.read_bytes())
            is_waiting = note.with_name(WAITS).is_file()
            return staged if staged.handed_in is not None else changed(staged, handed_in=is_waiting)
        except OSError:
            return None
        except ValidationError as error:
            files = [each for each in note.parent.iterdir() if not each.name.startswith(NOTE)]
            beside = {each for file in files for each in folder.with_sidecars(file)[1:]}
            names = [each.name for each in files if each not in beside]
            if not names:
                return None
            log.warning("%s cannot be read, so %s waits for a decision: %s", note, names[0], error)
            mended = self.hold(Staged(note.parent.name, names[0], "", "", handed_in=note.with_name(WAITS).is_file()))
            with suppress(OSError):
                self.write(mended)
            return mended

    def drop_cut_off(self) -> None:
        """Deletes uploads that the last run did not receive completely."""
        self.place.mkdir(parents=True, exist_ok=True)
        for each in self.place.iterdir():
            if not (each / NOTE).is_file():
                shutil.rmtree(each, ignore_errors=True)


def read_waiting(data_dir: Path) -> list[Staged]:
    """Uploads that wait for a decision, oldest first, as other processes read them.

    Opening the staging area there would delete what is being received. Those with a damaged note are left out.
    """
    found = []
    for mark in sorted((data_dir / PLACE).glob(f"*/{WAITS}")):
        with suppress(OSError, ValidationError):
            found.append(STAGED.validate_json((mark.parent / NOTE).read_bytes()))
    return found


class StagingFullError(UploadRefusedError):
    """There is no room now; there will be when earlier files are read or decided on."""
