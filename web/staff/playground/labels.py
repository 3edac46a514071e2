"""Relevance labels: the staff mark the right passage of a question.

The evals use them, and the page checks if they are found today.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from pydantic import Field

from bot.answer import Answer
from bot.diagnostics.explain import answer_again
from bot.diagnostics.relevance_labels import RECALLED, Labels, RelevanceLabel, by_question, rank_of_first_match
from bot.outcomes import Outcome
from web.sources.viewer import fingerprint
from web.staff.pages import Pages, Undo, current_user, redirect
from web.staff.playground.page import Asked


class Chosen(Asked):
    """A question and the passage that answers it.

    The passage is a span, with the fingerprint of the shown text. Without a source, no document answers the question.
    """

    source: str = Field("", max_length=1000)
    start: int = Field(0, ge=0)
    end: int = Field(0, ge=0)
    seen: str = Field("", max_length=64)
    heading: str = Field("", max_length=500)


@dataclass(frozen=True)
class Labelling:
    """Services of this section."""

    pages: Pages

    @cached_property
    def labels(self) -> Labels:
        """The relevance labels in the data folder."""
        return Labels.below(self.pages.room.settings.data_dir)

    def show_labels(self, request: Request, template: str, **values: object) -> HTMLResponse:
        """Renders the questions, the last one first."""
        return self.pages.show(request, template, labels=self.labels.read_all()[::-1], **values)

    def save(self, request: Request, chosen: Chosen) -> RedirectResponse:
        """Stores the question with the chosen passage, if its text has not changed since."""
        label = self.label(request, chosen)
        if label is None:
            self.pages.flash(request, "playground.changed", "trouble")
            return redirect(request, chosen.address())
        self.pages.audit(request, "question.saved", label.question, passage=label.source or "-")
        self.labels.add(label)
        undo = Undo("try/taken-back", {"id": label.id, "to": chosen.address()}, "playground.take_back")
        self.pages.flash(request, "playground.kept" if label.source else "playground.kept_none", undo=undo)
        return redirect(request, chosen.address())

    def label(self, request: Request, chosen: Chosen) -> RelevanceLabel | None:
        """Returns the label of a question and the chosen passage.

        None without a question, or if the passage has changed or is gone.
        """
        document = self.pages.room.index.document(chosen.source) if chosen.source else None
        quote = document.text[chosen.start : chosen.end] if document else ""
        if not chosen.question or (chosen.source and (not quote or fingerprint(quote) != chosen.seen)):
            return None
        page = document.page_at(chosen.start) if document else None
        return RelevanceLabel(
            chosen.question,
            chosen.language,
            date.today(),
            chosen.source,
            quote,
            chosen.heading,
            page,
            chosen.on,
            chosen.about,
            current_user(request),
        )

    def take_back(self, request: Request, identity: str) -> None:
        """Removes a label and logs it; does nothing if it is gone."""
        label = next((each for each in self.labels.read_all() if each.id == identity), None)
        if label:
            self.pages.audit(request, "question.unsaved", label.question, passage=label.source or "-")
            self.labels.remove(identity)
            self.pages.flash(request, "playground.taken_back")

    def find_ranks(self) -> dict[str, str]:
        """Returns the current rank of each labelled passage, by label id.

        The rank is `first`, `five`, `further` or `not_found`. For questions without an answer it is `refused` or
        `answered`.
        """
        ends: dict[str, str] = {}
        for labels in by_question(self.labels.read_all()):
            answer = answer_again(self.pages.room.bot, labels[0])
            ends |= {each.id: how_it_ends(each, answer) for each in labels}
        return ends


def how_it_ends(label: RelevanceLabel, answer: Answer) -> str:
    """Returns the rank of the passage in an answer; see `Labelling.find_ranks`."""
    if not label.is_answered:
        return "answered" if answer.outcome is Outcome.ANSWERED else "refused"
    place = rank_of_first_match([label], answer.passages)
    if place == 1:
        return "first"
    return "not_found" if not place else "five" if place <= RECALLED else "further"


def add_saving(routes: APIRouter, pages: Pages) -> None:
    """Adds `/try/right`, `/try/taken-back`, and `/try/saved` with the questions."""
    labelling = Labelling(pages)

    @routes.post("/try/right")
    def save_label(request: Request, chosen: Annotated[Chosen, Form()]) -> RedirectResponse:
        return labelling.save(request, chosen)

    @routes.post("/try/taken-back")
    def remove_label(
        request: Request,
        identity: Annotated[str, Form(alias="id", max_length=64)],
        to: Annotated[str, Form(max_length=30_000)] = "",
    ) -> RedirectResponse:
        labelling.take_back(request, identity)
        return redirect(request, to if to.startswith("try?") else "try/saved")

    @routes.get("/try/saved")
    def show_saved(request: Request, check: bool = False) -> HTMLResponse:
        return labelling.show_labels(request, "playground/saved", check=check, ends={})

    @routes.get("/try/saved/found")
    def show_ranks(request: Request) -> HTMLResponse:
        return labelling.show_labels(request, "playground/saved_list", check=False, ends=labelling.find_ranks())
