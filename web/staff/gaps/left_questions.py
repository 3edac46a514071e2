"""Questions that a document left open: why, and their wordings for its page."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Annotated, Literal

from fastapi import APIRouter, Form, HTTPException, Request
from fastapi.responses import Response

from bot.diagnostics.knowledge_gaps import Again, standalone_question
from bot.pii import mask
from ingest.metadata.change_yaml import FrontMatterNotWritableError
from store.documents import UnreadableFileError
from store.index import Index
from store.validity import versions
from text.messages import message_of
from web.staff.approval_needed import is_approval_needed
from web.staff.documents.change import DetailChange, now_of, save
from web.staff.documents.form import Changes
from web.staff.documents.held import hold_details
from web.staff.form_types import Line, Period, Source
from web.staff.gaps.retest import Run
from web.staff.messages import localise
from web.staff.pages import Pages, language_of, redirect

MOST_WORDINGS, LONGEST = 50, 200
"""Wordings that are offered at once, and characters of one."""


@dataclass(frozen=True)
class Left:
    """Reason why a question stays open, with the nearest text or the other document."""

    why: Literal["other", "unsure", "nothing"]
    text: str = ""


def reason_left(again: Again, sources: Collection[str]) -> Left:
    """Returns why a question was not answered from one of `sources`."""
    answer = again.answer
    if answer.citations and not again.is_cited:
        return Left("other", answer.citations[0].title or answer.citations[0].source)
    near = next((each for each in answer.passages if each.source in sources), None)
    return Left("unsure", near.chunk.text) if near else Left("nothing")


def open_results(run: Run | None) -> list[Again]:
    """Returns what an ended closing run did not get answered."""
    if run is None or run.is_running or not run.source:
        return []
    return [each for each in run.results if not each.is_answered]


def find_left_questions(run: Run | None, index: Index) -> dict[str, Left]:
    """Returns the questions that a closing run left open, by their handle."""
    left = open_results(run)
    if run is None or not left:
        return {}
    sources = {run.source, *versions(run.source, index.documents()).values()}
    return {each.question.exchange.handle: reason_left(each, sources) for each in left}


def wordings_left(run: Run | None) -> list[str]:
    """Returns the wordings that a closing run left open, each once."""
    left = (each.question.exchange for each in open_results(run))
    wordings = dict.fromkeys(" ".join(mask(standalone_question(each)).split()) for each in left)
    return [each for each in wordings if len(each) <= LONGEST][:MOST_WORDINGS]


def add_wordings_left(routes: APIRouter, pages: Pages) -> None:
    """Adds `/gaps/HANDLE/wordings`: adds questions to those that a page lists."""

    @routes.post("/gaps/{handle}/wordings")
    def add(
        request: Request,
        handle: str,
        days: Period,
        source: Annotated[Source, Form()],
        question: Annotated[list[Line], Form(max_length=MOST_WORDINGS)],
    ) -> Response:
        to = redirect(request, f"gaps/{handle}?days={days}#questions")
        if source not in pages.room.index.documents():
            raise HTTPException(404)
        with pages.room.changing:
            current = now_of(request, pages, source)
            known = tuple(current.written.values.get("also_asked", ()))
            new = tuple(each for each in dict.fromkeys(question) if each.strip() and each not in known)
            change = DetailChange(current, Changes({"also_asked": (*known, *new)}))
            if not new:
                pages.flash(request, "documents.edit.nothing", name=source)
                return to
            try:
                if is_approval_needed(pages.room):
                    hold_details(request, pages, [change])
                    return to
                save(request, pages, change)
                pages.flash(request, "gaps.wordings_added", count=len(new), name=source)
            except (FrontMatterNotWritableError, UnreadableFileError, OSError) as error:
                why = localise(message_of(error), language_of(request))
                pages.flash(request, "documents.edit.cannot", "trouble", why=why)
        return to
