"""Numbers of a period: questions, outcomes, quality, speed and cited documents."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from statistics import median

from bot.outcomes import ANSWERED, ASIDE, QUESTIONS, UNANSWERED, Outcome
from ingest.checks.agenda import Agenda
from records import Days, Ratings, Statistics
from store.documents import Validity
from store.index import Index
from web.staff.formatting import title_of
from web.staff.statistics.periods import Period

ALL = tuple(each.value for each in Outcome)
MOST_SHOWN = 20
OVER = (Validity.EXPIRED, Validity.SUPERSEDED, Validity.REPEALED, Validity.NOT_YET, Validity.DRAFT)
"""Validities that do not apply today."""
FEW = 20
"""Smallest number of ratings to compare.

Below it, one rating more or less changes the share by over five points.
"""


@dataclass(frozen=True)
class Times:
    """Answer times in seconds: `middle` is the median, `most` the 95th percentile.

    Nearest rank.
    """

    count: int
    middle: float
    most: float


@dataclass(frozen=True)
class Numbers:
    """Numbers that can be compared with another period.

    `aside` are greetings and refusals, which are not counted as questions.
    """

    outcomes: Mapping[str, int]
    requests: int = 0
    ratings: Ratings = field(default_factory=Ratings)
    times: Mapping[str, Times] = field(default_factory=dict)

    @property
    def questions(self) -> int:
        """Number of questions, without greetings and refusals."""
        return sum(self.outcomes.get(each, 0) for each in QUESTIONS)

    @property
    def answered(self) -> int:
        """Number of questions that were answered, also partly."""
        return sum(self.outcomes.get(each, 0) for each in ANSWERED)

    @property
    def partly(self) -> int:
        """Number of those that were answered only in part."""
        return self.outcomes.get(Outcome.PARTLY_ANSWERED.value, 0)

    @property
    def unanswered(self) -> int:
        """Number of questions that the documents do not answer, or that failed."""
        return sum(self.outcomes.get(each, 0) for each in UNANSWERED)

    @property
    def aside(self) -> int:
        """Number of greetings and refusals."""
        return sum(self.outcomes.get(each, 0) for each in ASIDE)

    @property
    def rated(self) -> int:
        """Number of ratings, useful and useless."""
        return self.ratings.useful + self.ratings.useless

    @property
    def answered_share(self) -> float | None:
        """Share of answered questions, 0 to 1.

        Clarifications and questions outside our service do not count.
        None if there are no other questions.
        """
        return share(self.answered, self.answered + self.unanswered)

    @property
    def satisfaction(self) -> float | None:
        """Share of useful answers among those that were rated, 0 to 1.

        None if none was rated.
        """
        return share(self.ratings.useful, self.rated)


@dataclass(frozen=True)
class Cited:
    """A document and the number of answers that cite it.

    `ends` is its last day if that is near. `validity` is today's, empty if the document is no longer in the folder.
    """

    source: str
    title: str
    count: int
    validity: str
    ends: date | None = None


@dataclass(frozen=True)
class Summary:
    """All numbers of a period.

    - `before`: None if records of that time are no longer kept; `incomplete`: the same for the period itself.
    - `days`: answered and other questions of each day.
    - `ending`: documents that end soon or do not apply; `resting`: the answers based on them.
    """

    period: Period
    now: Numbers
    before: Numbers | None
    incomplete: bool
    days: tuple[tuple[date, int, int], ...]
    languages: Mapping[str, int]
    pages: Mapping[str, int]
    topics: Mapping[str, int]
    cited: tuple[Cited, ...]
    ending: tuple[Cited, ...]
    resting: int

    @property
    def resting_share(self) -> float | None:
        """Share of answers based on the documents of `ending`, 0 to 1.

        None without answers.
        """
        return share(self.resting, self.now.answered)


def share(part: int, whole: int) -> float | None:
    """Returns a part of a whole, 0 to 1.

    None if the whole is 0.
    """
    return part / whole if whole else None


def summarise(statistics: Statistics, index: Index, agenda: Agenda, period: Period, kept_days: int) -> Summary:
    """Returns the numbers of a period.

    Raises RecordsUnavailableError if the records cannot be read.
    """
    oldest, days = agenda.today - timedelta(kept_days), period.days
    daily = statistics.daily(days, ALL)
    cited = describe_cited_documents(statistics.count_citations(days, ANSWERED), index, agenda)
    ending = tuple(each for each in cited if each.ends or each.validity in OVER)
    return Summary(
        period,
        numbers(statistics, days, daily),
        numbers(statistics, period.before, statistics.daily(period.before, ALL))
        if period.before.first >= oldest
        else None,
        days.first < oldest,
        tuple((day, *of_day(daily, day)) for day in days.each()),
        statistics.traits(days, "language", QUESTIONS),
        statistics.traits(days, "page_language", QUESTIONS),
        statistics.traits(days, "topic", ANSWERED),
        cited[:MOST_SHOWN],
        ending[:MOST_SHOWN],
        statistics.citing(days, ANSWERED, [each.source for each in ending]),
    )


def numbers(statistics: Statistics, days: Days, daily: Mapping[tuple[date, str], int]) -> Numbers:
    """Returns the numbers of some days; `daily` counts questions by day and outcome."""
    outcomes: Counter[str] = Counter()
    for (_, outcome), count in daily.items():
        outcomes[outcome] += count
    seconds = statistics.seconds(days, QUESTIONS)
    times = {mode: times_of(each) for mode, each in sorted(seconds.items())}
    return Numbers(dict(outcomes.most_common()), statistics.requests(days), statistics.ratings(days), times)


def times_of(seconds: list[float]) -> Times:
    """Returns median and percentile of at least one time, sorted ascending."""
    return Times(len(seconds), median(seconds), seconds[math.ceil(0.95 * len(seconds)) - 1])


def of_day(daily: Mapping[tuple[date, str], int], day: date) -> tuple[int, int]:
    """Returns the numbers of answered and of other questions on a day."""
    answered = sum(daily.get((day, each), 0) for each in ANSWERED)
    return answered, sum(daily.get((day, each), 0) for each in QUESTIONS) - answered


def describe_cited_documents(counts: Mapping[str, int], index: Index, agenda: Agenda) -> tuple[Cited, ...]:
    """Returns the current data of cited documents."""
    documents, valid = index.documents(), index.validities(agenda.today)
    ends = {source: each.on for each in agenda.ending for source in (each.source, *each.translations)}
    return tuple(
        Cited(
            source,
            title_of(documents.get(source), source),
            count,
            valid[source][0] if source in valid else "",
            ends.get(source),
        )
        for source, count in counts.items()
    )
