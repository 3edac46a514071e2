"""Composing without a model: picks the sentences, items and rows that answer, and quotes them verbatim."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from bot.answers import Citation
from bot.asking import Kind, asked_for, asks_list, heading_for
from bot.laws import cites
from bot.places import HOME, countries
from bot.questions import Meaning, Question
from bot.search import (
    ARTICLE_BONUS,
    DEMOTION,
    HEADING_BONUS,
    IDENTIFIER_BONUS,
    OTHER_COUNTRY_DEMOTION,
    SPREAD,
    place_demotion,
    words_weight,
)
from bot.units import Unit, units
from bot.validity import NOT_IN_FORCE, is_other_version
from ingest.documents import Passage
from ingest.index import searched_text, terms

PASSAGES_READ = 4
PASSAGE_WEIGHT = 0.5
"""How much of the distance between passages counts when their units are compared."""
OWN_WEIGHT = 0.5
"""How much a unit's own words count beside those that its heading shares with the question."""
CLOSE = 2
"""Units that a refusal quotes, at most."""
ABOUT_AS_GOOD = 1.0
"""How far the scores of two units lie apart that answer equally well."""
KIND_BONUS = 2.5
"""What it counts that a unit gives the kind of thing that was asked for."""
NEAR = 4.0
"""A further unit is quoted if its score lies at most this far below the best."""
NEAR_PROSE = 10.0
"""The same for a sentence of the same running text, which tells of one thing."""
NEAR_OTHER = 2.0
"""The same for a unit of another document."""
AGREEMENT_WEIGHT = 40.0
"""What a full agreement of a unit with all tokens of the question weighs."""
ALONE = 0.5
"""How much of that is what its own tokens agree, without those above it."""
ROOM = 150
"""Ideographs that an answer quotes, at most (a letter counts 3/8 of one); what is longer must be one unit or a list."""
LIST_ROOM = 420

UNKNOWN = re.compile(
    r"(?:目前|现有)?资料(?:中|里)?(?:没有|未查到|未找到)|尚无资料"
    r"|\b(?:present|our|this|available) material (?:has|gives|holds|contains|says) (?:no|nothing)\b"
    r"|\b(?:is|are) not in (?:the present|our|this|the available) material"
    r"|material não (?:traz|tem|indica|contém)|não (?:consta|constam) (?:do|no) (?:nosso )?material"
    r"|(?:в )?(?:наших|имеющихся) материалах[^.|]{0,40}\bнет\b|\bнет в (?:наших|имеющихся) материалах",
    re.IGNORECASE,
)
WIDE = re.compile(r"[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]")


@dataclass(frozen=True)
class Scored:
    """A unit and how well it answers; comparable within one question."""

    unit: Unit
    score: float
    near: float
    """How near it comes to the question by meaning alone."""
    coverage: float
    gives: bool
    plain: float
    """The score without regard to what the unit gives."""


@dataclass(frozen=True)
class Extract:
    """A composed answer: Markdown with markers, and what they stand for."""

    text: str
    citations: tuple[Citation, ...]


def rank(question: Question, passages: Sequence[Passage], meaning: Meaning) -> list[Scored]:
    """The units of the best passages, best first."""
    found = [unit for number, passage in enumerate(passages[:PASSAGES_READ]) for unit in units(passage, number)]
    if not found:
        return []
    near = agreements(passages, found) or similarities(question, passages, found, meaning)
    scored = [score_unit(unit, each, passages, question) for unit, each in zip(found, near, strict=True)]
    return sorted(scored, key=lambda each: -each.score)


def agreements(passages: Sequence[Passage], found: Sequence[Unit]) -> list[float] | None:
    """How the question's tokens agree with those of each unit and what stands above it, weighted; None where the
    tokens of a passage are not known."""
    if any(passages[unit.passage].agreement is None for unit in found):
        return None
    return [AGREEMENT_WEIGHT * agreement_with(passages[unit.passage], unit) for unit in found]


def agreement_with(passage: Passage, unit: Unit) -> float:
    """How the question's tokens agree with a unit, the titles above its chunk, its heading and its table's header."""
    text = passage.chunk.text
    above = len(searched_text(passage.metadata, passage.chunk)) - len(text)
    start, end = unit.start - passage.chunk.start, unit.end - passage.chunk.start
    spans = [(0, above), (above + start, above + end)]
    for part in filter(None, (unit.context, unit.header)):
        if (at := text.rfind(part, 0, start)) >= 0:
            spans.append((above + at, above + at + len(part)))
    if passage.agreement is None:
        return 0.0
    return (1 - ALONE) * passage.agreement.within(*spans) + ALONE * passage.agreement.within(spans[1])


def similarities(
    question: Question, passages: Sequence[Passage], found: Sequence[Unit], meaning: Meaning
) -> list[float]:
    """The similarity of each unit and what stands above it to the question, in spreads: without tokens, each unit has
    to be embedded first."""
    vectors = meaning.passages([described(passages[unit.passage], unit) for unit in found])
    return [float(each) / SPREAD for each in vectors @ question.vector]


