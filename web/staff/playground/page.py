"""Playground page: understanding, answer, passages and scores of a question."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import Query, Request
from fastapi.responses import HTMLResponse
from pydantic import BaseModel, Field, field_validator

from bot.diagnostics.explain import ExplanationError, explain, speaks_against
from bot.diagnostics.highlighted_terms import weigh_words
from bot.diagnostics.relevance_labels import Labels, RelevanceLabel, by_question
from bot.dialogue.refusal import QUESTION_CHARACTERS
from bot.pii import mask
from bot.query.countries import HOME, country_name
from bot.query.hosts import find_covered_countries
from text.catalog import SERVICE_LANGUAGES
from text.sorting import sort_by_name
from web.i18n import texts
from web.staff.curated.nearest import find_answer_led_to
from web.staff.form_types import Day
from web.staff.pages import Pages, language_of
from web.staff.playground.bars import difference, support_bar
from web.staff.playground.passages import Lists, kind_asked, show_answer


class Asked(BaseModel):
    """A question from the form: day (default today), page language and country."""

    question: str = Field("", max_length=20_000)
    language: str = Field("", max_length=10)
    on: Day = None
    about: str = Field("", max_length=10)

    @field_validator("question", mode="after")
    @classmethod
    def mask_personal_data(cls, value: str) -> str:
        """Masks personal data, which must not be shown in an address or stored."""
        return mask(value.strip())

    @property
    def day(self) -> date:
        """The day for which the question is asked; today if none was chosen."""
        return self.on or date.today()

    def address(self) -> str:
        """Returns the address of the playground with this question, below the staff app."""
        given = {"question": self.question, "language": self.language, "on": self.on or "", "about": self.about}
        return f"try?{urlencode({name: value for name, value in given.items() if value})}"


Sent = Annotated[Asked, Query()]


@dataclass(frozen=True)
class Trying:
    """Services of this section."""

    pages: Pages

    @property
    def labels(self) -> list[RelevanceLabel]:
        """All relevance labels in the data folder."""
        return Labels.below(self.pages.room.settings.data_dir).read_all()

    def page(self, request: Request, asked: Asked) -> HTMLResponse:
        """Renders the form and the result."""
        language = language_of(request)
        asked = asked.model_copy(update={"language": asked.language or language})
        values: dict[str, Any] = {"asked": asked, "trial": None, "trouble": "", "longest": QUESTION_CHARACTERS}
        values |= {"countries": self.countries(language), "languages_asked": page_languages()}
        values |= {"saved": len(by_question(self.labels)), "here_again": asked.address()}
        if len(asked.question) > QUESTION_CHARACTERS:
            values["trouble"] = "playground.too_long"
        elif asked.question:
            try:
                values |= self.try_question(asked, language)
            except ExplanationError:
                values["trouble"] = "playground.failed"
        return self.pages.show(request, "playground/playground", **values)

    def try_question(self, asked: Asked, language: str) -> dict[str, Any]:
        """Returns the values that show a question, answered without a model.

        Raises ExplanationError if an error of the service stopped it.
        """
        trial = explain(self.pages.room.bot, asked.question, asked.language, asked.day, asked.about)
        held = frozenset().union(*(each.terms for each in trial.retrieval.weighed))
        own = [each for each in self.labels if each.asked == (asked.question, str(asked.on or ""), asked.about)]
        return {
            "trial": trial,
            "answers": show_answer(trial.answer, "quoted", language),
            "difference": difference,
            "against": [] if trial.retrieval.support > 0 else speaks_against(trial.retrieval.verdict),
            "lists": Lists(trial, language),
            "asks_for": kind_asked(trial.retrieval.question.text),
            "words_asked": weigh_words(trial.retrieval.question, held),
            "words_missing": weigh_words(trial.retrieval.question, trial.retrieval.question.weights.keys() - held),
            "named": [country_name(each, language) for each in trial.retrieval.question.countries],
            "right": {(each.source, each.quote): each.id for each in own},
            "support": support_bar(trial.retrieval.support),
            "led_to": find_answer_led_to(self.pages.room, trial.answer.reason),
            "has_model": self.pages.room.bot.model is not None,
        }

    def countries(self, language: str) -> list[tuple[str, str]]:
        """Returns the countries of the documents with their names, sorted by name."""
        codes = find_covered_countries(self.pages.room.index) - {HOME}
        return sort_by_name(((each, country_name(each, language)) for each in codes), language)


def page_languages() -> list[tuple[str, str]]:
    """Returns the page languages: `(code, name)`."""
    return [(each, texts(each)["page.language"]) for each in SERVICE_LANGUAGES]
