"""Training rows on dropped documents: search results with answering lines."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date
from itertools import groupby

from bot.pipeline import Bot
from evals.dropped.measure import drop, take_away
from evals.dropped.questions import (
    DroppedQuestion,
    label_lines,
    law_files,
    notice_files,
)
from evals.folders import sync_texts
from evals.independent.measure import history
from evals.independent.questions import Kind, Question
from ingest.watcher import WatchedLibrary
from store.answerability.encoding import RowEncoder
from training.rows import Asked, LabelledRow, Labeller, RowSearch, sample_rows

FURTHER_LAWS, FURTHER_NOTICES = 400, 120
"""Maximum rank of an answering passage to take.

It is high, because people who have not read a document share no word with it.
"""
ROWS = 7
"""Maximum rows per question; more than for guides, which have more questions."""


def law_rows(
    questions: Sequence[DroppedQuestion], encoder: RowEncoder, first: int, draw: random.Random
) -> list[LabelledRow]:
    """Rows of questions about laws, alone in their folder; numbered from `first`."""
    own = {each.id: each for each in questions}
    with sync_texts(law_files(questions)) as library:
        bot = Bot(library.index, library.embedder, lists=library.lists)
        label: Labeller = lambda put, source, texts: label_lines(own[put.id], source, texts)  # noqa: E731
        search = RowSearch(bot, encoder, date.today(), label, FURTHER_LAWS)
        found = [search.rows(to_asked(each), number) for number, each in enumerate(questions, start=first)]
    return [row for rows in found for row in sample_rows(rows, draw, ROWS)]


def notice_rows(
    library: WatchedLibrary, questions: Sequence[DroppedQuestion], encoder: RowEncoder, first: int, draw: random.Random
) -> list[LabelledRow]:
    """Rows of questions about notices, one batch at a time beside the guides.

    Two batches have notices on the same subject, which are no answers to each other's questions.
    """
    own = {each.id: each for each in questions}
    bot = Bot(library.index, library.embedder, lists=library.lists)
    label: Labeller = lambda put, source, texts: label_lines(own[put.id], source, texts)  # noqa: E731
    search = RowSearch(bot, encoder, date.today(), label, FURTHER_NOTICES)
    rows = list[LabelledRow]()
    for batch, put in groupby(enumerate(questions, start=first), key=lambda each: each[1].batch):
        drop(library, notice_files(batch))
        found = [search.rows(to_asked(each), number) for number, each in put]
        rows += [row for own_rows in found for row in sample_rows(own_rows, draw, ROWS)]
        take_away(library, notice_files(batch))
    return rows


def to_asked(question: DroppedQuestion) -> Asked:
    """A question as the search for training rows puts it."""
    is_answered = question.kind == "answerable"
    kind = (Kind.FOLLOW_UP if question.history else Kind.ANSWERABLE) if is_answered else Kind.NEAR_MISS
    plain = Question(
        id=question.id, language=question.language, kind=kind, question=question.question, direction="either"
    )
    return Asked(plain, question.question, tuple(history(question)))
