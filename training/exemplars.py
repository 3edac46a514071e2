"""Makes the exemplars of `bot.query.exemplars` from training questions and guides."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import numpy as np

from bot.dialogue.rewriting import readings
from bot.query.exemplars import FILE, LEVELS, SIDES, fingerprint
from bot.query.query import EmbeddingModel
from bot.retrieval.snippets import find_snippets
from evals.independent.guides import line_numbers
from evals.independent.labels import NAME, lines_holding
from evals.independent.measure import history
from evals.independent.questions import ANSWERED, Kind, Line, Question
from store.documents import Passage
from store.embeddings.vectors import Floats
from store.index import Index
from text.markdown_blocks import is_question_heading
from training.known_vectors import embed_questions

At = tuple[str, int]
"""A line of a guide in any language: the guide, and the line number in Chinese."""


@dataclass(frozen=True)
class ExemplarInfo:
    """Origin and answer of an exemplar.

    `question` is the id of the question that it is a form or a part of, `guide` the one that answers it, or "".
    """

    question: str
    language: str
    guide: str
    side: int


@dataclass(frozen=True)
class Exemplar:
    """A question, what is known of it, and the lines that answer it."""

    text: str
    info: ExemplarInfo
    answers: frozenset[At]


@dataclass(frozen=True)
class GuideLine:
    """A line of a guide in one language, with the heading above it.

    `side` is that of the guide's audience.
    """

    source: str
    language: str
    side: int
    at: At
    text: str
    heading: str


def report(index: Index, embedding_model: EmbeddingModel, training: Sequence[Question], folder: Path) -> str:
    """Writes the exemplars of training questions and guides; returns counts in a line.

    `folder` keeps their vectors for the next run.

    Raises SystemExit if the index has none of the guides that the training questions name.
    """
    guides = list(guide_lines(index))
    if not guides:
        raise SystemExit("The knowledge folder has none of the guides that the training questions name.")
    asked = [each for question in training for each in exemplars_of(question)]
    exemplars = [*asked, *read_asked_in_guides(guides)]
    lines = numbers_by_fingerprint(exemplars, guides)
    vectors = embed_questions([each.text for each in exemplars], embedding_model, folder)
    infos = [each.info for each in exemplars]
    write_exemplars(FILE, vectors, infos, lines)
    unanswered, answering = sum(not each.guide for each in infos), sum(map(bool, lines.values()))
    counted = f"{len(exemplars)} exemplars, {len(exemplars) - len(asked)} of them in the guides"
    return f"{counted}, {unanswered} not answered; {len(lines)} lines, {answering} answer one"


def exemplars_of(question: Question) -> Iterator[Exemplar]:
    """Yields the search forms of a question, and its parts.

    The forms are those alone and after what was asked before.
    A vague one is none: what answers it depends on what it leaves out.
    """
    if question.kind is Kind.VAGUE:
        return
    asked = [question.standalone] if question.standalone else []
    asked += [readings(question.question, history(question))[0][0]]
    for text in asked:
        yield exemplar_of(text, question, question.answers)
    if question.kind in ANSWERED:
        for part in question.parts:
            yield exemplar_of(part.question, question, part.answers)


def exemplar_of(text: str, question: Question, answers: Sequence[Line]) -> Exemplar:
    """Returns a form or a part of a question as an exemplar."""
    guide, side = answers[0].document if answers else "", SIDES.get(question.direction, 0)
    lines = frozenset((line.document, at) for line in answers for at in line_numbers(line))
    return Exemplar(text, ExemplarInfo(question.id, question.language, guide, side), lines)


def read_asked_in_guides(lines: Sequence[GuideLine]) -> Iterator[Exemplar]:
    """Yields the question headings of the guides, with the lines below them."""
    below = defaultdict[tuple[str, str], list[GuideLine]](list)
    for line in lines:
        if is_question_heading(line.heading):
            below[line.source, line.heading].append(line)
    for (source, heading), own in below.items():
        first = own[0]
        info = ExemplarInfo(f"{source} {heading}", first.language, first.at[0], first.side)
        yield Exemplar(heading, info, frozenset(line.at for line in own))


def numbers_by_fingerprint(exemplars: Sequence[Exemplar], lines: Sequence[GuideLine]) -> dict[int, list[int]]:
    """Returns the numbers of exemplars by fingerprint of the line that answers them.

    The list of a line that answers none is empty.
    """
    answered = defaultdict[At, list[int]](list)
    for number, each in enumerate(exemplars):
        for at in each.answers:
            answered[at].append(number)
    found = defaultdict[int, dict[int, None]](dict)
    for line in lines:
        found[fingerprint(line.text)] |= dict.fromkeys(answered[line.at])
    return {line: list(numbers) for line, numbers in found.items()}


def guide_lines(index: Index) -> Iterator[GuideLine]:
    """Yields each snippet of the guides, in all languages."""
    for source, metadata in index.documents().items():
        match, revision = NAME.fullmatch(str(PurePosixPath(source))), index.revision(source)
        if match is None or revision is None:
            continue
        document, language, side = match["document"], match["language"], SIDES.get(metadata.audience, 0)
        for chunk in revision.chunks:
            for snippet in find_snippets(Passage(source, chunk, metadata, 0.0), 0):
                for number in lines_holding(document, language, snippet.text):
                    at = document, number
                    yield GuideLine(source, language, side, at, snippet.text, snippet.context)


def write_exemplars(
    path: Path, vectors: Floats, infos: Sequence[ExemplarInfo], lines: Mapping[int, Sequence[int]]
) -> None:
    """Writes vectors `(n, k)` and facts of exemplars, and their numbers by line."""
    order, guides = sorted(lines), ["", *sorted({each.guide for each in infos if each.guide})]
    np.savez_compressed(
        path,
        allow_pickle=False,
        vectors=np.rint(vectors * LEVELS).astype(np.int8),
        lines=np.array(order, np.uint64),
        numbers=np.concatenate([np.array(lines[line], np.int32) for line in order]),
        ends=np.cumsum([len(lines[line]) for line in order], dtype=np.int64),
        unanswered=np.array([number for number, each in enumerate(infos) if not each.guide], np.int32),
        guides=np.array([guides.index(each.guide) for each in infos], np.int16),
        sides=np.array([each.side for each in infos], np.int8),
        names=np.array(guides),
    )
