"""Mirror: keeps the knowledge folder and a bucket equal, in rounds."""

from __future__ import annotations

import hashlib
import json
import logging
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import TypeVar

from filelock import FileLock

from ingest.bucket.plan import Known, MirrorPlan, is_mirrored, looks_like_a_mishap, plan_round
from ingest.bucket.s3_client import BucketError, BucketFile, S3Client, open_bucket
from settings import Settings
from store import atomic_file, folder
from store.folder import REST_SECONDS
from store.free_space import require_free_space
from text.messages import message

ROUND_SECONDS = 10.0
"""Seconds between two rounds."""
LOCK_SECONDS = 120.0
"""Seconds that a command waits for the round of another process."""
STRANGERS_NAMED = 3

log = logging.getLogger(__name__)

T = TypeVar("T")


class Mirror:
    """Knowledge folder and bucket, with the state of the last round.

    The state is kept in a hidden file of the folder, so that it moves with the folder.
    """

    def __init__(self, bucket: S3Client, settings: Settings) -> None:
        self._bucket, self._folder = bucket, settings.knowledge_dir
        self._most_bytes = settings.file_megabytes << 20
        self._state = settings.knowledge_dir / ".bucket.json"
        self._lock = FileLock(settings.knowledge_dir / ".bucket.lock", timeout=LOCK_SECONDS)
        self._told, self._telling = set[str](), set[str]()

    def watch(self, stop: threading.Event, leads: Callable[[], bool]) -> None:
        """Runs a round now and every ROUND_SECONDS until `stop`, while `leads()` is true."""
        with suppress(BucketError):
            if not self._bucket.keeps_versions():
                self._tell("The bucket keeps no versions, so replaced or removed files are lost. Turn on versioning.")
        while not stop.is_set():
            try:
                if leads():
                    self.run_round()
            except (BucketError, OSError, folder.FolderUnreadableError) as error:
                self._tell(f"The bucket is not mirrored for now. {error}")
            except Exception:  # the watch must outlive whatever goes wrong in one round
                log.exception("The bucket is not mirrored for now. It will be retried automatically.")
            self._told, self._telling = self._telling, set()
            stop.wait(ROUND_SECONDS)

    def run_round(self, allow_removals: bool = False) -> MirrorPlan:
        """Makes both equal once; returns what was to be done.

        Many removals at once wait until `allow_removals`. A file that fails does not stop the others.
        Raises BucketError, FolderUnreadableError and OSError.
        """
        self._folder.mkdir(parents=True, exist_ok=True)
        with self._lock:
            known, here = self._read_last_round(), self._here()
            before = dict(known)
            there = {each.source: each for each in self._bucket.files() if is_mirrored(each.source)}
            if not known:
                self._refuse_strangers(here, there)
            left = self._find_skipped(here, there)
            etags = {source: each.etag for source, each in there.items()}
            plan = plan_round(without(left, etags), without(left, here), without(left, known))
            try:
                self._do(plan, here, there, known, allow_removals)
            finally:
                if known != before or not self._state.exists():
                    kept = {source: asdict(each) for source, each in sorted(known.items())}
                    atomic_file.replace(self._state, json.dumps(kept, ensure_ascii=False).encode())
        return plan

    def _do(
        self,
        plan: MirrorPlan,
        here: Mapping[str, str],
        there: Mapping[str, BucketFile],
        known: dict[str, Known],
        allow_removals: bool,
    ) -> None:
        """Carries out a plan; `known` is kept up to date."""
        for source in plan.forgotten:
            del known[source]
        gone = (*plan.removed_here, *plan.removed_there)
        if looks_like_a_mishap(len(gone), len(known)) and not allow_removals:
            self._tell(
                f"{len(gone)} files disappeared at once from the folder or the bucket, such as {gone[0]}. The remaining"
                " copies are kept until the files are back, or until `python -m ingest sync --allow-removals` confirms"
                " the removal."
            )
            gone = ()
        # Sidecars first, so that no document is read without its own.
        changed = sorted((*plan.down, *plan.up, *plan.disputed), key=lambda each: not each.endswith(".yaml"))
        for source in (*changed, *gone):
            try:
                result = self._step(plan, source, here.get(source, ""), there.get(source))
            except (BucketError, OSError) as error:
                self._tell(f"{source} is not mirrored for now. {error}")
                continue
            known.pop(source, None)
            known |= {source: result} if result else {}

    def _step(self, plan: MirrorPlan, source: str, seen: str, file: BucketFile | None) -> Known | None:
        """Makes one file equal; returns its new state, None if it is gone.

        Raises BucketError and OSError.
        """
        if source in plan.down and file:
            return self._fetch(file, seen)
        if source in plan.removed_here:
            self._refuse_changed(source, seen)
            (self._folder / source).unlink(missing_ok=True)
            return None
        if source in plan.removed_there:
            self._bucket.remove(source)
            return None
        return self._send(source, file)

    def _fetch(self, file: BucketFile, seen: str) -> Known:
        path = self._folder / file.source
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.parent.resolve().is_relative_to(self._folder.resolve()):
            raise BucketError(message("bucket.link_outside"))
        require_free_space(self._folder, file.size)
        part = path.with_name(f"{path.name}.part")
        try:
            with part.open("wb") as target:
                etag = self._bucket.read(file.source, target)
            self._refuse_changed(file.source, seen)
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)
        return Known(etag, size_and_mtime(path))

    def _send(self, source: str, file: BucketFile | None) -> Known:
        """Writes a file to the bucket.

        If both versions have changed, the one of the folder wins; the bucket keeps the other as an older version.
        """
        path = self._folder / source
        seen = size_and_mtime(path)
        if file and file.etag == md5(path):
            return Known(file.etag, seen)
        return Known(self._bucket.write(source, path), seen)

    def _refuse_changed(self, source: str, seen: str) -> None:
        """Raises BucketError if the file of the folder was changed since the round began."""
        path = self._folder / source
        if (size_and_mtime(path) if path.exists() else "") != seen:
            raise BucketError(message("bucket.changed_meanwhile"))

    def _refuse_strangers(self, here: Mapping[str, str], there: Mapping[str, BucketFile]) -> None:
        """Raises BucketError if the folder has files of its own before the first round."""
        own = [each for each in here if each not in there or there[each].etag != md5(self._folder / each)]
        if there and own:
            named = ", ".join(sorted(own)[:STRANGERS_NAMED])
            raise BucketError(message("bucket.strangers", folder=self._folder, count=len(own), files=named))

    def _find_skipped(self, here: Mapping[str, str], there: Mapping[str, BucketFile]) -> set[str]:
        """Files that may still be written, and files of the bucket that are too large."""
        young = {each for each in here if time.time() - (self._folder / each).stat().st_mtime < REST_SECONDS}
        large = {each.source for each in there.values() if each.size > self._most_bytes}
        for source in large:
            self._tell(f"{source} is larger than ASSISTANT_FILE_MEGABYTES allows, and stays in the bucket.")
        return young | large

    def _here(self) -> dict[str, str]:
        """Size and time of each file in the folder.

        Raises BucketError if a part of the folder cannot be read.
        """
        closed: list[Path] = []
        paths = [path for path in folder.walk(self._folder, closed.append) if folder.is_file(path)]
        if closed:
            raise BucketError(message("bucket.unreadable", file=closed[0]))
        found = {path.relative_to(self._folder).as_posix(): path for path in paths}
        return {source: size_and_mtime(path) for source, path in found.items() if is_mirrored(source)}

    def _read_last_round(self) -> dict[str, Known]:
        """State of the last round; empty before the first one.

        Raises BucketError if it cannot be read.
        """
        if not self._state.exists():
            return {}
        try:
            return {source: Known(**each) for source, each in json.loads(self._state.read_text("utf-8")).items()}
        except (ValueError, TypeError, AttributeError):
            raise BucketError(message("bucket.state_damaged", file=self._state)) from None

    def _tell(self, text: str) -> None:
        """Logs a trouble, once while it lasts."""
        if text not in self._told | self._telling:
            log.warning("%s", text)
        self._telling.add(text)


def without(sources: set[str], values: Mapping[str, T]) -> dict[str, T]:
    """Returns the values of all but some sources."""
    return {source: value for source, value in values.items() if source not in sources}


def size_and_mtime(path: Path) -> str:
    """Returns size in bytes and Unix time of the last change in ns, joined by `:`.

    Raises OSError if the file cannot be examined.
    """
    seen = path.stat()
    return f"{seen.st_size}:{seen.st_mtime_ns}"


def md5(path: Path) -> str:
    """Returns the MD5 digest of a file; most services give it as the ETag.

    The ETag of a file that was uploaded in several parts is another one.
    Raises OSError if the file cannot be read.
    """
    with path.open("rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.md5(usedforsecurity=False)).hexdigest()


def open_mirror(settings: Settings) -> Mirror | None:
    """Opens the mirror that the settings name.

    None if they name no bucket.
    Raises SettingsError if an address is malformed or the key is missing.
    """
    bucket = open_bucket(settings)
    return Mirror(bucket, settings) if bucket else None