def score_unit(unit: Unit, near: float, passages: Sequence[Passage], question: Question) -> Scored:
    passage = passages[unit.passage]
    total = sum(question.weights.values()) or 1.0
    own = share(terms(unit.text), question.weights) / total
    whole = share(terms(described(passage, unit)), question.weights) / total
    score = near + words_weight(question, passage.metadata) * (whole + OWN_WEIGHT * own)
    score += PASSAGE_WEIGHT * (passage.score - passages[0].score)
    if is_elsewhere(unit, question.countries or question.scope.countries):
        score -= OTHER_COUNTRY_DEMOTION
    elif not question.countries and question.scope.audience:
        score -= place_demotion(question, passage.metadata)
    if (wanted := heading_for(question.text)) and wanted.search(unit.context):
        score += HEADING_BONUS
    score -= DEMOTION.get(passage.validity, 0.0)
    article = question.names_article(passage.source)
    if article and passage.chunk.article_at(unit.start) == article:
        score += ARTICLE_BONUS
    if question.article and not question.named and cites(unit.text, question.law, question.article):
        score += ARTICLE_BONUS
    score += IDENTIFIER_BONUS * question.held(unit.text)
    gives = gives_what_was_asked(question, unit)
    return Scored(unit, score + (KIND_BONUS if gives else 0.0), near, whole, gives, score)


def is_elsewhere(unit: Unit, asked: Collection[str]) -> bool:
    """Whether a unit is about other countries than those asked about, such as a row of a comparison."""
    named = {country for country in countries(unit.text) if country != HOME}
    return bool(asked) and bool(named) and not named & set(asked)


def gives_what_was_asked(question: Question, unit: Unit) -> bool:
    """Whether a unit holds the kind of thing that was asked for, or says that the documents do not have it."""
    asked = asked_for(question.text)
    return asked is None or is_given(asked, unit) or says_unknown(unit.text)


def share(found: Iterable[str], weights: Mapping[str, float]) -> float:
    return sum(weights.get(term, 0.0) for term in set(found))


def described(passage: Passage, unit: Unit) -> str:
    """A unit with what stands above it: the document's title, the heading, the header of its table."""
    return "\n".join(filter(None, (passage.metadata.title, unit.context, unit.header, unit.text)))


def choose(question: Question, ranked: Sequence[Scored], passages: Sequence[Passage]) -> list[Unit]:
    """The units to quote, in reading order: the best, what belongs to it, and what is nearly as good."""
    best = ranked[0] if asks(ranked[0].unit.context) else under_heading(question, ranked) or ranked[0]
    chosen = belonging(question, best.unit, passages)
    for other in ranked[1:]:
        near = near_enough(question, best.unit, other, passages)
        fits = sum(map(size, chosen)) + size(other.unit) <= ROOM
        outdated = is_outdated(passages[other.unit.passage]) and not is_outdated(passages[best.unit.passage])
        outdated |= is_other_version(passages[best.unit.passage], passages[other.unit.passage])
        if other.unit not in chosen and other.score >= best.score - near and fits and not outdated:
            chosen.append(other.unit)
    order = {number: rank for rank, number in enumerate(dict.fromkeys(unit.passage for unit in chosen))}
    return sorted(chosen, key=lambda unit: (order[unit.passage], unit.start))


def near_enough(question: Question, best: Unit, other: Scored, passages: Sequence[Passage]) -> float:
    """How far the score of another unit may lie below that of the best to be quoted with it."""
    unit = other.unit
    if passages[best.passage].source != passages[unit.passage].source:
        return NEAR_OTHER
    if question.article or not other.gives:
        return NEAR
    prose = best.kind == unit.kind == "sentence" and not asks(best.context)
    return NEAR_PROSE if prose and (best.passage, best.context) == (unit.passage, unit.context) else NEAR


def under_heading(question: Question, ranked: Sequence[Scored]) -> Scored | None:
    """The best unit under the heading that was asked for, if it is near the best of all."""
    wanted = heading_for(question.text)
    if wanted is None:
        return None
    near = (each for each in ranked if each.score >= ranked[0].score - NEAR)
    return next((each for each in near if wanted.search(each.unit.context)), None)


def is_outdated(passage: Passage) -> bool:
    """Whether a document does not apply on the day, so that it must not be quoted beside one that does."""
    return passage.validity in NOT_IN_FORCE


def belonging(question: Question, best: Unit, passages: Sequence[Passage]) -> list[Unit]:
    """The best unit with its neighbours, where they make one answer: a whole list, or a short section."""
    passage = passages[best.passage]
    family = [unit for unit in units(passage, best.passage) if unit.context == best.context]
    if article := question.names_article(passage.source):
        whole = [unit for unit in family if passage.chunk.article_at(unit.start) == article]
        return until_full(whole, best, LIST_ROOM)
    whole_list = asks_list(question.text)
    if not (whole_list or asks(best.context)):
        return [best]
    wanted = heading_for(question.text)
    room = LIST_ROOM if whole_list and (best.kind == "item" or (wanted and wanted.search(best.context))) else ROOM
    if (best.kind != "row" or room == LIST_ROOM) and sum(map(size, family)) <= room:
        return family
    if whole_list and best.kind != "sentence":
        return until_full([unit for unit in family if unit.kind == best.kind], best, room)
    return [best]


