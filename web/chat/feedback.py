"""Feedback: thumbs with a reason, requests for a person, and deletion requests."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Annotated, Literal
from uuid import uuid4

from fastapi import APIRouter, Depends, HTTPException, Request
from pydantic import BaseModel, ConfigDict, Field

from bot.answer import Answer, Citation
from bot.dialogue.refusal import QUESTION_CHARACTERS
from bot.outcomes import ANSWERED, Outcome
from bot.pii import mask
from bot.starters.questions import main_topic
from records import (
    CitedSource,
    Exchange,
    PartOutcome,
    PersonRequest,
    ReadPassage,
    Reason,
    Records,
    RecordsUnavailableError,
    UnknownRecordError,
)
from store.documents import Passage
from text.catalog import SERVICE_LANGUAGES
from web.chat.contact import CONTACT
from web.chat.conversation_state import body
from web.http.rate_limit import RateLimiter, client_key
from web.i18n import choose_language, find_language, texts
from web.sources.viewer import fingerprint

LOG = logging.getLogger(__name__)
POSTS, SECONDS = 60, 60
"""Requests that one address may send, and the period in seconds."""
WITHOUT_BOT = "person"
"""Channel of questions that are written to the staff without an answer of the bot."""

Identity = Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]


class Sent(BaseModel):
    """Data from a browser. Only the browser that asked knows the id of an answer."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class Thumb(Sent):
    """Rating of an answer: useful or not, and the reason."""

    id: Identity
    useful: bool
    reason: Reason | Literal[""] = ""
    comment: str = Field("", max_length=500)


class Contacted(Sent):
    """Sender of a request to the staff.

    With `consent` the sender agrees that the center uses these data for it.
    """

    contact: str = Field(max_length=200, pattern=CONTACT)
    name: str = Field("", max_length=100)
    note: str = Field("", max_length=1000)
    language: str = Field("", pattern=rf"^({'|'.join(SERVICE_LANGUAGES)})?$")
    consent: Literal[True]


class Wish(Contacted):
    """Request for an answer from a person about an answer of the bot."""

    id: Identity


class OwnQuestion(Contacted):
    """Question to the staff that the bot was not asked."""

    question: str = Field(min_length=1, max_length=QUESTION_CHARACTERS)


class Forgotten(Sent):
    """Answers that a browser deleted."""

    ids: list[Identity] = Field(max_length=100)


def router(records: Records) -> APIRouter:
    """Routes `/rate`, `/ask-person` and `/forget`.

    Answers that the records no longer have are ignored.
    """
    pace = RateLimiter(POSTS, SECONDS)

    def slowly(request: Request) -> None:
        if not pace.hit(client_key(request)):
            language = find_language(request.headers.get("accept-language", ""))
            sentence = texts(language)["request.too_much"].format(seconds=SECONDS)
            raise HTTPException(429, sentence, {"Retry-After": str(SECONDS)})

    routes = APIRouter(dependencies=[Depends(slowly)])

    @routes.post("/rate", status_code=204)
    def rate(request: Request, thumb: Thumb) -> None:
        with translate_record_errors(request):
            records.rate(thumb.id, thumb.useful, thumb.reason or None, mask(thumb.comment))

    @routes.post("/ask-person")
    def ask_person(request: Request, wish: Wish | OwnQuestion) -> dict[str, str]:
        """Returns the number of the request, and the id under which it can be corrected."""
        with translate_record_errors(request):
            about = wish.id if isinstance(wish, Wish) else keep_unasked(records, wish)
            asked = PersonRequest(
                about, wish.name, wish.contact, datetime.now(UTC), note=mask(wish.note), page_language=wish.language
            )
            records.ask_person(asked)
        return {"reference": asked.reference, "id": about}

    @routes.post("/forget", status_code=204)
    def forget(request: Request, forgotten: Forgotten) -> None:
        with translate_record_errors(request):
            records.delete(forgotten.ids)

    return routes


def keep_unasked(records: Records, asked: OwnQuestion) -> str:
    """Stores a question that goes to the staff at once; returns its id."""
    question, identity = mask(asked.question), uuid4().hex
    records.keep_soon(
        Exchange(identity, question, Outcome.BLOCKED.value, page_language=asked.language, channel=WITHOUT_BOT)
    )
    return identity


@contextmanager
def translate_record_errors(request: Request) -> Iterator[None]:
    """Turns errors of the records into HTTP errors, in the visitor's language.

    Raises HTTPException 404 if an answer is not stored.
    Raises HTTPException 503 while the records are away.
    """
    words = texts(find_language(request.headers.get("accept-language", "")))
    try:
        yield
    except UnknownRecordError:
        raise HTTPException(404, words["why.gone"]) from None
    except RecordsUnavailableError as error:
        LOG.warning("A message of a visitor could not be stored. %s", error)
        raise HTTPException(503, words["why.failed"], {"Retry-After": "30"}) from None


def keep_exchange(records: Records, answer: Answer, page_language: str, channel: str = "") -> None:
    """Stores a question and its outcome; a failure does not affect the answer.

    `channel` is empty for the page.
    """
    try:
        records.keep_soon(to_exchange(answer, page_language, channel))
    except RecordsUnavailableError as error:  # the spool is full, and has logged that itself
        LOG.debug("A question could not be stored. %s", error)


def to_exchange(answer: Answer, page_language: str, channel: str = "") -> Exchange:
    """Converts an answer for the records, without personal data.

    The bot masks them, but not in an answer that failed.
    """
    return Exchange(
        id=answer.id,
        question=mask(answer.question),
        outcome=answer.outcome.value,
        answer=body(answer),
        standalone_question=mask(answer.standalone_question),
        language=answer.language,
        page_language=choose_language(page_language),
        reason=answer.reason,
        mode=answer.mode,
        citations=tuple(to_cited_source(each) for each in answer.citations),
        passages=tuple(read(each) for each in answer.passages),
        parts=tuple(PartOutcome(mask(each.text), each.is_answered) for each in answer.parts),
        support=answer.support,
        topic=topic_of(answer),
        search_seconds=answer.seconds.search,
        total_seconds=answer.seconds.total,
        asked_at=answer.asked_at or datetime.now(UTC),
        channel=channel,
    )


def topic_of(answer: Answer) -> str:
    """Returns the topic of the first cited document that was found for the question.

    "" if it was not answered: what comes closest then says nothing of the question.
    """
    cited = answer.citations if answer.outcome.value in ANSWERED else ()
    found = {passage.source: passage.metadata for passage in answer.passages}
    return next((main_topic(found[each.source]) for each in cited if each.source in found), "")


def to_cited_source(citation: Citation) -> CitedSource:
    """Converts a citation for the records; the heading replaces a missing article."""
    return CitedSource(
        citation.number,
        citation.source,
        citation.title,
        citation.validity.value,
        citation.page,
        citation.article or citation.heading,
        citation.url,
    )


def read(passage: Passage) -> ReadPassage:
    """Converts a passage for the records, with a fingerprint instead of its text."""
    chunk = passage.chunk
    headings, score = " > ".join(chunk.headings), round(passage.score, 2)
    return ReadPassage(passage.source, chunk.start, chunk.end, score, chunk.page, headings, fingerprint(chunk.text))
