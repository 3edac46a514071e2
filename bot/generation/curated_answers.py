"""Composes curated answers with their citations, also behind a refusal."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

from bot.answer import Answer, Citation, without_warnings
from bot.curated.answers import text_for
from bot.curated.curator import CuratedWording
from bot.generation.citations import citation
from bot.generation.grounding import find_unsupported_figures, resolve_markers
from bot.generation.validity_warnings import with_warnings
from bot.messages import text
from bot.outcomes import Outcome
from bot.retrieval.cited_passages import QUOTE_CHARACTERS, CitedAnswer
from records import CuratedAnswer, CuratedText
from store.documents import Passage
from store.index import Index
from text.boundaries import boundaries, is_safe_cut, shorten
from text.citations import MARKER, find_cited_numbers
from text.scripts import FULL_STOPS

QUOTE_END = re.compile(rf"[{FULL_STOPS}]|\.(?=\s)|\n\n")
UNANSWERED_BY_DOCUMENTS = (Outcome.NOT_IN_KNOWLEDGE_BASE, Outcome.NEEDS_CLARIFICATION, Outcome.OUTSIDE_SERVICE)
"""Outcomes beside which a curated answer that may be meant is worth showing."""


def give_curated(draft: Answer, cited: CitedAnswer, index: Index, on: date) -> Answer:
    """Returns the curated answer, with warnings of sources not in force on the day."""
    return with_warnings(compose_curated(draft, cited), index, on)


def with_offer(draft: Answer, offered: CuratedWording | None) -> Answer:
    """Returns a draft that offers the question of a curated answer, if there is one."""
    return replace(draft, reason=offered[0].id, suggestions=(offered[1],)) if offered else draft


def put_before_refusal(answer: Answer, near: CitedAnswer | None, index: Index, on: date) -> Answer:
    """Returns a refusal behind the curated answer to the nearest question.

    It says which question it answers, and the outcome stays: nothing shows that this one was meant. Lines that are
    only close give way; where the documents know more, the question is only offered. A question back keeps its own
    choices. Any other answer is returned unchanged.
    """
    if near is None or not answer.complete or answer.outcome not in UNANSWERED_BY_DOCUMENTS:
        return answer
    choices = answer.suggestions if answer.outcome is Outcome.NEEDS_CLARIFICATION else ()
    if (answer.support or 0.0) > 0:
        offers = choices or tuple(dict.fromkeys([near.wording, *answer.suggestions]))
        return replace(answer, reason="" if choices else near.answer.id, suggestions=offers)
    answer = without_warnings(answer)
    written = compose_curated(answer, near)
    refused = "" if answer.citations or answer.outcome is Outcome.OUTSIDE_SERVICE else answer.text
    offered = (text("curated_near", written.language, question=near.wording), written.text)
    is_question = answer.outcome is Outcome.NEEDS_CLARIFICATION  # first, for `asks_back`
    body = "\n\n".join(filter(None, (refused, *offered) if is_question else (*offered, refused)))
    shown = replace(written, text=body, outcome=answer.outcome, suggestions=choices)
    return replace(with_warnings(shown, index, on), mode=answer.mode)


def compose_curated(draft: Answer, cited: CitedAnswer) -> Answer:
    """Returns the curated answer as shown: author and dates, text, and citations.

    The records find the curated answer by `reason`, its id.
    """
    answer, passages = cited.answer, cited.passages
    written = text_for(answer, draft.language) or CuratedText(draft.language, "", "")
    citations = [
        cite_quote(number, passage, source.quote)
        for number, (source, passage) in enumerate(zip(answer.sources, passages, strict=True), 1)
    ]
    body = resolve_markers(written.answer, len(citations)) if find_cited_numbers(written.answer) else written.answer
    markers = "" if find_cited_numbers(body) else "".join(f"[{each.number}]" for each in citations)
    days = {"day": str(answer.changed_at.astimezone().date()), "until": str(answer.until)}
    return replace(
        draft,
        language=written.language,
        outcome=Outcome.ANSWERED,
        mode="curated",
        reason=answer.id,
        text=f"{text('curated', written.language, **days)} {markers}".rstrip() + f"\n\n{body}",
        citations=tuple(citations),
        passages=tuple(passages),
        complete=True,
    )


def cite_quote(number: int, passage: Passage, quote: str) -> Citation:
    """Returns the citation of the chosen quote, or of the beginning of the passage."""
    text = passage.chunk.text
    place = text.find(quote) if quote else -1
    if place < 0:
        place, quote = 0, beginning(text)
    safe = boundaries(text)
    start, end = safe.before(place), safe.after(place + len(quote))
    return citation(passage, number, passage.chunk.start + start, passage.chunk.start + end, text[start:end])


def beginning(passage: str) -> str:
    """Returns the first sentences of a passage that fit into QUOTE_CHARACTERS."""
    cut = shorten(passage, QUOTE_CHARACTERS, "")
    ends = [match.end() for match in QUOTE_END.finditer(cut) if is_safe_cut(passage, match.end())]
    return passage[: ends[-1]].rstrip() if ends and cut != passage else cut


def loose_figures(answer: CuratedAnswer, index: Index) -> dict[str, list[str]]:
    """Returns, by language, the figures of an answer that none of its documents has.

    {} if it has no documents.
    """
    if not answer.sources:
        return {}
    documents = [index.document(each.source) for each in answer.sources]
    texts = [document.text for document in documents if document]
    found = {
        each.language: list(dict.fromkeys(find_unsupported_figures(MARKER.sub(" ", each.answer), texts)))
        for each in answer.texts
    }
    return {language: figures for language, figures in found.items() if figures}
