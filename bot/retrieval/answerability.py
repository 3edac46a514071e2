"""Answerability: decides whether passages support an answer or the bot refuses.

The weights come from a logistic fit on half of the questions of `evals/`: our own (answerable against near misses and
unanswerable ones), and XQuAD with half of the passages left out; see docs/decisions.md.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from math import log
from statistics import mean
from typing import Literal

from bot.query.answer_type import subjects, years
from bot.query.countries import HOME, is_here, is_named, other_cities
from bot.query.document_names import cites
from bot.query.query import EmbeddingModel, Query
from bot.retrieval.scoring import SIMILARITY_STD
from bot.retrieval.snippet_ranking import RankedSnippet, described
from bot.retrieval.snippets import Snippet, width
from store.documents import Passage
from store.validity import start
from text.markdown_blocks import is_question_heading

WEIGHTS: Mapping[str, tuple[float, float, float]] = {
    "constant": (-32.3, -2.4, -3.7),
    "similarity": (7.26, 6.5, 1.97),
    "typical": (18.0, 0.0, 0.0),
    "nearest": (0.685, 0.0, -0.446),
    "alike": (0.548, 0.0, 0.0),
    "coverage": (4.33, 0.0, -1.57),
    "lead": (6.57, 29.4, -4.49),
    "margin": (0.269, 0.0, -0.201),
    "length": (1.17, 0.0, 1.29),
    "fits": (2.58, 0.0, 0.0),
    "agrees": (0.143, 0.0, 0.0),
    "gives": (1.09, 0.0, 0.0),
}
"""Feature weights: base, added across languages, added under a question heading."""
NOT_ALIKE = -2.0
"""Value of `alike` without a question heading above a snippet, and its minimum."""
UNKNOWN_LEAD = 0.05
"""Typical `lead`; used without token vectors or with too few passages to compare."""
TOKENS = 0.7
"""Tokens of a query to an ideograph of its width, without token vectors: 0.63 to 0.86 in nine languages."""
LARGEST_MARGIN = 12.0
"""Upper limit of `margin`."""
CERTAIN = 5.0
"""Score if a passage contains the article, customs code or number of the query."""
UNITS_COMPARED = 4
"""Number of best-ranked snippets that the features look at."""
UNITS_READ, READ_ROOM = 2, 400
"""Snippets that are embedded, nearest first: two, and more up to READ_ROOM in all.

