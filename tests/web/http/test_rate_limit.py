"""How often one address may do a thing."""

from __future__ import annotations

import time

import pytest
from starlette.requests import Request

from web.http.rate_limit import ADDRESSES, RateLimiter, client_key


def test_one_address_has_to_wait_and_others_do_not() -> None:
    pace = RateLimiter(2, 60)
    assert [pace.hit("a") for _ in range(3)] == [True, True, False]
    assert pace.hit("b")


def test_after_the_time_it_may_again() -> None:
    pace = RateLimiter(1, 0.05)
    assert pace.hit("a") and not pace.hit("a")
    time.sleep(0.06)
    assert pace.hit("a")


def test_many_addresses_take_no_more_room_than_stated() -> None:
    pace = RateLimiter(1, 60)
    for number in range(ADDRESSES + 50):
        pace.hit(str(number))
    assert len(pace.seen) == ADDRESSES


def test_what_is_taken_back_does_not_count() -> None:
    pace = RateLimiter(1, 60)
    assert pace.hit("a")
    pace.undo("a")
    assert pace.hit("a") and not pace.hit("a")


@pytest.mark.parametrize(
    ("host", "key"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::ffff", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("::1", "::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("testclient", "testclient"),
    ],
)
def test_one_customers_ipv6_addresses_are_one_visitor(host: str, key: str) -> None:
    assert client_key(Request({"type": "http", "client": (host, 1), "headers": []})) == key
