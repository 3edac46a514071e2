"""Decides which of several processes syncs: the one with the database's lock."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack, suppress
from threading import Event, Lock, Thread

from database_address import PostgresServer
from store.index.database.postgresql import ERRORS, PostgresConnection, read_server_error

TRY_SECONDS = 1.0
"""Seconds between two tries for the lock, or two signs of life of its holder."""
LEASE_SECONDS, IDLE_SECONDS = 5, 8
"""Seconds without a sign of life until a holder gives up, and loses the lock.

After LEASE_SECONDS a process no longer counts itself as the holder; after IDLE_SECONDS, which is later, the server
takes the lock from it. So a frozen process that goes on does not write beside the next holder.
"""
LOCK = "SELECT pg_try_advisory_lock(hashtext('search_index sync'))"
CARE = (
    f"SET idle_session_timeout = '{IDLE_SECONDS}s'",  # since PostgreSQL 14
    "SET tcp_keepalives_idle = 2",
    "SET tcp_keepalives_interval = 1",
    "SET tcp_keepalives_count = 3",
)
"""Statements that make the server end the connection of a holder that is gone.

It froze, or its machine or network is gone.
"""

log = logging.getLogger(__name__)


class Leadership:
    """The right to sync. Thread-safe.

    A killed process loses it at once, a frozen one within IDLE_SECONDS.
    """

    def __init__(self, server: PostgresServer, leading: Callable[[], AbstractContextManager[object]]) -> None:
        """`leading` is entered while this process has the right."""
        self.server, self.leading, self.inside = server, leading, ExitStack()
        self.connection: PostgresConnection | None = None
        self.seen, self.trouble = float("-inf"), ""
        self.thread: Thread | None = None
        self.trying, self.closed = Lock(), Event()

    def is_held(self) -> bool:
        """True if this process has the right now; the first call begins to try for it."""
        if self.thread is None:
            with self.trying:
                if self.thread is None:
                    self.attempt()
                    self.thread = Thread(target=self.keep, name="leadership", daemon=True)
                    self.thread.start()
        return time.monotonic() - self.seen < LEASE_SECONDS

    def keep(self) -> None:
        """Tries for the right, or gives a sign of life, every second until `close`."""
        while not self.closed.wait(TRY_SECONDS):
            with self.trying:
                if not self.closed.is_set():
                    self.attempt()

    def attempt(self) -> None:
        """Tries for the right, or gives a sign of life."""
        began, had = time.monotonic(), self.seen > float("-inf")
        try:
            if self.connection is None:
                self.connection = self.connect()
            has = bool(self.connection.execute("SELECT TRUE" if had else LOCK).fetchone()[0])
            if has and not had:
                self.inside.enter_context(self.leading())
                log.info("This process syncs the folder now.")
        except Exception as error:  # the thread must go on trying, whatever goes wrong once
            self.lose(error)
            return
        self.trouble = ""
        if has:
            self.seen = began

    def connect(self) -> PostgresConnection:
        """Opens a connection that the server ends soon if this process is gone.

        Statements of CARE that the server does not know are left out.
        Raises one of ERRORS if the server cannot be reached or refuses.
        """
        connection = PostgresConnection(self.server, LEASE_SECONDS)
        for each in CARE:
            with suppress(*ERRORS):
                connection.execute(each)
        return connection

    def lose(self, error: Exception) -> None:
        """Gives up the right, and logs the reason, once while it lasts."""
        trouble = str(read_server_error(error) if isinstance(error, ERRORS) else error)
        if trouble != self.trouble:
            log.warning("This process cannot sync the folder now. %s", trouble)
        self.trouble = trouble
        self.leave()

    def leave(self) -> None:
        """Gives up the right, if it is held, and closes the connection with its lock."""
        self.seen = float("-inf")
        self.inside.close()
        if self.connection is not None:
            self.connection.close()
            self.connection = None

    def close(self) -> None:
        """Gives the right back, so that another process has it at once."""
        self.closed.set()
        with self.trying:
            self.leave()