READ_ROOM is in ideographs; a letter counts 3/8. Embedding takes most of an answer's time.
"""
LEADING = 8
"""Maximum number of passages that an answer is made of."""
Ruling = Literal["nothing_found", "other_subject", "other_year", "not_held", "held"]
NEAR = 2.0
"""Largest gap to the best snippet, both without KIND_BONUS, for `gives` to count."""


def leading(question: Query, found: Sequence[Passage]) -> list[Passage]:
    """Returns the best passages about the countries asked about, or the best of all."""
    return [passage for passage in found if fits(question, passage)][:LEADING] or list(found[:LEADING])


@dataclass(frozen=True)
class Answerability:
    """Answerability score of the leading passages; answer if `support` > 0.

    `ruled` names the rule that decided alone; if it excludes an answer, `support` is minus infinity. If `ruled` is
    empty, `counted` has the features as `(value, weight)`, by name.
    """

    support: float
    ruled: Ruling | Literal[""] = ""
    counted: Mapping[str, tuple[float, float]] = field(default_factory=dict)


def assess_answerability(
    question: Query,
    found: Sequence[Passage],
    passages: Sequence[Passage],
    ranked: Sequence[RankedSnippet],
    meaning: EmbeddingModel,
) -> Answerability:
    """Assesses whether the leading passages support an answer."""
    near = [each for each in ranked if each.gives and each.plain >= max(other.plain for other in ranked) - NEAR]
    if ruled := deciding_rule(question, passages, ranked, bool(near)):
        return Answerability(CERTAIN if ruled == "held" else float("-inf"), ruled)
    spoken_for = collect_features(question, found, passages, ranked, meaning) | {"gives": float(bool(near))}
    across = passages[0].metadata.language != question.language
    under_question = any(is_question_heading(each.unit.context) for each in ranked[:UNITS_COMPARED])
    counted = {
        name: (value, weight + across * more_across + under_question * more_under)
        for name, value in spoken_for.items()
        for weight, more_across, more_under in [WEIGHTS[name]]
    }
    return Answerability(sum(value * weight for value, weight in counted.values()), counted=counted)


def deciding_rule(
    question: Query, passages: Sequence[Passage], ranked: Sequence[RankedSnippet], gives: bool
) -> Ruling | Literal[""]:
    """Returns the rule that decides alone, or ""; `gives`: a top snippet has the type."""
    if not passages or not ranked:
        return "nothing_found"
    if not names_subject(question, passages):
        return "other_subject"
    if not is_of_the_year(question, passages, ranked[0]):
        return "other_year"
    if not holds_what_is_named(question, passages):
        return "not_held"
    if (question.article and passages[0].source in question.named) or (question.identifiers and gives):
        return "held"
    if question.article and question.law:
        return "held" if is_of_the_article(question, passages, ranked[0].unit) else "not_held"
    return ""


def collect_features(
    question: Query,
    found: Sequence[Passage],
    passages: Sequence[Passage],
    ranked: Sequence[RankedSnippet],
    meaning: EmbeddingModel,
) -> dict[str, float]:
    """Returns the features of the answerability model, by name.

    - `similarity`: cosine of the best passage with the query; `typical`: baseline cosine of any passage of its
      language, lower for queries in everyday words.
    - `nearest`, `alike`: lead over the baseline, in standard deviations, of the nearest snippet and of the question
      heading above one.
    - `coverage`: largest share of query words in one of the first three passages; 0 across languages.
    - `length`: logarithm of the number of query tokens, because long queries say much that no text repeats.
    - `fits`, `agrees`: 1 if the best passage is about the place, and its document about the country, asked about.
    - `lead`, `margin`: see these functions.
    """
    best, compared = passages[0], ranked[:UNITS_COMPARED]
    nearest = sorted(compared, key=lambda each: -each.near)
    texts = until_long([described(passages[each.unit.passage], each.unit) for each in nearest])
    usual = [passages[each.unit.passage].typical for each in nearest[: len(texts)]]
    asking = (each.unit for each in compared if is_question_heading(each.unit.context))
    headings = {unit.context: passages[unit.passage].typical for unit in asking}
    similarities = question.similarities([*texts, *headings], meaning)
    length = len(question.tokens.weights) if question.tokens else TOKENS * width(question.text)
    same = best.metadata.language == question.language
    return {
        "constant": 1.0,
        "similarity": best.similarity or max(similarities[: len(texts)]),
        "typical": best.typical,
        "nearest": max(above(similarities[: len(texts)], usual)),
        "alike": max(above(similarities[len(texts) :], [*headings.values()]), default=NOT_ALIKE),
        "coverage": max(passage.coverage for passage in passages[:3]) if same else 0.0,
        "lead": lead_over_field(found),
        "margin": margin_over_fifth(ranked),
        "length": log(max(1, length)),
        "fits": float(fits(question, best)),
        "agrees": float(bool(set(question.countries) & set(best.metadata.countries))),
    }


def until_long(texts: Sequence[str]) -> list[str]:
    """Returns the first UNITS_READ texts, and more while all fit into READ_ROOM."""
    lengths = accumulate(map(width, texts))
    return [
        text
        for number, (text, so_far) in enumerate(zip(texts, lengths, strict=True))
        if number < UNITS_READ or so_far <= READ_ROOM
    ]


def above(similarities: Sequence[float], typical: Sequence[float]) -> list[float]:
    """Returns leads over the baselines in standard deviations, at least NOT_ALIKE."""
    return [max(NOT_ALIKE, (own - usual) / SIMILARITY_STD) for own, usual in zip(similarities, typical, strict=True)]


def margin_over_fifth(ranked: Sequence[RankedSnippet]) -> float:
    """Returns the score lead over the fifth snippet, or 0; standing out is evidence."""
    return min(LARGEST_MARGIN, ranked[0].score - ranked[UNITS_COMPARED].score) if len(ranked) > UNITS_COMPARED else 0.0


def lead_over_field(found: Sequence[Passage]) -> float:
    """Returns the lead of the best late-interaction score over those at 6 to 15."""
    all_of_them = sorted((each.agreement.whole for each in found if each.agreement), reverse=True)
    if len(all_of_them) <= LEADING:
        return UNKNOWN_LEAD
    return all_of_them[0] - mean(all_of_them[5:15])


def holds_what_is_named(question: Query, passages: Sequence[Passage]) -> bool:
    """Checks for the article (in its law or cited) and all identifiers of the query."""
    best = passages[0]
    if question.article and best.source in question.named:
        return best.chunk.holds_article(question.article)
    held = " ".join(f"{each.metadata.document_number} {each.chunk.text}" for each in passages)
    cited = not question.article or any(is_cited(question, each) for each in passages)
    return cited and question.held(held) == len(question.identifiers)


def is_of_the_article(question: Query, passages: Sequence[Passage], unit: Snippet) -> bool:
    """Checks that a snippet is in the article of the query, or cites it."""
    passage = passages[unit.passage]
    own = question.law in passage.metadata.title and passage.chunk.article_at(unit.start) == question.article
    return own or cites(unit.text, question.law, question.article)


def is_cited(question: Query, passage: Passage) -> bool:
    """Checks that a passage is of the article of the query, or cites it."""
    if not question.law and passage.chunk.holds_article(question.article):
        return True
    return cites(f"{passage.metadata.title} {passage.chunk.text}", question.law, question.article)


def names_subject(question: Query, passages: Sequence[Passage]) -> bool:
    """Checks that the passages name the query's tax or levy; another is no answer."""
    text = " ".join(passage.chunk.text for passage in passages).lower()
    return all(subject in text for subject in subjects(question.text))


def is_of_the_year(question: Query, passages: Sequence[Passage], scored: RankedSnippet) -> bool:
    """Checks that a snippet names the query's years, or its document applied by then."""
    passage = passages[scored.unit.passage]
    since = start(passage.metadata)
    missing = years(question.text) - years(whole(passage, scored.unit))
    return not missing or bool(since and since.year <= min(map(int, missing)))


def fits(question: Query, passage: Passage) -> bool:
    """Checks that a passage is about the places of the query; True if it names none."""
    text = " ".join([passage.metadata.title, *passage.chunk.headings, passage.chunk.text])
    if not all(city in text for city in other_cities(question.text)):
        return False
    about = set(passage.metadata.countries) - {HOME}
    if not question.countries or set(question.countries) & about or (is_here(question.text) and not about):
        return True
    if len(about) == 1:  # a guide to another country that only mentions the one asked about
        return False
    return any(is_named(country, text) for country in question.countries)


def whole(passage: Passage, unit: Snippet) -> str:
    """Returns a snippet with the titles, heading and table header above it."""
    return " ".join([passage.metadata.title, *passage.chunk.headings, unit.context, unit.header, unit.text])
