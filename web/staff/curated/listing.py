"""List of curated answers, with a trial question and import problems."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from fastapi import Request
from fastapi.responses import RedirectResponse, Response

from bot.curated import answers as curated
from ingest.checks.agenda import SOON
from records import CuratedAnswer, DraftKind
from records.models import now
from store.documents import Validity
from web.staff.curated.nearest import find_answer_led_to, nearest_to
from web.staff.pages import Pages, redirect

USED_DAYS = 90


@dataclass(frozen=True)
class Row:
    """An answer in the list.

    `trouble` is the key of its problem, `used` counts its uses and `near` the questions that only came near, `sources`
    have their validity today.
    """

    answer: CuratedAnswer
    trouble: str
    used: int
    near: int
    sources: tuple[tuple[str, str], ...]


def listing(pages: Pages, request: Request, status: int = 200, /, question: str = "", **values: Any) -> Response:
    """Renders the list; with a question, also its answer and the nearest ones."""
    tried = trial(pages, question.strip()) if question.strip() else {}
    return pages.show(
        request,
        "curated/list",
        status,
        rows=rows(pages),
        known=pages.room.index.documents(),
        drafts=[each for each in pages.room.records.drafts.read_all() if each.kind is DraftKind.ANSWER],
        question=question,
        days=USED_DAYS,
        **tried,
        **values,
    )


def rows(pages: Pages) -> list[Row]:
    """Returns all answers, those with a problem first."""
    answers = pages.room.records.curated
    since = now() - timedelta(days=USED_DAYS)
    used, near = answers.uses(since), answers.near_misses(since)
    valid = pages.room.index.validities(date.today())
    found = [
        Row(
            answer,
            trouble_of(pages, answer),
            used.get(answer.id, 0),
            near.get(answer.id, 0),
            tuple((each.source, valid.get(each.source, (Validity.UNKNOWN, ""))[0].value) for each in answer.sources),
        )
        for answer in answers.read_all()
    ]
    return sorted(found, key=lambda row: (not row.trouble, row.trouble == "ends_soon"))


def trouble_of(pages: Pages, answer: CuratedAnswer) -> str:
    """Returns the key of what needs attention; empty if nothing does.

    An answer that ends within SOON days does.
    """
    today = date.today()
    is_ending = answer.until <= today + timedelta(SOON)
    return curated.trouble(answer, pages.room.index, today) or ("ends_soon" if is_ending else "")


def trial(pages: Pages, question: str) -> dict[str, Any]:
    """Returns the answer that a question gets or comes near, and the nearest ones."""
    answer = replace(pages.room.bot, model=None).answer(question)
    return {
        "tried": True,
        "is_used": answer.mode == "curated",
        "led_to": find_answer_led_to(pages.room, answer.reason),
        "near": nearest_to(pages.room, question),
    }


def to_details(answer: CuratedAnswer) -> dict[str, str]:
    """Returns an answer as audit log details."""
    texts = {f"answer_{each.language}": each.answer for each in answer.texts}
    texts |= {f"questions_{each.language}": each.questions for each in answer.texts}
    quotes = "\n".join(each.quote for each in answer.sources if each.quote)
    texts |= {"quotes": quotes} if quotes else {}
    return {"until": str(answer.until), "sources": ", ".join(each.source for each in answer.sources)} | texts


def redirect_missing(pages: Pages, request: Request) -> RedirectResponse:
    """Redirects to the list, with a message that the answer is gone."""
    pages.flash(request, "curated.gone", "trouble")
    return redirect(request, "curated")
