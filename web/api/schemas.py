"""Bodies of requests and responses of the API."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from bot.dialogue.refusal import QUESTION_CHARACTERS
from bot.outcomes import Outcome
from text.catalog import SERVICE_LANGUAGES
from text.messages import message
from web.http.limits import LONGEST_TEXT, MOST_TURNS
from web.staff.form_types import YEARS


def refuse_nul(text: str) -> str:
    """Returns `text` as it is.

    Raises ValueError if it has NUL, which no database stores.
    """
    if "\0" in text:
        raise ValueError(message("value.nul"))
    return text


def in_years(day: date | None) -> date | None:
    """Returns `day` as it is.

    Date arithmetic fails near the ends of the calendar.
    None if it is None.
    Raises ValueError if its year is not in YEARS.
    """
    if day and day.year not in YEARS:
        raise ValueError(message("value.years", first=YEARS[0], last=YEARS[-1]))
    return day


Text = Annotated[str, AfterValidator(refuse_nul)]
QuestionText = Annotated[Text, Field(min_length=1, max_length=QUESTION_CHARACTERS, pattern=r"\S")]
Day = Annotated[date | None, AfterValidator(in_years)]
Language = Literal[SERVICE_LANGUAGES]  # type: ignore[valid-type]


class Taken(BaseModel):
    """Base of request bodies; unknown fields are errors, so that typos are noticed."""

    model_config = ConfigDict(extra="forbid")


class TurnIn(Taken):
    """An earlier message.

    `outcome`: that of an answer, as it was given; without it, the text is read.
    """

    role: Literal["user", "assistant"]
    content: Annotated[Text, Field(max_length=LONGEST_TEXT)]
    outcome: Outcome | None = None


class AskIn(Taken):
    """A question; `country` is the alpha-2 code of the host country.

    `language` is used if the question shows none.
    """

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"question": "俄罗斯的增值税一般税率是多少？", "language": "zh"}]},
    )
    question: QuestionText
    history: Annotated[list[TurnIn], Field(max_length=2 * MOST_TURNS)] = []
    language: Language | None = None
    country: Annotated[str, Field(pattern=r"^([A-Z]{2})?$")] = ""


class SearchIn(Taken):
    """A query. `on` is the day for which validity counts, by default today."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"query": "增值税 税率", "limit": 5}]})
    query: QuestionText
    limit: Annotated[int, Field(ge=1, le=50)] = 10
    on: Day = None


class PassageOut(BaseModel):
    """A passage: `[start:end]` of the text of its document."""

    source: str
    title: str
    page: int | None
    heading: str
    text: str
    score: float
    start: int
    end: int
    validity: str
    link: str


class PassagesOut(BaseModel):
    query: str
    passages: list[PassageOut]


class SourceOut(BaseModel):
    """A passage at its place.

    `is_changed`: the text there is not the one that was quoted, so the start is shown.
    """

    source: str
    title: str
    language: str
    validity: str
    page: int | None
    start: int
    end: int
    length: int
    text: str
    before: str
    after: str
    is_changed: bool
    link: str


class ReferenceOut(BaseModel):
    reference: str


class ExchangesWanted(BaseModel):
    """Filter of the question log; empty fields do not filter.

    `first` and `last` are days.
    """

    outcome: Annotated[Text, Field(max_length=100)] = ""
    language: Annotated[Text, Field(max_length=100)] = ""
    first: Day = None
    last: Day = None
    limit: Annotated[int, Field(ge=1, le=500)] = 50
    offset: Annotated[int, Field(ge=0, le=1_000_000)] = 0


class RatingOut(BaseModel):
    useful: bool
    reason: str | None
    comment: str
    rated_at: datetime


class ExchangeOut(BaseModel):
    """A question of the log. `channel` is empty for the page."""

    handle: str
    asked_at: datetime
    channel: str
    question: str
    standalone_question: str
    language: str
    outcome: str
    reason: str
    mode: str
    answer: str
    sources: list[str]
    topic: str
    search_seconds: float
    total_seconds: float
    rating: RatingOut | None


class ExchangesOut(BaseModel):
    exchanges: list[ExchangeOut]
    is_more: bool


class PersonRequestOut(BaseModel):
    id: int
    reference: str
    consented_at: datetime
    name: str
    contact: str
    note: str
    question: str
    answer: str
    language: str
    assigned_to: str


class PersonRequestsOut(BaseModel):
    requests: list[PersonRequestOut]


class ReadingOut(BaseModel):
    """Progress of reading the folder."""

    stage: str
    files_done: int
    files: int


class RecordsOut(BaseModel):
    """Records that wait for the database, and that found no space."""

    waiting: int
    lost: int


class StatusOut(BaseModel):
    is_paused: bool
    is_ready: bool
    documents: int
    chunks: int
    reading: ReadingOut
    records: RecordsOut
    scopes: list[str]
    per_minute: int
