"""What is read now and then is never older than a change that was made."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Event, Thread

import pytest

from records.cached_value import CachedValue


def test_a_reading_that_began_before_a_change_does_not_undo_it() -> None:
    kept, began, go_on = ["old"], Event(), Event()

    def read() -> str:
        seen = kept[0]
        began.set()
        go_on.wait(10)
        return seen

    reread = CachedValue(30.0, read, "")
    slow = Thread(target=reread.value)
    slow.start()
    assert began.wait(10)
    kept[0] = "new"
    changing = Thread(target=reread.forget)
    changing.start()
    go_on.set()
    slow.join(10)
    changing.join(10)
    assert reread.value() == "new"


def test_a_slow_read_is_waited_for_only_while_nothing_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("records.cached_value.WAIT_SECONDS", 0.0)
    go_on = Event()

    def read() -> str:
        go_on.wait(10)
        return "new"

    assert CachedValue(30.0, read, "old").value() == "old"
    with ThreadPoolExecutor(1) as pool:
        asked = pool.submit(CachedValue[str | None](30.0, read, None).value)
        go_on.set()
        assert asked.result(10) == "new"


def test_after_any_error_the_last_known_value_stays_and_is_read_again() -> None:
    errors: list[Exception] = [ValueError("what is stored cannot be parsed")]

    def read() -> str:
        if errors:
            raise errors.pop()
        return "new"

    reread = CachedValue(0.0, read, "old")
    assert [reread.value(), reread.value()] == ["old", "new"]
