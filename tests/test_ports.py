"""Servers of tests get ports that neither another worker nor the system gives to anybody else."""

from __future__ import annotations

import socket
from itertools import combinations

from tests.support.ports import WORKERS, free_port, own, ports_of

FIRST_OF_THE_SYSTEM = 32_768


def test_workers_take_different_ports_which_the_system_gives_to_nobody() -> None:
    ranges = [set(ports_of(f"gw{number}")) for number in range(WORKERS)]
    assert not any(one & other for one, other in combinations(ranges, 2))
    assert max(map(max, ranges)) < FIRST_OF_THE_SYSTEM


def test_a_port_is_given_once_and_not_while_somebody_listens_on_it() -> None:
    first, second = free_port(), free_port()
    assert first != second
    following = own[(own.index(second) + 1) % len(own)]
    with socket.socket() as listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(("127.0.0.1", following))
        listening.listen()
        assert free_port() != following
