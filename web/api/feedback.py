"""Routes for ratings, requests for a person and deletions, as on the page.

`/feedback`, `/requests` and `/answers/…`.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Path

from bot.pii import mask
from records import PersonRequest, Records, UnknownRecordError
from web.api.context import Api, ApiContext
from web.api.keys import MayAsk
from web.api.problems import ProblemError, describe_responses
from web.api.schemas import ReferenceOut
from web.chat.feedback import Thumb, Wish

AnswerId = Annotated[str, Path(pattern=r"^[0-9a-f]{32}$")]

routes = APIRouter(tags=["feedback"])


@routes.post("/feedback", status_code=204, responses=describe_responses(404, 422))
def feedback(thumb: Thumb, api: Api, _: MayAsk) -> None:
    """Stores a rating; personal data in its comment is masked.

    Raises ProblemError 404 if the answer is not stored.
    """
    records = keeping(api)
    try:
        records.rate(thumb.id, thumb.useful, thumb.reason or None, mask(thumb.comment))
    except UnknownRecordError:
        raise ProblemError(404, "no_answer") from None


@routes.post("/requests", responses=describe_responses(404, 422))
def request_person(wish: Wish, api: Api, _: MayAsk) -> ReferenceOut:
    """Stores a request for a person about an answer; returns its reference.

    Raises ProblemError 404 if the answer is not stored.
    """
    records = keeping(api)
    language = wish.language
    asked = PersonRequest(
        wish.id, wish.name, wish.contact, datetime.now(UTC), note=mask(wish.note), page_language=language
    )
    try:
        records.ask_person(asked)
    except UnknownRecordError:
        raise ProblemError(404, "no_answer") from None
    return ReferenceOut(reference=asked.reference)


@routes.delete("/answers/{id}", status_code=204, responses=describe_responses(404, 422))
def delete_answer(id: AnswerId, api: Api, _: MayAsk) -> None:
    """Deletes an exchange for good, with its rating and request; ignores unknown ids."""
    keeping(api).delete([id])


def keeping(api: ApiContext) -> Records:
    """Returns the records.

    Raises ProblemError 404 if this service stores nothing.
    """
    if not api.service.records.keeping:
        raise ProblemError(404, "not_kept")
    return api.service.records
