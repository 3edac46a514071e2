"""Formats numbers, percentages, times, days and languages in the page language."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import parse_qsl

from babel import Locale
from babel.dates import format_date, format_datetime, format_skeleton, get_timezone_gmt
from babel.numbers import format_decimal, format_percent
from markupsafe import Markup

from records import AuditEntry
from store.documents import Metadata, Validity
from web.chat.source_cards import add_table_head
from web.markdown import document_html
from web.staff.form_types import day as parse_day
from web.staff.i18n import words

DATES = {"en": "en_GB"}
"""Locale of days and moments; the day stands before the month in this office's English."""
STANDING = re.compile(rf"(?:(?<=→ )|(?<=: )|^)(?:{'|'.join(Validity)})(?=[ ;]|$)")
"""Name of a validity in an audit log detail about the status of a document."""

DAY = re.compile(r"(?:^|(?<= → ))\d{4}-\d\d-\d\d(?=$| → )")
"""A day as it is stored, alone or on a side of an arrow."""
DAY_AMONG_WORDS = re.compile(r"(?<!\S)\d{4}-\d\d-\d\d(?=[ ;)]|$)")
"""One in a detail about validity, such as `in_force 2026-01-01 – 2027-12-31`."""
CODED = frozenset({"topics", "countries", "language", "audience", "status", "kind", "download"})
"""Details of a document that are stored as codes."""

FILTERS = ("log.", "questions.", "documents.key.", "log.detail.")
"""Beginnings of the keys that name the fields in the filter of a list, the first that is there."""
CHOICES = {
    "kind": "log.filter",
    "outcome": "outcome",
    "reason": "why",
    "text": "documents",
    "thumbs": "questions.thumbs",
    "topic": "topic",
    "what": "log.action",
}
"""Beginnings of the keys that name codes in the filter of a list, by its field."""

ALL, FORMER_ALL = "all", "全部"
"""Filter of an export of everything: as the log keeps it, and as it kept it in Chinese."""


NOBODY = {
    "document.by_hand": "log.by_hand",
    "document.gone_by_hand": "log.by_hand",
    "gap.closed_by_page": "log.by_hand",
    "password.forgotten": "log.by_command",
    "account.link_by_command": "log.by_command",
}
"""Keys of who made a change that no signed-in person has made, by action.

Whoever made another one had not signed in.
"""
OWN_ACCOUNT = ("account.first", "account.accepted")
"""Actions of the person whose account is their subject."""
APPROVED = ("document", "page", "answer")
"""Groups of actions in which `author` is who wrote what another one approved."""


