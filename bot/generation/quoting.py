"""Answers without a model: quotes, refusals, and answers in several parts."""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass, replace

from bot.answer import Answer, Citation, end_answer
from bot.generation import citations
from bot.generation.citations import Extract
from bot.generation.handoff import handoff_contacts
from bot.generation.quote_verification import verify_snippets
from bot.generation.unsaid import tell_unsaid
from bot.generation.validity_warnings import with_warnings
from bot.messages import join_titles, text
from bot.outcomes import Outcome
from bot.retrieval.answerability import fits
from bot.retrieval.found_parts import Part
from bot.retrieval.retriever import Retrieval
from bot.retrieval.snippet_ranking import is_unknown
from bot.retrieval.snippets import Snippet
from records import PartOutcome
from store.contacts import Contact
from store.documents import Passage
from store.index import Index


@dataclass(frozen=True)
class Quoter:
    """Composes answers by quoting an index; `contacts` are the offices to name."""

    index: Index
    contacts: Sequence[Contact]

    def snippets(self, retrieval: Retrieval) -> list[Snippet]:
        """Returns the snippets to quote, verified against their documents."""
        return verify_snippets(retrieval.rows or retrieval.quotes, retrieval.found, self.index)

    def answer(self, draft: Answer, retrieval: Retrieval) -> Answer:
        """Returns the extractive answer; a refusal if its best snippet says "not known".

        One in part if the quotes lack a figure that was asked for.
        """
        if retrieval.support <= 0 or not (snippets := self.snippets(retrieval)):
            return self.refuse(draft, retrieval)
        extract = citations.compose(snippets, retrieval.found)
        office = handoff_contacts(self.contacts, retrieval.found, draft.language)
        outcome, body = Outcome.ANSWERED, extract.text
        if is_unknown(retrieval.ranked) and not retrieval.rows:
            outcome = Outcome.NOT_IN_KNOWLEDGE_BASE
            body = f"{body}\n\n{text('not_settled', draft.language, office=office)}"
        elif unsaid := tell_unsaid(draft.question, extract, draft.language):
            outcome = Outcome.PARTLY_ANSWERED
            body = f"{unsaid}\n\n{body}\n\n{text('parts_open', draft.language, office=office)}"
        return with_warnings(
            end_answer(replace(draft, citations=extract.citations), outcome, body), self.index, retrieval.on
        )

    def extracts(self, parts: Sequence[Part]) -> list[Extract | None]:
        """Returns the quotes that answer each part of a message; None where nothing does."""
        found = list[Extract | None]()
        for part in parts:
            found.append(self.extract(part.retrieval, find_quoted_lines(found)))
        return found

    def extract(self, retrieval: Retrieval, quoted: Set[tuple[str, int]] = frozenset()) -> Extract | None:
        """Returns the quotes that answer a part of a message.

        After the first quote, none that is `quoted` already, given by source and start.
        None if nothing answers it.
        """
        snippets = self.snippets(retrieval) if retrieval.support > 0 else []
        if not snippets:
            return None
        found = retrieval.found
        others = [each for each in snippets[1:] if (found[each.passage].source, each.start) not in quoted]
        extract = citations.compose([snippets[0], *others], found)
        return replace(extract, is_open=is_unknown(retrieval.ranked) and not retrieval.rows)

    def answer_parts(self, draft: Answer, parts: Sequence[Part], extracts: Sequence[Extract | None]) -> Answer:
        """Returns the answer part by part, each under its question.

        What answers all of them has no title. A part that nothing answers, or without the figure asked for, is named
        as open, with the offices to ask; if nothing answers any, the message is refused.
        """
        language, are_left = draft.language, find_parts_left(parts, extracts, draft.language)
        told = tuple(PartOutcome(part.question, not is_left) for part, is_left in zip(parts, are_left, strict=True))
        draft = replace(draft, parts=told)
        if all(extract is None or extract.is_open for extract in extracts):
            return self.refuse(draft, parts[0].retrieval)
        bodies, cited = list[str](), list[Citation]()
        sections = under_questions(parts, extracts)
        for title, extract in sections:
            numbered = extract.after(len(cited)) if extract else Extract(text("part_not_found", language), ())
            cited += numbered.citations
            heading = f"### {title}" if len(sections) > 1 or len(parts) == 1 else ""
            body = (heading, tell_unsaid(title, extract, language), numbered.text)
            bodies.append("\n\n".join(filter(None, body)))
        lacking = [part.retrieval.found for part, is_left in zip(parts, are_left, strict=True) if is_left]
        if lacking:
            bodies.append(text("parts_open", language, office=self.offices(lacking, language)))
        outcome = Outcome.PARTLY_ANSWERED if lacking else Outcome.ANSWERED
        whole = end_answer(replace(draft, citations=tuple(cited)), outcome, "\n\n".join(bodies))
        return with_warnings(whole, self.index, parts[0].retrieval.on)

    def offices(self, found: Sequence[Sequence[Passage]], language: str) -> str:
        """Returns the offices to ask about several questions, by the passages of each."""
        lines = (handoff_contacts(self.contacts, each, language) for each in found)
        return "\n".join(dict.fromkeys("\n".join(lines).splitlines()))

    def refuse(self, draft: Answer, retrieval: Retrieval) -> Answer:
        """Refuses: names the office to ask, and the closest snippets or titles searched."""
        language = draft.language
        if retrieval.is_outside:
            outside = end_answer(draft, Outcome.OUTSIDE_SERVICE, text("outside_service", language))
            return replace(outside, suggestions=(), reason="")
        looked_in = [passage for passage in retrieval.found if fits(retrieval.question, passage)]
        titles = list(dict.fromkeys(passage.metadata.title for passage in looked_in or retrieval.found))[:3]
        close = retrieval.closest if looked_in and retrieval.is_close else []
        close = verify_snippets(close, retrieval.found, self.index)
        extract = citations.compose(close, retrieval.found)
        office = handoff_contacts(self.contacts, looked_in or retrieval.found, language)
        if close:
            body = f"{text('close', language)}\n\n{extract.text}\n\n{text('to_be_sure', language, office=office)}"
        else:
            looked = text("looked_in", language, titles=join_titles(titles, language)) if titles else ""
            body = text("not_in_knowledge_base", language, looked=looked, office=office)
        refused = end_answer(replace(draft, citations=extract.citations), Outcome.NOT_IN_KNOWLEDGE_BASE, body)
        return with_warnings(refused, self.index, retrieval.on)


def find_parts_left(parts: Sequence[Part], extracts: Sequence[Extract | None], language: str) -> list[bool]:
    """Checks for each part that it lacks an answer, or the figure asked for."""
    return [
        extract is None or extract.is_open or bool(tell_unsaid(part.text, extract, language))
        for part, extract in zip(parts, extracts, strict=True)
    ]


def find_quoted_lines(extracts: Sequence[Extract | None]) -> set[tuple[str, int]]:
    """Returns what extracts quote, by source and start."""
    return {(cited.source, cited.start) for each in extracts if each for cited in each.citations}


def under_questions(parts: Sequence[Part], extracts: Sequence[Extract | None]) -> list[tuple[str, Extract | None]]:
    """Returns extracts with the questions that they answer, joined.

    An extract that answers several questions comes once.
    """
    sections = list[tuple[list[str], Extract | None]]()
    for part, extract in zip(parts, extracts, strict=True):
        same = [questions for questions, other in sections if extract and extract == other]
        if same:
            same[0].append(part.text)
        else:
            sections.append(([part.text], extract))
    return [(" ".join(questions), extract) for questions, extract in sections]
