"""What the center announces on the page: that the service is paused, and a notice."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from datetime import datetime

from pydantic import TypeAdapter, ValidationError

from records.cached_value import REREAD_SECONDS, Reread
from records.column_types import storable
from records.file_mirror import Mirror
from records.models import now
from records.staff_sessions import Desk
from records.tables import LONGEST_VALUE

OFF, NOTICE = "switched_off", "notice"
ON = "on"
"""What is kept in place of a pause that has ended."""
MIRROR = "paused.json"
"""The file of the data folder in which a pause is kept as well."""
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


class NotStorable(Exception):
    """The texts are too long or hold characters that cannot be kept: nothing was changed."""


class Announcing:
    """The state of the page, kept across restarts. Threads may share it.

    A pause is also kept in a file of the data folder, so that it outlasts a restart while the records are away. Setters
    may raise RecordsUnavailable and NotStorable.
    """

    def __init__(self, desk: Desk, mirror: Mirror) -> None:
        self.desk, self.mirror = desk, mirror
        self.current = Reread(REREAD_SECONDS, self.read, State(off=to_off(mirror.text())))

    def state(self) -> State:
        """What holds now, without asking the database each time: what this process changes counts at once, what others
        do within REREAD_SECONDS. Where the records are away, what was known last; after a start that is the file."""
        return self.current.value()

    def read(self) -> State:
        # new records, in place of damaged or lost ones, say neither
        off, notice = self.desk.value(OFF) or self.mirror.text(), self.desk.value(NOTICE)
        self.mirror.keep("" if off == ON else off)
        return State(to_off(off), to_notice(notice))

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
        self.keep(OFF, ON)

    def announce(self, notice: Notice | None) -> None:
        """Sets the notice in place of the one before; None takes it away."""
        self.keep(NOTICE, KEPT_NOTICE.dump_json(notice).decode() if notice else "")

    def keep(self, name: str, value: str) -> None:
        if storable(value, LONGEST_VALUE) != value:
            raise NotStorable(f"{name} has {len(value):,} characters; {LONGEST_VALUE:,} can be kept.")
        self.desk.set_value(name, value)
        self.current.forget()
        if name == OFF:
            self.mirror.keep("" if value == ON else value)


def to_off(kept: str) -> Off | None:
    """The pause that was kept. One that cannot be read is a pause all the same: doubt keeps the service off."""
    try:
        return KEPT_OFF.validate_json(kept) if kept and kept != ON else None
    except ValidationError:
        log.error("The pause that was kept cannot be read: the service stays off until the staff switch it on.")
        return Off("", "")


def to_notice(kept: str) -> Notice | None:
    """The notice that was kept; none where it cannot be read."""
    try:
        return KEPT_NOTICE.validate_json(kept) if kept else None
    except ValidationError:
        log.error("The notice that was kept cannot be read: it is not shown.")
        return None
