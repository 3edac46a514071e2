"""Makes the exemplars (`bot.query.exemplars`) of the training questions and the guides as they stand."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath

import numpy as np

from bot.dialogue.rewriting import readings
from bot.query.exemplars import FILE, fingerprint, write_exemplars
from bot.query.query import EmbeddingModel
from bot.retrieval.snippets import find_snippets
from evals.independent.guides import line_numbers
from evals.independent.labels import NAME, lines_holding
from evals.independent.measure import history
from evals.independent.questions import ANSWERED, Kind, Line, Question
from store.documents import Passage
from store.index import Index

Exemplar = tuple[str, str, tuple[Line, ...]]
"""A question, its language, and the lines that answer it."""


def report(index: Index, meaning: EmbeddingModel, training: Sequence[Question]) -> str:
    """Writes the exemplars of training questions, and returns how many there are, in one line."""
    exemplars = [each for question in training for each in exemplars_of(question)]
    answered = numbers_by_line(exemplars)
    lines: dict[int, list[int]] = {}
    for document, at, text in guide_lines(index):
        own = lines.setdefault(fingerprint(text), [])
        own += [number for number in answered.get((document, at), ()) if number not in own]
    if not lines:
        raise SystemExit("The knowledge folder has none of the guides that the training questions name.")
    vectors = np.array([meaning.embed_query(text)[0] for text, _, _ in exemplars], np.float32)
    unanswered = [number for number, (_, _, answers) in enumerate(exemplars) if not answers]
    write_exemplars(FILE, vectors, [language for _, language, _ in exemplars], lines, unanswered)
    told = sum(map(bool, lines.values()))
    return f"{len(exemplars)} exemplars, {len(unanswered)} not answered; {len(lines)} lines, {told} answer one"


def exemplars_of(question: Question) -> Iterator[Exemplar]:
    """Yields a question as it is searched for, alone and after what was asked before, and its parts.

    A vague one is none: what answers it depends on what it leaves out.
    """
    if question.kind is Kind.VAGUE:
        return
    asked = [question.standalone] if question.standalone else []
    asked += [readings(question.question, history(question))[0][0]]
    for text in asked:
        yield text, question.language, question.answers
    if question.kind in ANSWERED:
        for part in question.parts:
            yield part.question, question.language, part.answers


def numbers_by_line(exemplars: Sequence[Exemplar]) -> dict[tuple[str, int], list[int]]:
    """Returns the numbers of the exemplars that each line answers, by document and number of the line."""
    found = defaultdict[tuple[str, int], list[int]](list)
    for number, (_, _, answers) in enumerate(exemplars):
        for line in answers:
            for at in line_numbers(line):
                found[line.document, at].append(number)
    return found


def guide_lines(index: Index) -> Iterator[tuple[str, int, str]]:
    """Yields each snippet of the guides, in all languages, with its document and the number of its line."""
    for source, metadata in index.documents().items():
        match, revision = NAME.fullmatch(str(PurePosixPath(source))), index.revision(source)
        if match is None or revision is None:
            continue
        for chunk in revision.chunks:
            for snippet in find_snippets(Passage(source, chunk, metadata, 0.0), 0):
                for at in lines_holding(match["document"], match["language"], snippet.text):
                    yield match["document"], at, snippet.text
