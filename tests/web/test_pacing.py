"""How often one address may do a thing."""

from __future__ import annotations

import time

from web.pacing import ADDRESSES, Pace


def test_one_address_has_to_wait_and_others_do_not() -> None:
    pace = Pace(2, 60)
    assert [pace.allows("a") for _ in range(3)] == [True, True, False]
    assert pace.allows("b")


def test_after_the_time_it_may_again() -> None:
    pace = Pace(1, 0.05)
    assert pace.allows("a") and not pace.allows("a")
    time.sleep(0.06)
    assert pace.allows("a")


def test_many_addresses_take_no_more_room_than_stated() -> None:
    pace = Pace(1, 60)
    for number in range(ADDRESSES + 50):
        pace.allows(str(number))
    assert len(pace.seen) == ADDRESSES
