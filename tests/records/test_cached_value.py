"""What is read now and then is never older than a change that was made."""

from __future__ import annotations

from threading import Event, Thread

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
