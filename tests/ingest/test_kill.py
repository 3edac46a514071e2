"""A sync that is killed anywhere leaves each document in its old or its new version: never a mix, never neither."""

from __future__ import annotations

import os
import random
import signal
import time
from collections import Counter
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Any

from settings import Settings
from tests.ingest import killed
from tests.support.forkserver import context

LEAST_EACH, LEAST_IN_ALL = (10, 50) if os.environ.get("NIGHTLY") else (4, 20)
"""Kills that must land in each stage, and altogether: more by night, where NIGHTLY is set."""
SOURCES = [f"doc-{number}.md" for number in range(8)]


def write(settings: Settings, version: int) -> None:
    for source in SOURCES:
        (settings.knowledge_dir / source).write_text(killed.content(source, version), encoding="utf-8")


def run(settings: Settings, stage_file: Path) -> tuple[ForkServerProcess, Connection]:
    """A sync that has begun, and the pipe in which it tells the stages that it enters."""
    entered, told = context.Pipe(duplex=False)
    process = context.Process(target=killed.sync, args=(settings, stage_file, told))
    process.start()
    told.close()
    return process, entered


def finish(settings: Settings, stage_file: Path) -> None:
    process, entered = run(settings, stage_file)
    with entered:
        process.join(120)
    assert process.exitcode == 0


def kill_in(settings: Settings, stage_file: Path, stage: int, chance: random.Random) -> str:
    """Kills a sync some time after it has entered a stage; gives the stage in which it died."""
    stage_file.write_bytes(b"\x00")
    process, entered = run(settings, stage_file)
    entries = chance.randint(1, 2)
    with entered:
        while entries and (now := os.read(entered.fileno(), 1)):
            entries -= now[0] == stage
    time.sleep(chance.uniform(0, 0.004))
    died_in = stage_file.read_bytes()[0]
    process.kill()
    process.join()
    return killed.STAGES[died_in] if process.exitcode == -signal.SIGKILL else killed.STAGES[0]


def look(settings: Settings) -> Any:
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=killed.look, args=(settings, SOURCES, sender))
    process.start()
    sender.close()
    found = receiver.recv()
    process.join()
    return found


def assert_old_or_new(settings: Settings, known: set[int]) -> None:
    by_words, by_meaning, texts, _, _ = look(settings)
    for source in SOURCES:
        whole = {f"version{version}": killed.content(source, version).strip() for version in known}
        assert len(by_words[source]) == 1, f"{source}: a question finds {by_words[source]}"
        (version,) = by_words[source]
        assert texts[source] == whole[version], f"{source} is not whole"
        assert by_meaning[source] == {version}, f"{source} is in {version}, its meaning in {by_meaning[source]}"


def test_a_sync_killed_at_any_point_leaves_the_old_or_the_new_version(settings: Settings, tmp_path: Path) -> None:
    chance = random.Random(20261124)
    stage_file = tmp_path / "stage"
    stage_file.write_bytes(b"\x00")
    write(settings, 0)
    finish(settings, stage_file)
    landed: Counter[str] = Counter()
    version, known = 0, {0}
    while min(landed[name] for name in killed.STAGES[1:]) < LEAST_EACH or landed.total() < LEAST_IN_ALL:
        version += 1
        known.add(version)
        write(settings, version)
        rarest = min(range(1, 5), key=lambda stage: landed[killed.STAGES[stage]])
        landed[kill_in(settings, stage_file, rarest, chance)] += 1
        assert_old_or_new(settings, known)
        assert landed.total() < 200, f"the kills miss their stages: {landed}"
        if chance.random() < 0.2:
            finish(settings, stage_file)
            known = {version}
            assert_old_or_new(settings, known)
    print(f"kills: {dict(landed)}")
    finish(settings, stage_file)
    assert_old_or_new(settings, {version})
    *_, orphans, all_embedded = look(settings)
    assert (orphans, all_embedded) == (0, True)


def test_a_first_sync_that_was_killed_is_completed_by_the_next(settings: Settings, tmp_path: Path) -> None:
    chance = random.Random(7)
    stage_file = tmp_path / "stage"
    stage_file.write_bytes(b"\x00")
    write(settings, 0)
    for stage in (1, 2, 3, 4):
        kill_in(settings, stage_file, stage, chance)
    finish(settings, stage_file)
    assert_old_or_new(settings, {0})
    *_, orphans, all_embedded = look(settings)
    assert (orphans, all_embedded) == (0, True)
