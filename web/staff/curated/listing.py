"""List of curated answers, with a trial question and import problems."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from fastapi import Request
from fastapi.responses import RedirectResponse, Response

from bot.curated import answers as curated
from bot.query.query import understand
from ingest.checks.agenda import SOON
from records import CuratedAnswer, DraftKind
from records.models import now
from store.documents import Validity
from web.staff.curated.nearest import nearest_to
from web.staff.pages import Pages, redirect

USED_DAYS = 90


@dataclass(frozen=True)
class Row:
    """An answer in the list.

    `trouble` is the key of its problem, `used` counts its uses, `sources` have their validity today.
    """

    answer: CuratedAnswer
    trouble: str
    used: int
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
    used = answers.uses(now() - timedelta(days=USED_DAYS))
    valid = pages.room.index.validities(date.today())
    found = [
        Row(
            answer,
            trouble_of(pages, answer),
            used.get(answer.id, 0),
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
    """Returns the answer that a question would get, and the nearest ones."""
    bot = pages.room.bot
    asked = understand(question, "", bot.index, bot.embedding_model)
    answers = pages.room.records.curated.current()
    found = curated.select_answer(answers, [asked], bot.index, bot.embedding_model, date.today())
    return {"tried": True, "used": found[0] if found else None, "near": nearest_to(pages.room, question)}


def spelled(answer: CuratedAnswer) -> dict[str, str]:
    """Returns an answer as audit log details."""
    texts = {f"answer_{each.language}": each.answer for each in answer.texts}
    texts |= {f"questions_{each.language}": each.questions for each in answer.texts}
    quotes = "\n".join(each.quote for each in answer.sources if each.quote)
    texts |= {"quotes": quotes} if quotes else {}
    return {"until": str(answer.until), "sources": ", ".join(each.source for each in answer.sources)} | texts


def redirect_missing(pages: Pages, request: Request) -> RedirectResponse:
    pages.flash(request, "curated.gone", "trouble")
    return redirect(request, "curated")