@dataclass(frozen=True)
class Formatter:
    """Formats values in a staff language; templates use it as `speak`."""

    language: str

    @property
    def dates(self) -> str:
        """Locale of days and moments in this language."""
        return DATES.get(self.language, self.language)

    def count(self, number: float) -> str:
        """Formats a number with the separators of the language."""
        return str(format_decimal(number, locale=self.language))

    def share(self, part: float | None, pattern: str = "0%") -> str:
        """Formats a share, 0 to 1, as a percentage; a dash for None."""
        return "–" if part is None else str(format_percent(part, pattern, locale=self.language))

    def seconds(self, seconds: float) -> str:
        """Formats seconds with one decimal place and the unit."""
        return words(self.language)["frame.seconds"].format(seconds=f"{seconds:.1f}")

    def day(self, on: date) -> str:
        """Formats a day. An aware datetime gives the day in this machine's time zone."""
        on = on.astimezone() if isinstance(on, datetime) else on
        return str(format_date(on, "medium", locale=self.dates))

    def days(self, stored: str, pattern: re.Pattern[str] = DAY) -> str:
        """Formats a stored day, also on both sides of an arrow.

        Other texts stay as they are.
        """
        return pattern.sub(lambda found: self.day(on) if (on := parse_day(found[0])) else found[0], stored)

    def month(self, on: date) -> str:
        """Formats the month and the year of a day."""
        return str(format_skeleton("yMMMM", on, locale=self.language))

    def weekday(self, on: date) -> str:
        """Formats the weekday of a day, abbreviated."""
        return str(format_date(on, "EEE", locale=self.language))

    def zone(self) -> str:
        """Returns the time zone of this machine as its offset from GMT."""
        return str(get_timezone_gmt(datetime.now().astimezone(), locale=self.language))

    def moment(self, when: datetime) -> str:
        """Formats day and time in this machine's time zone; `when` is aware."""
        return str(format_datetime(when.astimezone(), "medium", locale=self.dates))

    def author(self, entry: AuditEntry) -> str:
        """Returns who made a change; of an approved one, author and approver."""
        known = words(self.language)
        if entry.who and "author" in entry.details and entry.action.partition(".")[0] in APPROVED:
            return known["log.approved"].format(author=entry.details["author"], who=entry.who)
        own = entry.subject if entry.action in OWN_ACCOUNT else ""
        return entry.who or own or known[NOBODY.get(entry.action, "log.not_signed_in")]

    def action(self, entry: AuditEntry) -> str:
        """Returns what was done, in words; the code itself if it has none."""
        known, key = words(self.language), f"log.action.{entry.action}"
        return known.get(f"{key}.{entry.details.get('kind', '')}") or known.get(key, entry.action)

    def detail(self, name: str, value: str) -> str:
        """Formats an audit log detail: codes and days, also on both sides of an arrow."""
        known = words(self.language)
        if name in ("role", "before"):
            return known.get(f"accounts.role.{value}") or self.days(value)
        if name == "filter" and value in (ALL, FORMER_ALL):
            return known["questions.all"]
        if name == "filter":
            fields = (f"{self.filter_name(key)}: {self.filter_value(key, each)}" for key, each in parse_qsl(value))
            return ", ".join(fields) or value
        if name == "closing":
            return known.get(f"questions.closing.{value}", value)
        if name == "scopes":
            return ", ".join(known.get(f"api_keys.scope.{each}", each) for each in value.split())
        if name.startswith("validity"):
            return STANDING.sub(lambda found: known[f"validity.{found[0]}"], self.days(value, DAY_AMONG_WORDS))
        if name == "kind" and " → " not in value:
            return known.get(f"approvals.kind.{value}", value)
        if name not in CODED:
            return self.days(value)
        return " → ".join(self.code(name, side) for side in value.split(" → "))

    def filter_name(self, key: str) -> str:
        """Returns the name of a field in a filter; the key itself if it has none."""
        known = words(self.language)
        return next((known[each + key] for each in FILTERS if each + key in known), key)

    def filter_value(self, key: str, value: str) -> str:
        """Formats a value in a filter: codes and days; others stay as they are."""
        known = words(self.language)
        if key == "what" and value.endswith("."):
            group = known.get(f"log.group.{value[:-1]}")
            return known["log.all_of"].format(group=group) if group else value
        if key in ("first", "last"):
            return self.days(value)
        if key == "language":
            return self.language_name(value)
        return known.get(f"{CHOICES[key]}.{value}", value) if key in CHOICES else value

    def code(self, name: str, codes: str) -> str:
        """Formats codes of a field in CODED, separated by commas; others stay as they are."""
        if name in ("topics", "countries"):
            return self.list_names(name, codes)
        if name == "language":
            return self.language_name(codes)
        return words(self.language).get(f"documents.{name}.{codes}", codes)

    def list_names(self, name: str, codes: str) -> str:
        """Formats the codes of topics or countries, separated by commas."""
        named = self.topic if name == "topics" else self.country
        return ", ".join(map(named, codes.split(", ")))

    def country(self, code: str) -> str:
        """Returns the name of a country; the code itself if it has no name."""
        return str(Locale(self.language).territories.get(code, code))

    def language_name(self, code: str) -> str:
        """Returns the name of a language; the code itself if it has no name."""
        return str(Locale(self.language).languages.get(code, code))

    def topic(self, code: str) -> str:
        """Returns the name of a topic; the code itself if it has no name."""
        return words(self.language).get(f"topic.{code}", code)

    def folder(self, path: str) -> str:
        """Returns a folder path with the name of its first part, if that is known."""
        name = words(self.language).get(f"place.{path.partition('/')[0]}")
        return f"{name} ({path})" if name else path


def title_of(metadata: Metadata | None, source: str) -> str:
    """Returns the title of a document; its path if it has no title or is gone."""
    return (metadata.title if metadata else "") or source


def passage_html(text: str, header: str = "") -> Markup:
    """Renders a passage, which may begin inside a table with that header."""
    return document_html(add_table_head(text, header))
