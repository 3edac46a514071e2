"""Answerability: decides whether passages support an answer or the bot refuses.

The weights come from a logistic fit on questions that the model was not trained on (`python -m training calibrate`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import mean
from typing import Literal

from bot.query.countries import HOME, is_here, is_named, other_cities
from bot.query.document_names import cites, lists_question
from bot.query.exemplars import fingerprint
from bot.query.query import Query
from bot.retrieval.scoring import is_about_another_country
from bot.retrieval.snippet_ranking import RankedSnippet
from bot.retrieval.snippets import Snippet
from store.documents import DocumentKind, Passage

WEIGHTS: Mapping[DocumentKind | Literal["exemplars"], Mapping[str, float]] = {
    "exemplars": {"constant": -8.8, "read": 0.309, "exemplar": 9.0, "answered": 2.14, "unanswered": -4.62},
    "guide": {"constant": -0.75, "read": 0.547, "margin": 0.135, "coverage": 0.165, "lead": 7.46, "across": -0.944},
    "document": {"constant": -0.78, "read": 0.51, "margin": 0.152, "lead": 8.814, "across": 0.3},
}  # fmt: skip
"""Weights of the features (`collect_features`).

By kind of the best snippet's document, and for a snippet that answers exemplars. `across` stands for the words that a
text in another language cannot share. A score of 0 is a probability of 0.4, of lines with exemplars 0.6, of documents
0.35 (fitted on best lines for 450 questions about notices, 160 about laws and 300 of XQuAD). Weights of lines with
exemplars are fitted on best lines for 851 questions of unseen writers: .96 of 642 that answer pass, .25 of 209 others.
"""
WEIGHTS_UNREAD: Mapping[str, float] = {
    "constant": -1.44,
    "read": 0.344,
    "margin": 0.629,
    "coverage": 0.926,
    "lead": -3.455,
    "across": 0.798,
}
"""Weights without an answerability model."""
UNKNOWN_LEAD, UNKNOWN_LEAD_ACROSS = 0.1, 0.04
"""Typical `lead`, within a language and across languages.

Used without token vectors or with too few passages to compare.
"""
UNRELATED = -6.0
"""Score of an irrelevant snippet, used for the fifth one if there are fewer."""
LARGEST_MARGIN: Mapping[DocumentKind, float] = {"guide": 12.0, "document": 8.0}
LARGEST_LEAD: Mapping[DocumentKind, float] = {"guide": 1.0, "document": 0.15}
"""Upper limits of `margin` and `lead`: who asks a few documents of something else finds one line far ahead."""
SNIPPETS_SKIPPED = 4
"""Number of best snippets that `margin` skips."""
CERTAIN = 5.0
"""Score if a passage contains the article, customs code or number of the query."""
LEADING = 8
"""Number of first passages that must have what the query names.

