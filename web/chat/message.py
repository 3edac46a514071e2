"""HTML of an exchange: question, answer, warnings and source cards."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass, replace

from babel import Locale
from markupsafe import Markup

from bot.answer import Answer, AnswerWarning
from bot.dialogue.refusal import QUESTION_CHARACTERS
from bot.outcomes import Outcome
from bot.query.answer_type import asks_how
from bot.query.continuation import is_continuation
from bot.query.countries import HOME, countries
from records import Reason
from store.bases import NO_BASES, Basis
from store.documents import Document
from text.catalog import ANSWER_LANGUAGES
from text.sorting import join_names
from web.bases import BasisRow
from web.chat.conversation_state import Conversation, body
from web.chat.coverage import describe_coverage
from web.chat.guide_card import GuideCard, guide_card, render_card
from web.chat.source_cards import (
    DocumentCard,
    Versions,
    document_cards,
    nearest,
    other_version,
    render_quotes,
)
from web.context import ChatContext, StartersLike, one_version
from web.http.limits import MOST_SIGNS, MOST_SIGNS_AT_ONCE
from web.http.processor_budget import charge_visitor
from web.i18n import texts
from web.markdown import answer_html, at_most
from web.rendering import render
from web.sources.viewer import Documents

OPEN_ENDS = {Outcome.NOT_IN_KNOWLEDGE_BASE, Outcome.OUTSIDE_SERVICE, Outcome.FAILED, Outcome.BLOCKED}
"""Outcomes after which the page says what to do next."""


def no_document(_: str) -> Document | None:
    """Returns no document: for answers that are shown without the library.

    None for every source.
    """
    return None


@dataclass(frozen=True)
class RenderContext:
    """Values that all exchanges of a page share.

    - `keeping`: thumbs and requests are stored on the server.
    - `documents`: finds documents; a service guide is shown as a card.
    - `versions`: sources of a document by language, itself included.
    - `starters`: the countries and questions that the documents cover; None if unknown.
    - `bases`: what lines of guides rest on, by id.
    """

    language: str
    keeping: bool = False
    documents: Documents = no_document
    versions: Versions = one_version
    starters: StartersLike | None = None
    bases: Callable[[], Mapping[str, Basis]] = lambda: NO_BASES.by_id


def render_context(service: ChatContext, language: str) -> RenderContext:
    """Returns the values that all exchanges of the page share."""
    keeping = service.records.keeping
    return RenderContext(language, keeping, service.documents, service.versions, service.starters, service.bases)


def exchanges(conversation: Conversation, around: RenderContext, resting: bool = True) -> Markup:
    """Renders all finished exchanges.

    Only the last one has suggestions, and only while no question is running.
    """
    last = len(conversation) if resting else 0
    with at_most(MOST_SIGNS_AT_ONCE, MOST_SIGNS), charge_visitor():
        return Markup("").join(
            render_message(answer if number == last else replace(answer, suggestions=()), number, around)
            for number, answer in enumerate(conversation, 1)
        )


def render_message(answer: Answer, number: int, around: RenderContext, running: bool = False) -> Markup:
    """Renders one exchange; `running` while its answer grows.

    An incomplete answer that is not running was stopped.
    """
    words = texts(around.language)
    anchor = f"exchange-{number}"
    parts = answer_parts(answer, anchor, around.language)
    quotes = {each.citation.number for part in parts if isinstance(part, DocumentCard) for each in part.quotes}
    beside = [citation for citation in answer.citations if citation.number not in quotes]
    unclear = answer.outcome is Outcome.NEEDS_CLARIFICATION
    return render(
        "exchange",
        answer=answer,
        anchor=anchor,
        asked_at=answer.asked_at.astimezone().isoformat() if answer.asked_at else "",
        coverage=describe_coverage(answer, around.starters, around.language) if around.starters else None,
        cards=document_cards(beside, around.language),
        guide=answer_guide(answer, around),
        further="answer.choose" if unclear else "answer.further",
        is_open_end=answer.complete and answer.outcome in OPEN_ENDS,
        keeping=around.keeping,
        language=around.language,
        leaning=bool(find_restatement(answer)) or is_continuation(answer.question),
        longest=QUESTION_CHARACTERS,
        number=number,
        outcome=texts(around.language)[f"outcome.{answer.outcome.value}"],
        parts=[(part if isinstance(part, DocumentCard) else None, part) for part in parts],
        reasons=tuple(Reason),
        running=running,
        suggestions=suggestions(answer) if answer.complete else (),
        texts=words,
        understood=find_restatement(answer),
        untranslated=say_untranslated(answer, around.language),
        version_of=lambda citation: other_version(citation, answer.language, around.versions, around.language),
        warnings=warnings(answer, bool(beside)),
    )


def answer_parts(answer: Answer, anchor: str, language: str) -> Sequence[Markup | DocumentCard]:
    """Renders the text of an answer; quotes of a document become its card.

    A model and the center answer in words of their own: their sources stand beside the answer.
    """
    if answer.mode == "extractive" and answer.complete:
        asked, shown = find_asked_countries(answer), render_quotes(body(answer), answer.citations, anchor, language)
        return [about_first(each, asked) if isinstance(each, DocumentCard) else each for each in shown]
    numbers = {citation.number for citation in answer.citations}
    words = answer_html(body(answer), anchor, numbers, texts(language)["marker.label"])
    return [words] if words else []


def about_first(card: DocumentCard, asked: Set[str]) -> DocumentCard:
    """Returns the card with the bases of other countries than those asked about last."""

    def is_elsewhere(row: BasisRow) -> bool:
        named = set(countries(f"{row.line.text} {row.line.words}")) - {HOME}
        return bool(named) and not named & asked

    return replace(card, bases=tuple(sorted(card.bases, key=is_elsewhere))) if asked else card


def warnings(answer: Answer, has_sources_beside: bool) -> list[AnswerWarning]:
    """Returns the warnings to show above an answer.

    What is to be checked is said on the card of its document, above the quote; above the answer only if its sources
    stand beside it.
    """
    return [each for each in answer.warnings if each.kind != "to_be_checked" or has_sources_beside]


def say_untranslated(answer: Answer, language: str) -> str:
    """Says in the page's language that some or all quotes are in another language.

    "" where the bot has said so, since it has words in the language of the question.
    """
    spoken = {each.language for each in answer.citations} - {""}
    quoted = spoken - {answer.language}
    if answer.mode == "model" or answer.language in ANSWER_LANGUAGES or not quoted:
        return ""
    names = Locale(language).languages
    named = join_names([names.get(each, each) for each in sorted(quoted)], language)
    key = "answer.some_elsewhere" if answer.language in spoken else "answer.no_version"
    return texts(language)[key].format(asked=names.get(answer.language, answer.language), quoted=named)


def answer_guide(answer: Answer, around: RenderContext) -> Markup:
    """Renders the card of a cited service guide in the nearest language; else empty."""
    card = find_card(answer, around)
    return render_card(card, around.language, asks_how(answer.standalone_question)) if card else Markup()


def find_card(answer: Answer, around: RenderContext) -> GuideCard | None:
    """Returns the card of the first cited guide, in the nearest language.

    None if it is no guide, or nothing was answered.
    """
    answered = answer.complete and answer.outcome is Outcome.ANSWERED and answer.citations
    source = nearest(answer.citations[0].source, answer.language, around.versions) if answered else ""
    document = around.documents(source) if source else None
    return guide_card(document, around.language, around.bases) if document else None


def suggestions(answer: Answer) -> tuple[str, ...]:
    """Returns suggested questions about the countries asked about, or about none.

    Choices of a clarification are returned unchanged.
    """
    asked = find_asked_countries(answer)
    if answer.outcome is Outcome.NEEDS_CLARIFICATION or not asked:
        return answer.suggestions
    named = [(each, set(countries(each)) - {HOME}) for each in answer.suggestions]
    return tuple(each for each, others in named if not others or others & asked)


def find_asked_countries(answer: Answer) -> set[str]:
    """Returns the codes of the host countries asked about."""
    return set(countries(answer.standalone_question)) - {HOME}


def find_restatement(answer: Answer) -> str:
    """Returns the question completed from the conversation; empty if it is unchanged."""
    return answer.standalone_question if answer.standalone_question.strip() != answer.question.strip() else ""
