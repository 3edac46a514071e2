"""A command that the eval of kills runs to its end has ended, or counts as failed."""

from __future__ import annotations

from multiprocessing import active_children, get_context

import pytest

from evals.faults import kills
from tests.evals.faults.commands import end, hang


@pytest.fixture(autouse=True)
def spawned(monkeypatch: pytest.MonkeyPatch) -> None:
    """No server of forks is begun, which other tests would share."""
    monkeypatch.setattr(kills, "FORKED", get_context("spawn"))


def test_a_command_that_hangs_is_killed_and_counts_as_failed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kills, "PATIENCE", 0.2)
    before = active_children()
    code, said = kills.run_in_process(hang, {}, (30.0,))
    assert code and said is None
    assert set(active_children()) <= set(before)


@pytest.mark.parametrize("code", [0, 2])
def test_a_command_that_ends_gives_its_code_and_what_it_said(code: int) -> None:
    assert kills.run_in_process(end, {}, (code,)) == (code, "ended")
