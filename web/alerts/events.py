"""Events for staff alerts: requests, drafts, unread files, deadlines, the week."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256

from bot.outcomes import Outcome
from ingest.checks.agenda import SOON
from ingest.checks.deadlines import DeadlineKind, Due
from ingest.uploads.staging import Staged
from records import CuratedAnswer, Days, Draft, Filter
from text.messages import join_messages
from web.outbox import Alert
from web.staff.approval_needed import is_approval_needed
from web.staff.context import StaffContext
from web.staff.folder_state import folder_trouble
from web.staff.formatting import Formatter
from web.staff.messages import localise
from web.staff.pages import translator

MOST_NAMED = 20
"""Documents named in one alert; the page has them all."""
DIGEST_WEEKDAY, DIGEST_HOUR = 0, 8
"""Earliest weekday and hour of the weekly digest: Monday, 8 o'clock, local time."""
Unknown = Callable[[Sequence[str]], list[str]]
"""Returns the keys that have not been told yet."""


@dataclass(frozen=True)
class Events:
    """Events of a center, as alerts in `language`.

    `home`: address of the page, for links. Alerts name documents, curated answers by their question, and numbers;
    nobody's name or contact, and no question of a visitor.
    """

    room: StaffContext
    home: str
    language: str

    def alerts(self, unknown: Unknown, now: datetime) -> Iterator[Alert]:
        """Yields what is to be told now, first what needs no records: they may be away.

        Raises RecordsUnavailableError while they are away.
        """
        today = now.date()
        yield from filter(None, (self.failures(unknown, today), self.expiries(unknown, today)))
        yield from filter(None, (self.ending_answers(unknown, today),))
        yield from filter(None, (self.requests(unknown), self.drafts(unknown), self.digest(unknown, now)))

    def alert(self, keys: Sequence[str], subject: str, lines: Sequence[str], page: str) -> Alert:
        """Returns an alert whose last line links to the staff page `page`."""
        say = translator(self.language)
        link = say("alerts.link", address=self.address(page))
        return Alert(tuple(keys), f"{say('masthead.name')}: {subject}", "\n".join([*lines, "", link]))

    def address(self, page: str) -> str:
        """Returns the address of a staff page, such as `asked/requests`."""
        return f"{self.home.rstrip('/')}/staff/{page}"

    def requests(self, unknown: Unknown) -> Alert | None:
        """Returns an alert on new requests for a person.

        None if all open requests were told.
        """
        waiting = self.room.records.requests(open_only=True)
        keys = unknown([f"request {each.id} {each.consented_at.isoformat()}" for each in waiting])
        if not keys:
            return None
        say = translator(self.language)
        lines = [say("alerts.request_lead", count=len(waiting))]
        return self.alert(keys, say("alerts.request", count=len(keys)), lines, "asked/requests")

    def drafts(self, unknown: Unknown) -> Alert | None:
        """Returns an alert on drafts and files that wait for an approver.

        None if all were told; those that were returned to their author do not wait.
        """
        files = self.room.arriving.waiting_files() if is_approval_needed(self.room) else []
        waiting: list[Draft | Staged] = [*self.room.records.drafts.read_all(), *files]
        open_ones = [each for each in waiting if not each.returned]
        keys = unknown([f"draft {each.id} {each.at.isoformat()}" for each in open_ones])
        if not keys:
            return None
        say = translator(self.language)
        lines = [say("alerts.drafts_lead", count=len(open_ones))]
        return self.alert(keys, say("alerts.drafts", count=len(keys)), lines, "approvals")

    def failures(self, unknown: Unknown, today: date) -> Alert | None:
        """Returns an alert on files that could not be read.

        A missing folder is one event, told once a day.
        None if all were told.
        """
        say = translator(self.language)
        if trouble := folder_trouble(self.room):
            keys = unknown([f"folder {trouble.code} {today}"])
            lines = [localise(trouble, self.language)]
            return self.alert(keys, say("frame.folder_away"), lines, "folder") if keys else None
        named = {
            make_failed_key(each.source, each.fingerprint, today): (
                f"{each.source}: {localise(join_messages(each.reason, each.remedy), self.language)}"
            )
            for each in self.room.index.failures()
        }
        keys = unknown(list(named))
        lines = self.shorten_list([named[key] for key in keys])
        return self.alert(keys, say("alerts.failed", count=len(keys)), lines, "folder") if keys else None

    def expiries(self, unknown: Unknown, today: date) -> Alert | None:
        """Returns an alert on documents that end within SOON days.

        None if all were told.
        """
        ending = {
            f"ends {each.source} {each.on}": (each.on, self.name_document(each.source)) for each in self.ending(today)
        }
        return self.ending_alert(unknown, ending, "alerts.ending", "validity")

    def ending_answers(self, unknown: Unknown, today: date) -> Alert | None:
        """Returns an alert on curated answers that end within SOON days.

        None if all were told.
        """
        ending = {f"answer ends {each.id} {each.until}": (each.until, each.question) for each in self.answers(today)}
        return self.ending_alert(unknown, ending, "alerts.ending_answers", "curated")

    def ending_alert(
        self, unknown: Unknown, ending: Mapping[str, tuple[date, str]], subject: str, page: str
    ) -> Alert | None:
        """Returns an alert on what ends soon and is not told yet, by key.

        None if all was told.
        """
        keys = unknown(list(ending))
        if not keys:
            return None
        speak = Formatter(self.language)
        lines = self.shorten_list([f"{speak.day(ending[key][0])}: {ending[key][1]}" for key in keys])
        return self.alert(keys, translator(self.language)(subject, count=len(keys), days=SOON), lines, page)

    def digest(self, unknown: Unknown, now: datetime) -> Alert | None:
        """Returns an alert with the numbers of last week, Monday to Sunday.

        None if it was told, and on Monday before 8 o'clock.
        """
        monday = now.date() - timedelta(now.weekday())
        key = f"digest {monday}"
        if (now.weekday(), now.hour) < (DIGEST_WEEKDAY, DIGEST_HOUR) or not unknown([key]):
            return None
        days = Days(monday - timedelta(7), monday - timedelta(1))
        counts = self.room.records.statistics.counts(Filter(first=days.first, last=days.last))
        outcomes = dict(counts.outcomes)
        say, speak = translator(self.language), Formatter(self.language)
        answered = outcomes.get(Outcome.ANSWERED, 0) + outcomes.get(Outcome.PARTLY_ANSWERED, 0)
        told = (
            (say("alerts.week_questions", count=counts.total, answered=answered), "asked"),
            (say("alerts.week_open", count=outcomes.get(Outcome.NOT_IN_KNOWLEDGE_BASE, 0)), "gaps"),
            (say("alerts.request_lead", count=self.room.records.open_requests()), "asked/requests"),
            (say("alerts.failed", count=len(self.room.index.failures())), "folder"),
            (say("alerts.ending", count=len(self.ending(now.date())), days=SOON), "validity"),
            (say("alerts.ending_answers", count=len(self.answers(now.date())), days=SOON), "curated"),
        )
        lines = [f"{line}\n{self.address(page)}" for line, page in told]
        subject = say("alerts.week", first=speak.day(days.first), last=speak.day(days.last))
        return self.alert([key], subject, lines, "figures")

    def ending(self, today: date) -> list[Due]:
        """Documents that end within SOON days."""
        coming = self.room.agendas.on(today).coming(SOON)
        return [each for each in coming if each.what in (DeadlineKind.ENDS, DeadlineKind.TRIAL_ENDS)]

    def answers(self, today: date) -> list[CuratedAnswer]:
        """Curated answers that end within SOON days."""
        return self.room.records.curated.ending(today, today + timedelta(SOON))

    def name_document(self, source: str) -> str:
        """Returns title and source of a document; only the source without a title."""
        metadata = self.room.index.documents().get(source)
        return f"{metadata.title} ({source})" if metadata and metadata.title else source

    def shorten_list(self, lines: Sequence[str]) -> list[str]:
        """The first lines, and how many more there are."""
        rest = len(lines) - MOST_NAMED
        more = [translator(self.language)("alerts.more", count=rest)] if rest > 0 else []
        return [*lines[:MOST_NAMED], *more]


def make_failed_key(source: str, stamp: str, today: date) -> str:
    """Key of a version of an unreadable file; of a day if it cannot be opened."""
    content = stamp.rpartition("|")[2]
    return f"failed {source} {sha256(content.encode()).hexdigest()[:16] if content else today}"
