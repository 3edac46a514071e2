"""Composing without a model: picks the sentences, items and rows that answer, and quotes them verbatim."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from bot.answers import Citation
from bot.questions import Meaning, Question
from bot.search import SPREAD, words_weight
from bot.units import Unit, units
from ingest.documents import Passage
from ingest.index import terms

PASSAGES_READ = 4
PASSAGE_WEIGHT = 0.5
"""How much of the distance between passages counts when their units are compared."""
OWN_WEIGHT = 0.5
"""How much a unit's own words count beside those that its heading shares with the question."""
FIGURE_BONUS = 2.0
NEAR = 2.5
"""A further unit is quoted if its score lies at most this far below the best."""
NEAR_OTHER = 1.0
"""The same for a unit of another document."""
ROOM = 150
"""Ideographs that an answer quotes, at most (a letter counts 3/8 of one); what is longer must be one unit or a list."""
LIST_ROOM = 420

FIGURE = re.compile(r"\d")
ASKS_FIGURE = re.compile(
    r"多少|几|多久|多长|比例|税率|金额|时限|期限|什么时候|何时|哪天|门槛|上限|最低|费用|收费"
    r"|\b(?:how (?:much|many|long|high|soon|often)|rates?|when|deadline|minimum|maximum|fee|cost|percent|limit)\b"
    r"|\b(?:quant[oa]s?|quando|taxa|alíquota|prazo|mínimo|máximo|custo|valor)\b"
    r"|\b(?:сколько|когда|ставк\w*|срок\w*|размер\w*|минимальн\w*|стоимост\w*)\b|كم|متى|نسبة|معدل|الحد",
    re.IGNORECASE,
)
ASKS_LIST = re.compile(
    r"哪些|什么材料|材料|清单|步骤|流程|程序|怎么办理|如何办理|条件|要求|手续|怎么(?:办|申请|注册|设立)|如何(?:申请|注册|设立)"
    r"|\b(?:which|what (?:documents|papers|steps|conditions|are)|documents|papers|steps|procedure"
    r"|requirements|how (?:do|to|can))\b"
    r"|\b(?:quais|documentos|passos|etapas|requisitos|como)\b"
    r"|\b(?:какие|документ\w*|этап\w*|порядок|услови\w*|требовани\w*|как)\b|ما هي|المستندات|الوثائق|خطوات|شروط|كيف",
    re.IGNORECASE,
)
UNKNOWN = re.compile(
    r"(?:目前|现有)?资料中?没有[^。|；]*"
    r"|(?:the )?present material (?:has|gives) no\b[^.|;]*|not in the present material",
    re.IGNORECASE,
)
IDEOGRAPHS = re.compile(r"[\u3400-\u9fff]")


@dataclass(frozen=True)
class Scored:
    """A unit and how well it answers; comparable within one question."""

    unit: Unit
    score: float
    similarity: float
    coverage: float


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
    vectors = meaning.passages([described(passages[unit.passage], unit) for unit in found])
    similarities = np.asarray(vectors @ question.vector)
    scored = [score_unit(unit, float(near), passages, question) for unit, near in zip(found, similarities, strict=True)]
    return sorted(scored, key=lambda each: -each.score)


def score_unit(unit: Unit, similarity: float, passages: Sequence[Passage], question: Question) -> Scored:
    passage = passages[unit.passage]
    total = sum(question.weights.values()) or 1.0
    own = share(terms(unit.text), question.weights) / total
    whole = share(terms(described(passage, unit)), question.weights) / total
    score = similarity / SPREAD + words_weight(question, passage.metadata) * (whole + OWN_WEIGHT * own)
    score += PASSAGE_WEIGHT * (passage.score - passages[0].score)
    if FIGURE.search(unit.text) and ASKS_FIGURE.search(question.text):
        score += FIGURE_BONUS
    return Scored(unit, score, similarity, whole)


def share(found: Iterable[str], weights: Mapping[str, float]) -> float:
    return sum(weights.get(term, 0.0) for term in set(found))


def described(passage: Passage, unit: Unit) -> str:
    """A unit with what stands above it: the document's title, the heading, the header of its table."""
    return "\n".join(filter(None, (passage.metadata.title, unit.context, unit.header, unit.text)))


def choose(question: Question, ranked: Sequence[Scored], passages: Sequence[Passage]) -> list[Unit]:
    """The units to quote, in reading order: the best, what belongs to it, and what is nearly as good."""
    best = ranked[0]
    chosen = belonging(question, best.unit, passages)
    for other in ranked[1:]:
        source = passages[other.unit.passage].source
        near = NEAR if source == passages[best.unit.passage].source else NEAR_OTHER
        fits = sum(map(size, chosen)) + size(other.unit) <= ROOM
        if other.unit not in chosen and other.score >= best.score - near and fits:
            chosen.append(other.unit)
    order = {number: rank for rank, number in enumerate(dict.fromkeys(unit.passage for unit in chosen))}
    return sorted(chosen, key=lambda unit: (order[unit.passage], unit.start))


def belonging(question: Question, best: Unit, passages: Sequence[Passage]) -> list[Unit]:
    """The best unit with its neighbours, where they make one answer: a whole list, or a short section."""
    family = [unit for unit in units(passages[best.passage], best.passage) if unit.context == best.context]
    asks_list = bool(ASKS_LIST.search(question.text))
    room = LIST_ROOM if asks_list and best.kind != "row" else ROOM
    if best.kind != "row" and sum(map(size, family)) <= room:
        return family
    if asks_list and best.kind == "item":
        items = [unit for unit in family if unit.kind == "item"]
        return until_full(items, best, room)
    return [best]


def until_full(family: list[Unit], best: Unit, room: int) -> list[Unit]:
    """A run of neighbours around the best that fits."""
    run = [best]
    for unit in family:
        if unit != best and sum(map(size, run)) + size(unit) <= room:
            run.append(unit)
    return run


def says_unknown(text: str) -> bool:
    """Whether a quote says no more than that the documents do not know."""
    return bool(UNKNOWN.search(text)) and len(FIGURE.findall(UNKNOWN.sub("", text))) == 0


def size(unit: Unit) -> float:
    """The length of a unit in IDEOGRAPHS."""
    count = len(IDEOGRAPHS.findall(unit.text))
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
        body = f"{unit.text.strip().rstrip('|').rstrip()} {marker} |"
        if unit.header in ("", header_above):
            return body
        columns = max(1, unit.header.strip().strip("|").count("|") + 1)
        return f"\n{unit.header}\n|{' --- |' * columns}\n{body}"
    lead = "- " if unit.kind == "item" else "\n"
    return f"{lead}{one_line(unit.text)} {marker}"


def one_line(text: str) -> str:
    """A quote on one line, so that it stays one paragraph: no character but the line break changes."""
    return re.sub(r"(?<=[\u3000-\u9fff\uff00-\uffef])\n(?=[\u3000-\u9fff])", "", text).replace("\n", " ")


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
        page=chunk.page,
        heading=chunk.headings[-1] if chunk.headings else "",
        article=chunk.article,
        issuer=metadata.issuer,
        document_number=metadata.document_number,
        validity=passage.validity,
        effective_from=metadata.effective_from,
        effective_to=metadata.effective_to,
        url=metadata.source_url,
        language=metadata.language,
    )
