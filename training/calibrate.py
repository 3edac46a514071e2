"""Fits the weights of the answerability score on questions new to the model.

These are the development questions about guides, laws and notices, and the half of XQuAD that no table shows, with half
of its passages left out. What is fitted is whether the best snippet answers, so that a score of 0 means: right one time
in two. Those of lines with exemplars were last fitted with graded answers besides, before their
questions became exemplars. The constants of WEIGHTS are moved afterwards: there a score of 0 is another probability.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from bot.answer import Turn
from bot.pipeline import Bot
from bot.retrieval.answerability import WEIGHTS, WEIGHTS_UNREAD, collect_features
from bot.retrieval.retriever import Retrieval
from evals.dropped.measure import library_of
from evals.dropped.questions import Corpus, label_lines, read_dropped_questions
from evals.folders import SHARED, sync_texts
from evals.halves import is_shown
from evals.independent.labels import ANSWERS, OPEN, label_snippets
from evals.independent.measure import history
from evals.independent.questions import Question, Use
from evals.quotes import golds, holds_answer
from evals.refusals import is_there
from evals.results import Cell, Table, markdown
from evals.retrieval import as_files, read_texts
from store.answerability.model import AnswerabilityModel, load_bundled_model
from training.logistic import fit_logistic

READING_LANGUAGES = (("zh", "zh"), ("en", "en"), ("en", "zh"), ("zh", "en"))
"""Languages of the questions and of the texts of XQuAD."""
READING_QUESTIONS = 300
"""Questions of each of these pairs."""
STRENGTH, EXEMPLARS_STRENGTH = 1.0, 0.1
"""Regularisation strengths; lower for exemplars, since a cosine varies by a tenth."""
BINS = (0.0, 0.1, 0.3, 0.5, 0.7, 0.9, 1.0)

Example = tuple[dict[str, float], bool]
"""Features of a question, and True if its best snippet answers."""


def report(bot: Bot, questions: Sequence[Question]) -> str:
    """Weights and reliability in Markdown, with and without the model."""
    parts = []
    model = load_bundled_model()
    guides = list(development(replace(bot, answerability=model), questions))
    documents = [*reading(model), *(each for corpus in Corpus for each in read_dropped_examples(corpus, model))]
    unread = [
        *development(replace(bot, answerability=None), questions),
        *reading(None),
        *read_dropped_examples(Corpus.LAWS, None),
    ]
    known = [(own, is_right) for own, is_right in guides if "exemplar" in own]
    fits: list[tuple[str, Sequence[Example], Mapping[str, float]]] = [
        ("exemplars", known, WEIGHTS["exemplars"]),
        ("guide", guides, WEIGHTS["guide"]),
        ("document", documents, WEIGHTS["document"]),
        ("without a model", unread, WEIGHTS_UNREAD),
    ]
    for name, examples, before in fits:
        names, values, rights = arrays(examples, list(before))
        weights = fit_logistic(values, rights, EXEMPLARS_STRENGTH if examples is known else STRENGTH)
        rows: list[dict[str, Cell]] = [
            {"feature": each, "weight": round(float(own), 3), "median": round(float(np.median(values[:, at])), 3)}
            for at, (each, own) in enumerate(zip(names, weights, strict=True))
        ]
        parts += [markdown(Table(f"Weights: {name}", rows)), markdown(reliability(values, rights))]
    return "\n\n".join(parts)


def development(bot: Bot, questions: Sequence[Question]) -> Iterator[Example]:
    """Examples of the development questions."""
    for each in questions:
        if (found := retrieve_for(bot, each.question, history(each))) is not None:
            best = found.ranked[0].snippet
            (label,) = label_snippets(each, found.found[best.passage].source, [best.text])
            if label != OPEN:
                yield features(found), label == ANSWERS


def reading(model: AnswerabilityModel | None) -> Iterator[Example]:
    """Examples of XQuAD."""
    for asking, language in READING_LANGUAGES:
        texts = read_texts(SHARED / "bench" / "xquad" / f"corpus.{language}.jsonl")
        there = {name: text for name, text in texts.items() if is_there(name)}
        pairs = zip(golds(SHARED, asking), golds(SHARED, language), strict=True)
        asked = [(passage, put, gold) for (_, put), (passage, gold) in pairs if not is_shown(passage)]
        with sync_texts(as_files(there)) as library:
            bot = Bot(library.index, library.embedder, answerability=model)
            for passage, put, gold in asked[:READING_QUESTIONS]:
                if (found := retrieve_for(bot, put.text, [])) is not None:
                    yield features(found), passage in there and holds_answer(found.ranked[0].snippet.text, gold)


def read_dropped_examples(corpus: Corpus, model: AnswerabilityModel | None) -> Iterator[Example]:
    """Examples of the development questions about laws or notices."""
    questions = read_dropped_questions(corpus, Use.DEVELOPMENT)
    with library_of(corpus, questions) as library:
        bot = Bot(library.index, library.embedder, answerability=model)
        for each in questions:
            if (found := retrieve_for(bot, each.question, history(each))) is not None:
                best = found.ranked[0].snippet
                source = found.found[best.passage].source
                yield features(found), label_lines(each, source, [best.text]) == [ANSWERS]


def retrieve_for(bot: Bot, question: str, before: Sequence[Turn]) -> Retrieval | None:
    """Returns the retrieval for a question, as when answering.

    None if the question was answered without a search, or nothing was found.
    """
    heard = list[Retrieval]()
    replace(bot, observe=heard.append).answer(question, before)
    return heard[0] if heard and heard[0].ranked else None


def features(found: Retrieval) -> dict[str, float]:
    """Returns the features of the answerability score, by name."""
    return collect_features(found.question, found.found, found.ranked)


def arrays(examples: Sequence[Example], names: list[str]) -> tuple[list[str], NDArray[np.float64], NDArray[np.float64]]:
    """Names of the features, their values `(n, features)`, and correctness `(n,)`."""
    values = np.array([[own[name] for name in names] for own, _ in examples])
    return names, values, np.array([is_right for _, is_right in examples], float)


def reliability(values: NDArray[np.float64], rights: NDArray[np.float64]) -> Table:
    """Share of right best snippets by probability, cross-fitted on two halves."""
    odd = np.arange(len(rights)) % 2 == 1
    likely = np.zeros(len(rights))
    for half in (odd, ~odd):
        likely[half] = 1 / (1 + np.exp(-values[half] @ fit_logistic(values[~half], rights[~half], STRENGTH)))
    rows: list[dict[str, Cell]] = []
    for low, high in pairwise(BINS):
        own = (likely >= low) & ((likely < high) | (high == BINS[-1]))
        if own.any():
            mean, right = float(likely[own].mean()), float(rights[own].mean())
            said: dict[str, Cell] = {"from": low, "to": high, "questions": int(own.sum())}
            rows.append(said | {"mean probability": round(mean, 3), "right": round(right, 3)})
    return Table("Reliability", rows)
