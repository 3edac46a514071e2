"""Connections that keep the server waiting are ended, others are not, and there are never too many: with raw sockets
against a real server in a process of its own."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from tests.support.forkserver import context
from tests.support.ports import free_port
from tests.web.limited_server import serve

PATIENCE = 20.0
"""Seconds after which a test gives up on what should come within one or two."""
QUICK = {"header_seconds": 1.0, "idle_seconds": 1, "stall_seconds": 1.0, "slowest": 1000}


@contextmanager
def server(*trusted: str, printed: Path | None = None, **limits: float) -> Iterator[int]:
    """The port of a server with the quick limits, or others; what it prints can be kept in a file."""
    port = free_port()
    process = context.Process(target=serve, args=(port, QUICK | limits, trusted, printed or Path(os.devnull)))
    process.start()
    try:
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            with suppress(OSError):
                dial(port).close()
                break
            time.sleep(0.05)
        yield port
    finally:
        process.kill()
        process.join()


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    with server() as port:
        yield port


def dial(port: int, source: str = "127.0.0.1", receives: int = 0) -> socket.socket:
    """A connection from an address of this machine; with a buffer of `receives` bytes."""
    dialled = socket.socket()
    dialled.settimeout(PATIENCE)
    if receives:
        dialled.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receives)
    dialled.bind((source, 0))
    dialled.connect(("127.0.0.1", port))
    return dialled


def head(path: str, length: int = 0, connection: str = "close") -> bytes:
    return f"POST {path} HTTP/1.1\r\nhost: x\r\ncontent-length: {length}\r\nconnection: {connection}\r\n\r\n".encode()


def rest(dialled: socket.socket) -> bytes:
    """What comes until the server ends the connection."""
    came = b""
    with suppress(ConnectionResetError):
        while part := dialled.recv(65_536):
            came += part
    return came


def asked(port: int, path: str = "/body", source: str = "127.0.0.1") -> bytes:
    with dial(port, source) as dialled:
        dialled.sendall(head(path))
        return rest(dialled)


def asked_on(dialled: socket.socket) -> bytes:
    """The answer on a connection that stays open."""
    dialled.sendall(head("/body", connection="keep-alive"))
    came = b""
    while not came.endswith(b"\r\n0\r\n\r\n"):
        part = dialled.recv(65_536)
        assert part, "the connection was closed"
        came += part
    return came


@pytest.mark.parametrize("begun", [b"", b"GET / HT", b"GET / HTTP/1.1\r\nhost: x\r\n", b"\r\n"])
def test_a_header_that_does_not_come_is_not_awaited(port: int, begun: bytes) -> None:
    with dial(port) as dialled:
        dialled.sendall(begun)
        assert b" 408 " in rest(dialled)


def test_a_header_that_comes_byte_by_byte_has_no_more_time(port: int) -> None:
    with dial(port) as dialled:
        dialled.sendall(b"GET / HTTP/1.1\r\n")
        ended = time.monotonic() + PATIENCE
        with suppress(ConnectionError):
            while time.monotonic() < ended:
                dialled.sendall(b"x")
                time.sleep(0.1)
        assert time.monotonic() < ended


def test_a_header_without_an_end_is_refused(port: int) -> None:
    with dial(port) as dialled:
        with suppress(ConnectionError):
            for number in range(10_000):
                dialled.sendall(b"x-%d: %s\r\n" % (number, b"y" * 100) if number else b"GET / HTTP/1.1\r\n")
        came = rest(dialled)
        assert b" 431 " in came or not came  # the answer may be lost with what was still under way


def test_a_second_header_is_awaited_no_longer_than_the_first(port: int) -> None:
    with dial(port) as dialled:
        dialled.sendall(head("/body", connection="keep-alive") + b"GET / HTT")
        assert b" 200 " in rest(dialled)


def test_a_connection_that_asks_no_more_is_closed(port: int) -> None:
    with dial(port) as dialled:
        dialled.sendall(head("/body", connection="keep-alive"))
        came = rest(dialled)
        assert b" 200 " in came and b" 408 " not in came


@pytest.mark.parametrize("trickle", [0, 1])
def test_a_body_that_does_not_come_is_not_awaited(port: int, trickle: int) -> None:
    with dial(port) as dialled:
        dialled.sendall(head("/body", 1_000_000))
        ended = time.monotonic() + PATIENCE
        with suppress(ConnectionError):
            while time.monotonic() < ended:
                dialled.sendall(b"x" * trickle)
                time.sleep(0.1)
                if not trickle:
                    assert rest(dialled) == b""
                    break
        assert time.monotonic() < ended


def test_a_slow_body_that_goes_on_is_taken_in(port: int) -> None:
    with dial(port) as dialled:
        dialled.sendall(head("/body", 40_000))
        for _ in range(40):
            dialled.sendall(b"x" * 1000)
            time.sleep(0.1)
        assert rest(dialled).endswith(b"40000\r\n0\r\n\r\n")


def test_a_body_for_which_there_was_an_answer_already_does_not_hold_the_connection(port: int) -> None:
    with dial(port) as dialled:
        dialled.sendall(head("/at-once", 1_000_000, "keep-alive") + b"x")
        assert b" 200 " in rest(dialled)


def test_whoever_does_not_take_an_answer_is_cut_off_and_a_slow_reader_is_not(port: int) -> None:
    with dial(port, receives=4096) as stuck, dial(port, receives=65_536) as slow:
        for dialled in (stuck, slow):
            dialled.sendall(head("/large"))
        taken = 0
        for _ in range(40):
            taken += len(slow.recv(65_536))
            time.sleep(0.1)
        assert taken + len(rest(slow)) > 8_000_000
        assert len(rest(stuck)) < 8_000_000


def test_a_stream_of_events_lives_longer_than_all_limits(port: int) -> None:
    assert asked(port, "/events").count(b"still here") == 8


def test_many_idle_connections_keep_nobody_out_and_leave_nothing_behind() -> None:
    with server(connections=300, of_one_peer=200, header_seconds=3.0) as port:
        before = int(asked(port, "/open").split(b"\r\n")[-4])
        idle = [dial(port, f"127.0.1.{number % 8}") for number in range(1_200)]
        assert all(b" 200 " in asked(port, source=f"127.0.1.{number}") for number in range(10))
        for dialled in idle[-100:]:
            rest(dialled)
        after = int(asked(port, "/open").split(b"\r\n")[-4])
        for dialled in idle:
            dialled.close()
        assert after <= before + 1


def test_one_peer_closes_its_own_idle_connections_and_no_others() -> None:
    with server(connections=100, of_one_peer=10, header_seconds=30.0) as port:
        other = dial(port, "127.0.0.3")
        mine = [dial(port) for _ in range(30)]
        assert [rest(each) for each in mine[:20]] == [b""] * 20
        for each in [other, *mine[20:]]:
            each.sendall(head("/body"))
        assert all(b" 200 " in rest(each) for each in [other, *mine[20:]])


def test_the_connection_that_rested_longest_is_closed_and_not_the_oldest_one() -> None:
    with server(connections=100, of_one_peer=3, header_seconds=30.0, idle_seconds=30) as port:
        used, rested, newer = (dial(port) for _ in range(3))
        for each in (used, rested, newer, used):
            assert b" 200 " in asked_on(each)
        last = dial(port)
        assert rest(rested) == b""
        for each in (used, newer, last):
            each.sendall(head("/body"))
        assert all(b" 200 " in rest(each) for each in (used, newer, last))


def test_where_all_are_busy_one_more_is_told_so_and_the_others_are_answered() -> None:
    with server(connections=100, of_one_peer=5) as port:
        busy = [dial(port) for _ in range(5)]
        for each in busy:
            each.sendall(head("/events"))
            assert each.recv(10)
        assert [b" 503 " in asked(port) for _ in range(10)] == [True] * 10
        assert b" 200 " in asked(port, source="127.0.0.3")
        assert all(rest(each).count(b"still here") for each in busy)


def test_a_trusted_proxy_may_hold_as_many_as_there_are_and_rest_on_them() -> None:
    with server("127.0.0.4", connections=100, of_one_peer=5) as port:
        held = [dial(port, "127.0.0.4") for _ in range(20)]
        time.sleep(2.5)
        for each in held:
            each.sendall(head("/body"))
        assert all(b" 200 " in rest(each) for each in held)


def test_who_leaves_after_sending_several_requests_at_once_is_missed(tmp_path: Path) -> None:
    printed = tmp_path / "printed"
    with server(printed=printed) as port:
        leaving = dial(port)
        leaving.sendall(head("/events", connection="keep-alive") + head("/", connection="keep-alive"))
        assert b"still here" in leaving.recv(65_536) + leaving.recv(65_536)
        leaving.close()
        time.sleep(1.5)  # the next words of the first answer find nobody
        assert "Traceback" not in printed.read_text()


def test_who_asks_for_a_web_socket_is_answered_and_nobody_is_told_to_install_one(tmp_path: Path) -> None:
    printed = tmp_path / "printed"
    with server(printed=printed) as port:
        asking = dial(port)
        asking.sendall(b"GET /open HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n")
        assert b"200 OK" in asking.recv(65_536)
        asking.close()
    assert "install" not in printed.read_text()
