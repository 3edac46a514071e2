"""Routes `/exchanges` (question log) and `/requests` (people waiting for a reply)."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query

from records import AuditEntry, Exchange, Filter, PersonRequest
from web.api.context import Api, author
from web.api.keys import MayReadRecords
from web.api.problems import describe_responses
from web.api.schemas import ExchangesOut, ExchangesWanted, PersonRequestsOut

routes = APIRouter(tags=["records"])


@routes.get("/exchanges", responses=describe_responses(422), response_model=ExchangesOut)
def exchanges(
    api: Api,
    _: MayReadRecords,
    wanted: Annotated[ExchangesWanted, Query()],
) -> dict[str, Any]:
    """Returns questions of the log that match a filter, latest first."""
    chosen, limit = Filter(wanted.outcome, wanted.language, first=wanted.first, last=wanted.last), wanted.limit
    found = api.service.records.exchanges(chosen, limit + 1, wanted.offset)
    return {"exchanges": [exchange_json(each) for each in found[:limit]], "is_more": len(found) > limit}


@routes.get("/requests", responses=describe_responses(), response_model=PersonRequestsOut)
def open_requests(api: Api, key: MayReadRecords) -> dict[str, Any]:
    """Returns the open requests, and logs the key that read names and contacts."""
    found = api.service.records.requests(open_only=True)
    if found:
        api.room.audit.note(AuditEntry(author(key), "requests.read", details={"count": str(len(found))}))
    return {"requests": [request_json(each) for each in found]}


def exchange_json(exchange: Exchange) -> dict[str, Any]:
    """Converts an exchange, without its id, which allows its deletion."""
    same = (
        "handle asked_at channel question standalone_question language outcome reason mode answer topic search_seconds"
        " total_seconds"
    ).split()
    rating = exchange.rating
    rated = {name: getattr(rating, name) for name in ("useful", "reason", "comment", "rated_at")} if rating else None
    sources = list(dict.fromkeys(each.source for each in exchange.citations))
    return {name: getattr(exchange, name) for name in same} | {"sources": sources, "rating": rated}


def request_json(asked: PersonRequest) -> dict[str, Any]:
    """Converts a request for a person, with its contact; `language` is the page's."""
    same = ("id", "reference", "consented_at", "name", "contact", "note", "question", "answer", "assigned_to")
    return {name: getattr(asked, name) for name in same} | {"language": asked.page_language}
