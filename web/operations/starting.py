"""Start on a full disk: a page says why, and the app starts once there is room."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from typing import TypeVar

from store.free_space import DiskFullError
from web.operations.systemd import notify

GROWTH_SECONDS = 3.0
"""Pause before the next attempt."""

Opened = TypeVar("Opened")

log = logging.getLogger(__name__)


@contextmanager
def opened_once_there_is_room(
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
