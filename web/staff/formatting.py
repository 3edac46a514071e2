"""Values as somebody reads them: numbers, shares, times, days and languages, in the language of the page."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime

from babel import Locale
from babel.dates import format_date, format_datetime, format_skeleton
from babel.numbers import format_decimal, format_percent

from store.documents import Metadata, Validity
from web.staff.i18n import words

STANDING = re.compile(rf"(?:(?<=→ )|(?<=: )|^)(?:{'|'.join(Validity)})(?=[ ;]|$)")
"""The name of a validity where a detail of the log says how a document stands."""


@dataclass(frozen=True)
class Speech:
    """Says values in one of the languages of the staff pages; templates are given it as `speak`."""

    language: str

    def count(self, number: float) -> str:
        return str(format_decimal(number, locale=self.language))

    def share(self, part: float | None, pattern: str = "0%") -> str:
        """A share, 0 to 1, as a percentage; a dash where there is nothing to divide."""
        return "–" if part is None else str(format_percent(part, pattern, locale=self.language))

    def seconds(self, seconds: float) -> str:
        return words(self.language)["frame.seconds"].format(seconds=f"{seconds:.1f}")

    def day(self, on: date) -> str:
        """A day; of a moment, which is aware, the day in this machine's time zone."""
        on = on.astimezone() if isinstance(on, datetime) else on
        return str(format_date(on, "medium", locale=self.language))

    def month(self, on: date) -> str:
        return str(format_skeleton("yMMMM", on, locale=self.language))

    def weekday(self, on: date) -> str:
        return str(format_date(on, "EEE", locale=self.language))

    def moment(self, when: datetime) -> str:
        """A day and a time, in this machine's time zone; `when` is aware."""
        return str(format_datetime(when.astimezone(), "medium", locale=self.language))

    def detail(self, name: str, value: str) -> str:
        """A detail of the log: what it keeps of validity in no language is said in this one."""
        if not name.startswith("validity"):
            return value
        known = words(self.language)
        return STANDING.sub(lambda found: known[f"validity.{found[0]}"], value)

    def language_name(self, code: str) -> str:
        """The name of a language; the code itself where it has none."""
        return str(Locale(self.language).languages.get(code, code))


def title_of(metadata: Metadata | None, source: str) -> str:
    """How a document is called; its path where it has no title or is not there (any more)."""
    return (metadata.title if metadata else "") or source
