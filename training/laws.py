"""Rows of questions about laws: what the search finds in a folder of these laws, and the sentences that answer."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date

from bot.pipeline import Bot
from evals.folders import synced_texts
from evals.independent.measure import history
from evals.independent.questions import Kind, Question
from evals.laws.questions import LawQuestion, label_sentences, law_files
from store.answerability.encoding import RowEncoder
from training.rows import Asked, LabelledRow, RowSearch, chosen

FURTHER = 400
"""Rank down to which a passage that answers is taken: who has not read the law shares no word with it."""
ROWS = 7
"""Most rows of a question: there are fewer of these questions than of those about guides."""


def law_rows(
    questions: Sequence[LawQuestion], encoder: RowEncoder, first: int, draw: random.Random
) -> list[LabelledRow]:
    """Rows of questions about laws; questions are counted from `first`."""
    rows = list[LabelledRow]()
    own = {each.id: each for each in questions}
    with synced_texts(law_files(questions)) as library:
        bot = Bot(library.index, library.embedder, lists=library.lists)
        search = RowSearch(
            bot, encoder, date.today(), lambda put, _, texts: label_sentences(own[put.id], texts), FURTHER
        )
        for number, each in enumerate(questions, start=first):
            rows += chosen(search.rows(asked(each), number), draw, ROWS)
    return rows


def asked(question: LawQuestion) -> Asked:
    """A question as the search for training rows puts it."""
    is_answered = question.kind == "answerable"
    kind = (Kind.FOLLOW_UP if question.history else Kind.ANSWERABLE) if is_answered else Kind.NEAR_MISS
    plain = Question(
        id=question.id, language=question.language, kind=kind, question=question.question, direction="either"
    )
    return Asked(plain, question.question, tuple(history(question)))