def asks(heading: str) -> bool:
    """Whether a heading is a question, so that what stands under it is the answer."""
    return heading.endswith(("?", "？", "؟"))


def until_full(family: list[Unit], best: Unit, room: int) -> list[Unit]:
    """A run of neighbours around the best that fits."""
    run = [best]
    for unit in family:
        if unit != best and sum(map(size, run)) + size(unit) <= room:
            run.append(unit)
    return run


def is_unknown(ranked: Sequence[Scored]) -> bool:
    """Whether the best answer is that the documents do not know: the best unit says so, or the most similar
    of those that are about as good."""
    near = [each for each in ranked if each.score >= ranked[0].score - ABOUT_AS_GOOD]
    return any(says_unknown(each.unit.text) for each in (ranked[0], max(near, key=lambda each: each.near)))


def close(question: Question, ranked: Sequence[Scored]) -> list[Unit]:
    """The best units for a refusal to quote; none that could be taken for the figure that was asked for."""
    asked = asked_for(question.text)
    harmless = (each.unit for each in ranked if says_unknown(each.unit.text) or not is_given(asked, each.unit))
    return list(islice(harmless, CLOSE))


def is_given(asked: Kind | None, unit: Unit) -> bool:
    """Whether a unit holds the kind of thing that was asked for."""
    return bool(asked and asked.given.search(unit.text))


def says_unknown(text: str) -> bool:
    """Whether a quote says that the documents do not know."""
    return bool(UNKNOWN.search(text))


def size(unit: Unit) -> float:
    """The length of a unit in ideographs, marks between them included; a letter counts 3/8."""
    count = len(WIDE.findall(unit.text))
    return count + (len(unit.text) - count) * 3 / 8


def compose(chosen: Sequence[Unit], passages: Sequence[Passage]) -> Extract:
    """The units under the titles of their documents, each with the marker of its citation."""
    parts: list[str] = []
    citations: list[Citation] = []
    title, header = "", ""
    for unit in chosen:
        passage = passages[unit.passage]
        if passage.metadata.title != title:
            title, header = passage.metadata.title, ""
            parts.append(f"\n**{title}**\n")
        citations.append(cite(unit, passage, len(citations) + 1))
        parts.append(render(unit, len(citations), header))
        header = unit.header
    return Extract("\n".join(parts).strip(), tuple(citations))


def render(unit: Unit, number: int, header_above: str) -> str:
    """A unit as Markdown with its marker; a row comes with the header of its table, once."""
    marker = f"[{number}]"
    if unit.kind == "row":
        body = f"{without_markers(unit.text.strip().rstrip('|').rstrip())} {marker} |"
        if unit.header in ("", header_above):
            return body
        columns = max(1, unit.header.strip().strip("|").count("|") + 1)
        return f"\n{unit.header}\n|{' --- |' * columns}\n{body}"
    lead = "- " if unit.kind == "item" else "\n"
    return f"{lead}{one_line(unit.text)} {marker}"


def one_line(text: str) -> str:
    """A quote on one line, so that it stays one paragraph: no character but the line break changes."""
    joined = re.sub(r"(?<=[\u3000-\u9fff\uff00-\uffef])\n(?=[\u3000-\u9fff])", "", text).replace("\n", " ")
    return without_markers(joined)


def without_markers(text: str) -> str:
    """A quote whose own notes such as [2] are not taken for markers: in Markdown, escaped brackets."""
    return re.sub(r"\[(\d+)\]", r"\[\1\]", text)


def cite(unit: Unit, passage: Passage, number: int) -> Citation:
    """The citation of a unit, with what the person needs to trust it."""
    return citation(passage, number, unit.start, unit.end, unit.text)


def cite_passage(passage: Passage, number: int) -> Citation:
    """The citation of a whole passage."""
    return citation(passage, number, passage.chunk.start, passage.chunk.end, passage.chunk.text)


def citation(passage: Passage, number: int, start: int, end: int, quote: str) -> Citation:
    metadata, chunk = passage.metadata, passage.chunk
    return Citation(
        number=number,
        source=passage.source,
        title=metadata.title,
        quote=quote,
        start=start,
        end=end,
        page=chunk.page_at(start),
        heading=chunk.headings[-1] if chunk.headings else "",
        article=chunk.article_at(start),
        issuer=metadata.issuer,
        document_number=metadata.document_number,
        validity=passage.validity,
        effective_from=metadata.effective_from,
        effective_to=metadata.effective_to,
        url=metadata.source_url,
        language=metadata.language,
    )
