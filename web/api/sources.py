"""`/sources/…`: a passage at its place in a document, with what stands around it."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request
from pydantic import AfterValidator, BaseModel, Field

from store.documents import Validity
from web.api.context import Api, home
from web.api.keys import MayRead
from web.api.problems import ProblemError, describe_responses
from web.api.schemas import SourceOut, Text, refuse_nul
from web.sources.viewer import Asked, Place, locate

LONGEST_PASSAGE, AROUND = 20_000, 300
"""Characters of a passage at most, and of the text before and after it."""
USUAL_PASSAGE = 2_000
"""Characters that are shown if no end is named."""

Source = Annotated[str, AfterValidator(refuse_nul), Path(max_length=1000)]
Offset = Annotated[int, Field(ge=0, lt=2**31)]

routes = APIRouter(tags=["sources"])


class Span(BaseModel):
    """A passage in characters; `seen` is its fingerprint when quoted, if known."""

    start: Offset = 0
    end: Offset = 0
    seen: Annotated[Text, Field(max_length=64)] = ""


@routes.get("/sources/{source:path}", responses=describe_responses(404, 422), response_model=SourceOut)
def source(request: Request, source: Source, api: Api, _: MayRead, span: Annotated[Span, Query()]) -> dict[str, Any]:
    """Returns a passage, with AROUND characters before and after it.

    Raises ProblemError 404 if there is no such document.
    """
    document = api.service.documents(source)
    if document is None:
        raise ProblemError(404, "no_document", source=source)
    end = span.end or span.start + USUAL_PASSAGE
    place = locate(document, Asked(path=source, start=span.start, end=end, seen=span.seen))
    text, first = document.text, min(place.start, len(document.text))
    last = min(max(place.end, first), first + LONGEST_PASSAGE, len(text)) or min(USUAL_PASSAGE, len(text))
    metadata, page = document.metadata, document.page_at(first)
    address = Place(source, first, last, metadata.language, "").address(page, "#passage")
    return {
        "source": source,
        "title": metadata.title,
        "language": metadata.language,
        "validity": api.room.index.validities(date.today()).get(source, (Validity.UNKNOWN, ""))[0],
        "page": page,
        "start": first,
        "end": last,
        "length": len(text),
        "text": text[first:last],
        "before": text[max(0, first - AROUND) : first],
        "after": text[last : last + AROUND],
        "is_changed": place.changed,
        "link": home(request, api) + address,
    }
