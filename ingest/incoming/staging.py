"""Where files lie between being sent and being put into the folder: `incoming/` in the data folder."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from secrets import token_hex
from threading import Lock

from pydantic import TypeAdapter

from ingest.incoming.names import Refused

NOTE = "note.json"
MOST_FILES = 200
MOST_SIZES = 20
"""How many times the largest file may lie here at once."""
SPARE = 200 << 20
"""Bytes of disk that are left for the index and the records."""
KEPT = timedelta(days=7)


@dataclass(frozen=True)
class Staged:
    """A file that was sent. `id` names its folder, `folder` is where in the knowledge folder it is to go."""

    id: str
    name: str
    folder: str
    who: str
    at: datetime = field(default_factory=lambda: datetime.now(UTC))


STAGED = TypeAdapter(Staged)


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
        lying = [each.stat().st_size for each in self.place.glob("*/*") if each.name != NOTE]
        coming = list(self.receiving.values())
        if len(lying) + len(coming) >= MOST_FILES or sum(lying) + sum(coming) + size > MOST_SIZES * self.largest:
            raise Full("full", most=MOST_FILES)
        if shutil.disk_usage(self.place).free < sum(coming) + 2 * size + SPARE:
            raise Refused("disk")

    @contextmanager
    def received(self, name: str, folder: str, who: str, size: int) -> Iterator[tuple[Staged, Path]]:
        """A new file and where to write it. It stays if nothing is raised; what was cut off goes at once."""
        staged = Staged(f"{datetime.now(UTC):%Y%m%dT%H%M%S%f}{token_hex(2)}", name, folder, who)
        with self.lock:
            self.check_size(size)
            self.receiving[staged.id] = size
        try:
            self.path(staged).parent.mkdir(parents=True)
            yield staged, self.path(staged)
            note = json.dumps(asdict(staged), ensure_ascii=False, default=str)
            (self.place / staged.id / NOTE).write_text(note, encoding="utf-8")
        except BaseException:
            self.discard(staged.id)
            raise
        finally:
            self.receiving.pop(staged.id, None)

    def discard(self, staged_id: str) -> None:
        shutil.rmtree(self.place / staged_id, ignore_errors=True)

    def all(self) -> list[Staged]:
        """What lies here, the oldest first. What nobody decided on in KEPT is dropped."""
        found = [STAGED.validate_json(note.read_bytes()) for note in sorted(self.place.glob(f"*/{NOTE}"))]
        for staged in found:
            if datetime.now(UTC) - staged.at > KEPT:
                self.discard(staged.id)
        return [staged for staged in found if self.path(staged).is_file()]

    def drop_cut_off(self) -> None:
        """Drops what the last run of the program did not receive to its end."""
        self.place.mkdir(parents=True, exist_ok=True)
        for each in self.place.iterdir():
            if not (each / NOTE).is_file():
                shutil.rmtree(each, ignore_errors=True)


class Full(Refused):
    """There is no room at the moment; there will be when those before are read or decided on."""
