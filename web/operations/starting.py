"""Obstacles at the start: a taken port, and a full disk, which a page reports."""

from __future__ import annotations

import logging
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from typing import TypeVar

from store.free_space import DiskFullError
from text.messages import MessageError, message
from web.operations.systemd import notify

GROWTH_SECONDS = 3.0
"""Pause before the next attempt."""

Opened = TypeVar("Opened")

log = logging.getLogger(__name__)


class PortTakenError(MessageError):
    """Another program listens on the address in the settings."""


def refuse_taken_port(host: str, port: int) -> None:
    """Raises PortTakenError if the port cannot be bound."""
    try:
        with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
    except OSError as error:
        raise PortTakenError(message("port.taken", port=port, host=host, error=error.strerror)) from None


@contextmanager
def open_once_there_is_room(
    opening: Callable[[], AbstractContextManager[Opened]], host: str, port: int
) -> Iterator[Opened]:
    """Yields the result of `opening`.

    While it raises DiskFullError, a page at `host` and `port` says so.
    """
    with ExitStack() as kept:
        with ExitStack() as meanwhile:
            is_told = False
            while True:
                try:
                    found = kept.enter_context(opening())
                    break
                except DiskFullError as error:
                    if not is_told:
                        from web.operations.starting_page import telling  # imported here so that a normal start is fast

                        log.error("The app cannot start yet. %s", error)
                        meanwhile.enter_context(telling(host, port))
                    is_told = True
                    notify("EXTEND_TIMEOUT_USEC=60000000")
                    time.sleep(GROWTH_SECONDS)
        yield found