Later ones show what any passage is like.
"""
Ruling = Literal["nothing_found", "outside", "other_country", "not_held", "held"]


@dataclass(frozen=True)
class Answerability:
    """Answerability score of the passages; answer if `support` > 0.

    `ruled` names the rule that decided alone; if it excludes an answer, `support` is minus infinity. If `ruled` is
    empty, `counted` has the features as `(value, weight)`, by name.
    """

    support: float
    ruled: Ruling | Literal[""] = ""
    counted: Mapping[str, tuple[float, float]] = field(default_factory=dict)


def assess_answerability(
    question: Query, found: Sequence[Passage], ranked: Sequence[RankedSnippet], rows: Sequence[Snippet]
) -> Answerability:
    """Assesses whether the passages found support an answer.

    `rows` compare the countries asked about; if there are any, they do.
    """
    if rows:
        return Answerability(CERTAIN, "held")
    if ruled := deciding_rule(question, found, ranked):
        return Answerability(CERTAIN if ruled == "held" else float("-inf"), ruled)
    features = collect_features(question, found, ranked)
    weights = weights_for(features, found[ranked[0].snippet.passage].metadata.kind, ranked[0].is_read)
    counted = {name: (features[name], weight) for name, weight in weights.items()}
    return Answerability(sum(value * weight for value, weight in counted.values()), counted=counted)


def weights_for(features: Mapping[str, float], kind: DocumentKind, is_read: bool) -> Mapping[str, float]:
    """Returns the weights of some features for a snippet of a document of a kind."""
    if not is_read:
        return WEIGHTS_UNREAD
    return WEIGHTS["exemplars" if "exemplar" in features else kind]


def deciding_rule(question: Query, found: Sequence[Passage], ranked: Sequence[RankedSnippet]) -> Ruling | Literal[""]:
    """Returns the rule that decides alone, or ""."""
    if not ranked:
        return "nothing_found"
    best = ranked[0].snippet
    passages = [found[best.passage], *found[:LEADING]]
    if found[best.passage].metadata.kind == "guide" and question.is_outside(is_answered=True):
        return "outside"  # guides are about the service; the other documents of a folder may be about anything
    if question.countries and is_about_another_country(question, found[best.passage], best.text):
        return "other_country"
    if lists_question(found[best.passage].metadata, question.text):
        return "held"
    if not holds_what_is_named(question, passages):
        return "not_held"
    if (question.article and passages[0].source in question.named) or question.identifiers:
        return "held"
    if question.article and question.law:
        return "held" if is_of_the_article(question, found[best.passage], best) else "not_held"
    return ""


def collect_features(question: Query, found: Sequence[Passage], ranked: Sequence[RankedSnippet]) -> dict[str, float]:
    """Returns the features of the answerability score, by name.

    - `read`: score of the best snippet, as the model read it.
    - `margin`: lead of that score over the fifth best, at most LARGEST_MARGIN; a snippet that stands out is evidence.
    - `coverage`: largest share of query words in one of the first three passages; 0 across languages.
    - `lead`: see `lead_over_field`.
    - `across`: 1 if the best snippet is in another language than the question.
    - `exemplar`: closeness of the exemplars that the best snippet answers; `answered`: share of the nearest ones that
      it answers; `unanswered`: share of those that the guides do not answer. None of these is there if the snippet
      answers no exemplar.
    """
    best = found[ranked[0].snippet.passage]
    same, kind = best.metadata.language == question.language, best.metadata.kind
    return exemplar_features(question, ranked[0].snippet) | {
        "constant": 1.0,
        "read": ranked[0].read,
        "margin": min(LARGEST_MARGIN[kind], margin_over_fifth(ranked)),
        "coverage": max(passage.coverage for passage in found[:3]) if same else 0.0,
        "lead": min(LARGEST_LEAD[kind], lead_over_field(found, UNKNOWN_LEAD if same else UNKNOWN_LEAD_ACROSS)),
        "across": float(not same),
    }


def exemplar_features(question: Query, snippet: Snippet) -> dict[str, float]:
    """Returns the features of a snippet that answers exemplars; {} for another one."""
    own, line = question.exemplars, fingerprint(snippet.text)
    closest = own.of([line]) if own else None
    if own is None or not closest:
        return {}
    unanswered = own.share_of(own.exemplars.unanswered)
    return {"exemplar": closest, "answered": own.share_of_line(line), "unanswered": unanswered}


def margin_over_fifth(ranked: Sequence[RankedSnippet]) -> float:
    """Returns the lead of the best score over the fifth, 0 or more.

    A snippet about another country lags, so it is no rival.
    """
    fifth = ranked[SNIPPETS_SKIPPED].score if len(ranked) > SNIPPETS_SKIPPED else UNRELATED
    return max(0.0, ranked[0].read - fifth)


def lead_over_field(found: Sequence[Passage], usual: float) -> float:
    """Returns the lead of the best late-interaction score over those at 6 to 15.

    `usual` if there are too few.
    """
    all_of_them = sorted((each.agreement.whole for each in found if each.agreement), reverse=True)
    if len(all_of_them) <= LEADING:
        return usual
    return all_of_them[0] - mean(all_of_them[5:15])


def holds_what_is_named(question: Query, passages: Sequence[Passage]) -> bool:
    """Checks for the article (in its law or cited) and all identifiers of the query."""
    best = passages[0]
    if question.article and best.source in question.named:
        return best.chunk.holds_article(question.article)
    held = " ".join(f"{each.metadata.document_number} {each.chunk.text}" for each in passages)
    cited = not question.article or any(is_cited(question, each) for each in passages)
    return cited and question.count_identifiers(held) == len(question.identifiers)


def is_of_the_article(question: Query, passage: Passage, snippet: Snippet) -> bool:
    """Checks that a snippet is in the article of the query, or cites it."""
    own = question.law in passage.metadata.title and passage.chunk.article_at(snippet.start) == question.article
    return own or cites(snippet.text, question.law, question.article)


def is_cited(question: Query, passage: Passage) -> bool:
    """Checks that a passage is of the article of the query, or cites it."""
    if not question.law and passage.chunk.holds_article(question.article):
        return True
    return cites(f"{passage.metadata.title} {passage.chunk.text}", question.law, question.article)


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
