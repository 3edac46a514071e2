"""Scores passages: similarity, words, late interaction, and boosts and penalties.

The weights were fitted so that a passage that answers ranks high among the candidates: `python -m training search`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import mean

from bot.query.countries import HOME, countries
from bot.query.query import Query
from bot.retrieval.snippets import fingerprints, first_cell
from store.documents import Metadata, Passage, Validity

SIMILARITY_STD = 0.025
"""Standard deviation of the similarities of one query; e5 gives 0.017 to 0.023."""
MEANING_WEIGHT = 3.0
"""Weight of a standard deviation of similarity.

The unit of all scores, boosts and penalties is a point.
"""
WORDS_WEIGHT = 8.0
"""Weight of all query words, in points."""
WORDS_WEIGHT_ACROSS = 1.0
"""WORDS_WEIGHT across languages: only names and numbers can match."""
WORDS_EXPECTED = 0.25
"""Share of query words that the best passage has by chance; it scores 0."""
AGREEMENT_WEIGHT = 45.0
"""Weight of a full late-interaction match. Passages typically differ by 0.03."""
FEW_CANDIDATES = 10
"""Shrinkage: the number of candidates at which a language's own mean counts half."""
UNRELATED = 0.8
"""Cosine of a query with texts on other subjects.

A small folder tells little about the baseline, because people put into it what they ask about: with FEW_CANDIDATES
passages its own baseline counts half.
"""

DEMOTION: Mapping[Validity, float] = {
    Validity.DRAFT: 2.0,
    Validity.NOT_YET: 2.0,
    Validity.EXPIRED: 4.0,
    Validity.SUPERSEDED: 4.0,
    Validity.REPEALED: 4.0,
}
"""Penalty for documents that do not apply on the day, in points."""
OTHER_COUNTRY_DEMOTION = 2.0
"""Penalty for documents about other countries than those asked about."""
ABROAD_DEMOTION, HOME_DEMOTION = 1.0, 6.0
"""Penalty for documents about one host country if the query names no country.

The second one if it only names China.
"""
OTHER_SIDE_DEMOTION = 2.0
"""Penalty for documents on going abroad if exemplars are on coming to China.

And the reverse; all exemplars near the query count.
"""
ARTICLE_BONUS = 9.0
"""Boost for passages that contain the article that was asked for."""
IDENTIFIER_BONUS = 18.0
"""Boost for each customs code or document number of the query, in any language."""
NAMED_BONUS = 9.0
"""Boost for documents that the query names by title; half if not in force."""
EXEMPLAR_BONUS = 30.0
"""Boost for a passage whose exemplars mean the same; a penalty if they do not."""

Effects = Iterator[tuple[str, float]]
"""Named boosts (> 0) and penalties (< 0), in points."""


@dataclass(frozen=True)
class ScoreParts:
    """Parts of a passage's score, in points.

    - `meaning`: similarity above the baseline of its language.
    - `words`: value of the query words that it contains.
    - `agreement`: late-interaction score above the baseline of its language.
    - `effects`: boosts (> 0) and penalties (< 0) by name.
    """

    meaning: float
    words: float
    agreement: float
    effects: Mapping[str, float]

    @property
    def score(self) -> float:
        """The sum of all parts."""
        return self.meaning + self.words + self.agreement + sum(self.effects.values())


def meaning_score(similarity: float | None, typical: float) -> float:
    """Returns the value of the lead over the baseline; 0 while not embedded."""
    return 0.0 if similarity is None else MEANING_WEIGHT * (similarity - typical) / SIMILARITY_STD


def agreement_scores(passages: Sequence[Passage]) -> list[float]:
    """Returns the weighted late-interaction score of each passage above its baseline.

    The baseline is the mean of the candidates in a passage's language: any text in the query's own language scores
    higher. With few candidates it is close to the mean of all languages.
    """
    agreeing: dict[str, list[float]] = {}
    for passage in passages:
        if passage.agreement:
            agreeing.setdefault(passage.metadata.language, []).append(passage.agreement.whole)
    if not agreeing:
        return [0.0] * len(passages)
    overall = mean(each for own in agreeing.values() for each in own)
    typical = {
        language: (sum(own) + FEW_CANDIDATES * overall) / (len(own) + FEW_CANDIDATES)
        for language, own in agreeing.items()
    }
    return [
        AGREEMENT_WEIGHT * (each.agreement.whole - typical[each.metadata.language]) if each.agreement else 0.0
        for each in passages
    ]


def words_score(question: Query, metadata: Metadata, coverage: float) -> float:
    """Returns the value of a share of the query words."""
    if question.language == metadata.language:
        return WORDS_WEIGHT * (coverage - WORDS_EXPECTED)
    return WORDS_WEIGHT_ACROSS * coverage


def words_weight(question: Query, metadata: Metadata) -> float:
    """Returns the weight of the query words for a document, by its language."""
    return WORDS_WEIGHT if question.language == metadata.language else WORDS_WEIGHT_ACROSS


def adjustments(passage: Passage, question: Query) -> Effects:
    """Yields the boosts and penalties of a passage beside its text similarity.

    Penalties: not in force, another country, the other side. Boosts: exemplar, named document, article, identifier.
    """
    if passage.validity in DEMOTION:
        yield "not_in_force", -DEMOTION[passage.validity]
    if question.exemplars and (close := question.closeness(fingerprints(passage.chunk), passage.metadata.kind)):
        yield "exemplar", EXEMPLAR_BONUS * close
    yield from place_effects(question, passage.metadata)
    if passage.source in question.named:
        yield "named", NAMED_BONUS / 2 if passage.validity in DEMOTION else NAMED_BONUS
    if (article := question.names_article(passage.source)) and passage.chunk.holds_article(article):
        yield "article", ARTICLE_BONUS
    if held := question.count_identifiers(f"{passage.metadata.document_number} {passage.chunk.text}"):
        yield "identifier", IDENTIFIER_BONUS * held


def place_effects(question: Query, metadata: Metadata) -> Effects:
    """Yields penalties for a document about the other side or another country.

    Also for one about a single host country if the query names none.
    """
    about = set(metadata.countries)
    if against := question.is_against(metadata.audience):
        yield "other_side", -OTHER_SIDE_DEMOTION * against
    if question.countries:
        if about and not about & set(question.countries):
            yield "other_country", -OTHER_COUNTRY_DEMOTION
    elif len(about) == 1 and HOME not in about:
        yield "abroad", -(HOME_DEMOTION if question.home else ABROAD_DEMOTION)


def is_about_another_country(question: Query, passage: Passage, line: str) -> bool:
    """Checks that a line of a passage is about other countries than the query.

    A line of a document about several countries is so if it names others, a row of a table always if it begins with
    others; documents about no host country hold everywhere, but where a conversation is about another country, those on
    investing in China do not.
    """
    of_row = set(countries(first_cell(line))) - {HOME}
    if question.countries and of_row and of_row.isdisjoint(question.countries):
        return True
    about = set(passage.metadata.countries) - {HOME}
    if question.is_abroad and not about and passage.metadata.audience == "inbound":
        return True
    asked = set(question.countries)
    if question.is_about_home and not asked:
        return bool(about) and HOME not in passage.metadata.countries
    if not asked or not about or asked & about:
        return False
    named = set(countries(passage.chunk.text if len(about) == 1 else line)) - {HOME}
    return not asked & named and bool(named or len(about) == 1)
