"""Where files lie between being sent and being put into the folder: `incoming/` in the data folder.

Whether a file may be put into the folder without anybody's decision is a fact that lies beside it: the empty file FREE.
It is taken away for good as soon as something speaks against that, and before the file is put anywhere. So whatever
happens to the folder meanwhile, and whenever the program is killed, a file that had to wait goes on waiting. Files that
were sent before this was noted have none.
"""

from __future__ import annotations

import json
import logging
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

from ingest.uploads.conflicts import Clash
from ingest.uploads.file_names import Refused
from store import folder
from store.atomic_file import replace

NOTE = "note.json"
FREE = f"{NOTE}.free"
"""Lies beside a file that may be put into the folder without anybody's decision."""
MOST_FILES = 200
MOST_SIZES = 20
"""How many times the largest file may lie here at once."""
SPARE = 200 << 20
"""Bytes of disk that are left for the index and the records."""


@dataclass(frozen=True)
class Staged:
    """A file that was sent. `id` names its folder, `folder` is where in the knowledge folder it is to go; `met` is the
    document for whose sake it waits, as it was known last; None where it met none or that was not noted."""

    id: str
    name: str
    folder: str
    who: str
    at: datetime = field(default_factory=lambda: datetime.now(UTC))
    met: Clash | None = None


STAGED = TypeAdapter(Staged)

log = logging.getLogger(__name__)


class Staging:
    """The files that lie here. `largest` is how many bytes one may have."""

    def __init__(self, data_dir: Path, largest: int) -> None:
        self.place, self.largest = data_dir / "incoming", largest
        self.receiving: dict[str, int] = {}
        self.lock = Lock()
        self.drop_cut_off()

    def path(self, staged: Staged) -> Path:
        return self.place / staged.id / staged.name

    def check_size(self, size: int) -> None:
        """Raises Refused for an empty or too large file, and `Full` while there is no room for it."""
        if size <= 0:
            raise Refused("empty")
        if size > self.largest:
            raise Refused("large", size=f"{size / 2**20:.0f}", most=self.largest >> 20)
        lying = [folder.size(each) or 0 for each in self.place.glob("*/*") if not each.name.startswith(NOTE)]
        coming = list(self.receiving.values())
        if len(lying) + len(coming) >= MOST_FILES or sum(lying) + sum(coming) + size > MOST_SIZES * self.largest:
            raise Full("full", most=MOST_FILES)
        if shutil.disk_usage(self.place).free < sum(coming) + 2 * size + SPARE:
            raise Refused("disk")

    @contextmanager
    def received(
        self, name: str, folder: str, who: str, size: int, meets: Callable[[], Clash | None] = lambda: None
    ) -> Iterator[tuple[Staged, Path]]:
        """A new file and where to write it. It stays if nothing is raised; what was cut off goes at once. It is free
        unless it `meets` a document by the time it has come."""
        staged = Staged(f"{datetime.now(UTC):%Y%m%dT%H%M%S%f}{token_hex(2)}", name, folder, who)
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
        note = json.dumps(asdict(staged), ensure_ascii=False, default=str)
        replace(self.place / staged.id / NOTE, note.encode())

    def is_free(self, staged: Staged) -> bool:
        """Whether a file may be put into the folder without anybody's decision."""
        return (self.place / staged.id / FREE).is_file()

    def hold(self, staged: Staged, met: Clash | None = None) -> Staged:
        """Makes a file wait for a decision, for good; `met` is the document for whose sake. Raises OSError where that
        is not possible; a full disk does not keep it from being held."""
        (self.place / staged.id / FREE).unlink(missing_ok=True)
        if met is None or met == staged.met:
            return staged
        staged = changed(staged, met=met)
        try:
            self.write(staged)
        except OSError as error:
            log.warning("What %s met could not be noted: %s", staged.name, error)
        return staged

    def discard(self, staged_id: str) -> None:
        shutil.rmtree(self.place / staged_id, ignore_errors=True)

    def all(self) -> list[Staged]:
        """What lies here until somebody decides on it, the oldest first; none is dropped by itself."""
        found = filter(None, map(self.read_note, sorted(self.place.glob(f"*/{NOTE}"))))
        return [staged for staged in found if self.path(staged).is_file()]

    def read_note(self, note: Path) -> Staged | None:
        """What a note says; None where it has gone meanwhile. One that cannot be read is written anew: its file waits
        for a decision, with nothing known but its name."""
        try:
            return STAGED.validate_json(note.read_bytes())
        except OSError:
            return None
        except ValidationError as error:
            names = [each.name for each in note.parent.iterdir() if not each.name.startswith(NOTE)]
            if not names:
                return None
            log.warning("%s cannot be read, so %s waits for a decision: %s", note, names[0], error)
            mended = self.hold(Staged(note.parent.name, names[0], "", ""))
            with suppress(OSError):
                self.write(mended)
            return mended

    def drop_cut_off(self) -> None:
        """Drops what the last run of the program did not receive to its end."""
        self.place.mkdir(parents=True, exist_ok=True)
        for each in self.place.iterdir():
            if not (each / NOTE).is_file():
                shutil.rmtree(each, ignore_errors=True)


class Full(Refused):
    """There is no room at the moment; there will be when those before are read or decided on."""
