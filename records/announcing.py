"""What the center announces on the page: that the service is paused, and a notice."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass, field
from datetime import datetime

from pydantic import TypeAdapter, ValidationError

from records.database import RecordsUnavailable
from records.desk import Desk
from records.exchanges import now

OFF, NOTICE = "switched_off", "notice"
REREAD_SECONDS = 30.0
"""How long what another process changed may go unseen."""
NOTICE_CHARACTERS = 300
"""The longest notice, in each language."""

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Off:
    """Since when and by whom the service is paused, why (for the staff), and what the page says, by language."""

    who: str
    reason: str
    words: dict[str, str] = field(default_factory=dict)
    since: datetime = field(default_factory=now)


@dataclass(frozen=True)
class Notice:
    """What the page says above everything, by language, from one moment to another."""

    words: dict[str, str]
    first: datetime
    last: datetime

    def is_shown(self, moment: datetime) -> bool:
        """Whether it is shown at a moment."""
        return bool(self.words) and self.first <= moment < self.last


@dataclass(frozen=True)
class State:
    """Both, None where there is none."""

    off: Off | None = None
    notice: Notice | None = None


KEPT_OFF, KEPT_NOTICE = TypeAdapter(Off), TypeAdapter(Notice)


class Announcing:
    """The state of the page, kept across restarts. Threads may share it. Setters may raise RecordsUnavailable."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.known = State()
        self.read_at = float("-inf")

    def state(self) -> State:
        """What holds now, without asking the database each time: what this process changes counts at once. Where the
        records are away, what was known last; before anything is known the service is on."""
        if time.monotonic() - self.read_at >= REREAD_SECONDS:
            self.read_at = time.monotonic()
            try:
                self.known = self.read()
            except RecordsUnavailable as error:
                log.warning("It could not be read whether the service is paused. %s", error)
        return self.known

    def read(self) -> State:
        off, notice = self.desk.value(OFF), self.desk.value(NOTICE)
        try:
            return State(
                KEPT_OFF.validate_json(off) if off else None, KEPT_NOTICE.validate_json(notice) if notice else None
            )
        except ValidationError:
            log.exception("What the center announces cannot be read: it counts as nothing.")
            return State()

    @property
    def off(self) -> Off | None:
        """The pause, None while the service is on."""
        return self.state().off

    @property
    def notice(self) -> Notice | None:
        """The notice, whether or not it is shown now."""
        return self.state().notice

    def pause(self, off: Off) -> None:
        """Switches the service off."""
        self.keep(OFF, KEPT_OFF.dump_json(off).decode())

    def resume(self) -> None:
        """Switches it on again."""
        self.keep(OFF, "")

    def announce(self, notice: Notice | None) -> None:
        """Sets the notice in place of the one before; None takes it away."""
        self.keep(NOTICE, KEPT_NOTICE.dump_json(notice).decode() if notice else "")

    def keep(self, name: str, value: str) -> None:
        self.desk.set_value(name, value)
        self.read_at = float("-inf")
