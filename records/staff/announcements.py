"""Announcements on the page: the service is paused, and a notice."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from datetime import datetime

from pydantic import TypeAdapter, ValidationError

from records.cached_value import REREAD_SECONDS, CachedValue
from records.column_types import storable
from records.file_mirror import FileMirror
from records.models import now
from records.staff.staff_sessions import StaffSessions
from records.tables import LONGEST_VALUE
from text.messages import MessageError, message

OFF, NOTICE = "switched_off", "notice"
ON = "on"
"""Stored value after a pause has ended."""
MIRROR = "paused.json"
"""File in the data folder with a copy of the pause."""
NOTICE_CHARACTERS = 300
"""Maximum characters of a notice, per language."""

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Off:
    """A pause of the service: author, reason (for staff), text of the page, start.

    `words`: text by language.
    """

    who: str
    reason: str
    words: dict[str, str] = field(default_factory=dict)
    since: datetime = field(default_factory=now)


@dataclass(frozen=True)
class Notice:
    """Text at the top of the page, by language, with its period."""

    words: dict[str, str]
    first: datetime
    last: datetime

    def is_shown(self, moment: datetime) -> bool:
        """True if it is shown at a moment."""
        return bool(self.words) and self.first <= moment < self.last


@dataclass(frozen=True)
class State:
    """Pause and notice, or None."""

    off: Off | None = None
    notice: Notice | None = None


KEPT_OFF, KEPT_NOTICE = TypeAdapter(Off), TypeAdapter(Notice)


class NotStorableError(MessageError):
    """A text is too long or has characters that cannot be stored; nothing was changed."""


class Announcing:
    """Announcements on the page, kept across restarts. Thread-safe.

    A pause is also stored in a file of the data folder, so that it survives a restart while the database is
    unavailable.
    Setters may raise RecordsUnavailableError and NotStorableError.
    """

    def __init__(self, desk: StaffSessions, mirror: FileMirror) -> None:
        self.desk, self.mirror = desk, mirror
        self.current = CachedValue(desk.database.patience(REREAD_SECONDS), self.read, State(off=to_off(mirror.text())))

    def state(self) -> State:
        """Current announcements, cached.

        Changes by this process count at once, those by others within REREAD_SECONDS, on a server SHARED_SECONDS.
        While the database is unavailable, the last known state; after a restart that of the file.
        """
        return self.current.value()

    def read(self) -> State:
        """Reads pause and notice from the database, and brings the file up to date."""
        # a new database, in place of a damaged or lost one, has neither
        off, notice = self.desk.value(OFF) or self.mirror.text(), self.desk.value(NOTICE)
        self.mirror.keep("" if off == ON else off)
        return State(to_off(off), to_notice(notice))

    @property
    def off(self) -> Off | None:
        """The pause of the service.

        None while the service is on.
        """
        return self.state().off

    @property
    def notice(self) -> Notice | None:
        """The notice, whether it is shown now or not.

        None if there is none.
        """
        return self.state().notice

    def pause(self, off: Off) -> None:
        """Pauses the service."""
        self.keep(OFF, KEPT_OFF.dump_json(off).decode())

    def resume(self) -> None:
        """Ends the pause."""
        self.keep(OFF, ON)

    def announce(self, notice: Notice | None) -> None:
        """Replaces the notice; None removes it."""
        self.keep(NOTICE, KEPT_NOTICE.dump_json(notice).decode() if notice else "")

    def keep(self, name: str, value: str) -> None:
        """Stores a value of the announcements.

        Raises NotStorableError if it is too long or has characters that cannot be stored.
        """
        if storable(value, LONGEST_VALUE) != value:
            counts = {"characters": f"{len(value):,}", "most": f"{LONGEST_VALUE:,}"}
            raise NotStorableError(message("record.too_long", name=name, **counts))
        self.desk.set_value(name, value)
        self.current.forget()
        if name == OFF:
            self.mirror.keep("" if value == ON else value)


def to_off(kept: str) -> Off | None:
    """Returns the stored pause.

    An unreadable value counts as a pause: in doubt the service stays off.
    None if nothing is stored, or ON.
    """
    try:
        return KEPT_OFF.validate_json(kept) if kept and kept != ON else None
    except ValidationError:
        log.error("The pause that was kept cannot be read: the service stays off until the staff switch it on.")
        return Off("", "")


def to_notice(kept: str) -> Notice | None:
    """Returns the stored notice.

    None if it is missing or unreadable.
    """
    try:
        return KEPT_NOTICE.validate_json(kept) if kept else None
    except ValidationError:
        log.error("The notice that was kept cannot be read: it is not shown.")
        return None
