"""Shortlist: the snippets that the answerability model reads.

They are chosen out of the passages found for all readings.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from itertools import chain

from bot.query.document_names import cites, lists_question
from bot.query.exemplars import fingerprint
from bot.query.query import EmbeddingModel, Query
from bot.retrieval.hybrid_search import FoundPassage
from bot.retrieval.scoring import DEMOTION, SIMILARITY_STD, is_about_another_country, words_weight
from bot.retrieval.snippets import Snippet, find_snippets
from store.documents import DocumentKind, Passage
from store.index import term_set, text_to_embed
from text.list_items import ends_open

PASSAGES_READ = 12
"""Passages whose snippets are compared.

They hold an answer for 91 of 100 answerable training questions.
"""
SNIPPETS_READ, SNIPPETS_OF_READINGS = 16, 24
"""Most snippets on the list, for a question with one reading and with several.

They hold an answer wherever the passages do, but for 1 in 100 questions without a conversation.
"""
PASSAGE_WEIGHT: Mapping[DocumentKind, float] = {"guide": 0.3, "document": 1.0}
"""Weight of the score gap between passages when their snippets are compared.

A line of a guide stands alone; a sentence of a law is understood by its article. By 116 development questions about
laws, 1.0 brings one that answers to the list for .724 instead of .690, to its first place for .302 instead of .284.
"""
OWN_WEIGHT = 0.5
"""Extra weight of a snippet's own words, beside those shared with its heading."""
EXEMPLAR_WEIGHT = 68.0
"""Evidence of a snippet that answers an exemplar of the same meaning."""
ACROSS = 4.0
"""Evidence of a snippet in another language, for the words that it cannot share.

Else none of them would be read.
"""
AGREEMENT_WEIGHT = 40.0
"""Weight of a full late-interaction match of a snippet with all query tokens."""
COSINE_WEIGHT = 2.0
"""Weight of a snippet's cosine without token vectors.

Snippets under one title differ less than passages do.
"""
NOT_IN_FORCE = 6.0
"""Lag of a snippet that does not apply on the day.

It leads only where no other comes near.
"""
ELSEWHERE = 6.0
"""Lag of a snippet about other countries than the one asked about."""
OTHER_SIDE = 6.0
"""Lag of a snippet on going abroad if exemplars are on coming to China.

And the other way around.
By the labels of the development questions it set six right and two wrong, before questions had a metric and names of
countries an exception.
"""
ARTICLE_LEAD, IDENTIFIER_LEAD = 18.0, 36.0
"""Lead of a snippet with the question's article, and with each identifier.

Identifiers are customs codes and document numbers.
"""
LISTED_LEAD = 12.0
"""Lead of the snippets of a document that lists the question, word for word.

It outweighs the evidence of words, but not that of an article or a number.
"""
ALONE = 0.5
"""Share of AGREEMENT_WEIGHT for the snippet's own tokens, without those above it."""


@dataclass(frozen=True)
class ListedSnippet:
    """A snippet with the evidence of the search for it, in points.

    `certain` is what the model does not read: that it has the article or number named, whether it is in force, and for
    which country and side.
    """

    snippet: Snippet
    evidence: float
    certain: float = 0.0


def merge_readings(found: Iterable[Sequence[FoundPassage]]) -> list[FoundPassage]:
    """Returns the passages of all readings, best first.

    Each as it was found by the reading that suits it best.
    """
    best = dict[tuple[str, int], FoundPassage]()
    for own in chain.from_iterable(found):
        key = own.passage.source, own.passage.chunk.start
        if key not in best or best[key].score < own.score:
            best[key] = own
    return sorted(best.values(), key=lambda each: -each.score)


def shortlist(found: Sequence[FoundPassage], embedding_model: EmbeddingModel) -> list[ListedSnippet]:
    """Returns the snippets of the first passages with most evidence, best first.

    A sentence that only introduces what follows answers nothing.
    """
    passages = [each.passage for each in found[:PASSAGES_READ]]
    every = (snippet for number, passage in enumerate(passages) for snippet in find_snippets(passage, number))
    snippets = [each for each in every if each.kind != "sentence" or not ends_open(each.text)]
    if not snippets:
        return []
    near = agreements(passages, snippets) or similarities(found[0].reading, passages, snippets, embedding_model)
    listed = [
        ListedSnippet(snippet, each + words_evidence(snippet, own, found[0].score), certain)
        for snippet, each in zip(snippets, near, strict=True)
        for own in [found[snippet.passage]]
        for certain in [certain_evidence(snippet, own)]
    ]
    several = any(each.reading is not found[0].reading for each in found)
    most = SNIPPETS_OF_READINGS if several else SNIPPETS_READ
    return sorted(listed, key=lambda each: -each.evidence - each.certain)[:most]


def agreements(passages: Sequence[Passage], snippets: Sequence[Snippet]) -> list[float] | None:
    """Returns the late-interaction scores of snippets, times AGREEMENT_WEIGHT.

    The text above a snippet counts, too.
    None if a passage has no token vectors.
    """
    if any(passages[snippet.passage].agreement is None for snippet in snippets):
        return None
    return [AGREEMENT_WEIGHT * agreement_with(passages[snippet.passage], snippet) for snippet in snippets]


def agreement_with(passage: Passage, snippet: Snippet) -> float:
    """Returns the late-interaction score of a snippet with titles, heading and header."""
    if passage.agreement is None:
        return 0.0
    above, own = titles_above(passage), span_when_embedded(passage, snippet)
    spans = [(0, above), own]
    for part in filter(None, (*snippet.context.split("\n"), snippet.header)):
        if (at := passage.chunk.text.rfind(part, 0, own[0] - above)) >= 0:
            spans.append((above + at, above + at + len(part)))
    return (1 - ALONE) * passage.agreement.within(*spans) + ALONE * passage.agreement.within(own)


def titles_above(passage: Passage) -> int:
    """Returns the length of the titles before the chunk in the text that was embedded."""
    return len(text_to_embed(passage.metadata, passage.chunk)) - len(passage.chunk.text)


def span_when_embedded(passage: Passage, snippet: Snippet) -> tuple[int, int]:
    """Returns start and end of a snippet in the text that was embedded."""
    begin = titles_above(passage) - passage.chunk.start
    return begin + snippet.start, begin + snippet.end


def similarities(
    question: Query, passages: Sequence[Passage], snippets: Sequence[Snippet], embedding_model: EmbeddingModel
) -> list[float]:
    """Returns the cosines of snippets, in standard deviations, times COSINE_WEIGHT.

    With the text above them. Used without token vectors; slower, because each snippet has to be embedded first.
    """
    texts = [describe_snippet(passages[snippet.passage], snippet) for snippet in snippets]
    return [COSINE_WEIGHT * each / SIMILARITY_STD for each in question.similarities(texts, embedding_model)]


def words_evidence(snippet: Snippet, found: FoundPassage, best: float) -> float:
    """Returns the evidence of a snippet's words and of its passage.

    `best` is the score of the best passage.
    """
    passage, question = found.passage, found.reading
    total = sum(question.weights.values()) or 1.0
    own = share(term_set(snippet.text), question.weights) / total
    whole = share(term_set(describe_snippet(passage, snippet)), question.weights) / total
    evidence = words_weight(question, passage.metadata) * (whole + OWN_WEIGHT * own)
    evidence += EXEMPLAR_WEIGHT * question.closeness([fingerprint(snippet.text)], passage.metadata.kind)
    evidence += ACROSS if question.language != passage.metadata.language else 0.0
    return evidence + PASSAGE_WEIGHT[passage.metadata.kind] * (found.score - best)


def certain_evidence(snippet: Snippet, found: FoundPassage) -> float:
    """Returns the evidence that the model does not read.

    That is what a question names exactly, and whether the snippet applies on the day, in the country and on the side,
    abroad or in China, that it asks about.
    """
    passage, question = found.passage, found.reading
    article = question.names_article(passage.source)
    is_named = article and passage.chunk.article_at(snippet.start) == article
    is_cited = question.article and not question.named and cites(snippet.text, question.law, question.article)
    named = ARTICLE_LEAD if is_named or is_cited else 0.0
    listed = LISTED_LEAD if lists_question(passage.metadata, question.text) else 0.0
    applies = 0.0 if passage.validity not in DEMOTION else -NOT_IN_FORCE
    here = -ELSEWHERE if is_about_another_country(question, passage, snippet.text) else 0.0
    side = -OTHER_SIDE * question.is_against(passage.metadata.audience)
    return named + listed + IDENTIFIER_LEAD * question.count_identifiers(snippet.text) + applies + here + side


def share(found: Set[str], weights: Mapping[str, float]) -> float:
    """Returns the total weight of the terms found."""
    return sum(weight for term, weight in weights.items() if term in found)


def describe_snippet(passage: Passage, snippet: Snippet) -> str:
    """Returns a snippet with the title, heading and table header above it."""
    return "\n".join(filter(None, (passage.metadata.title, snippet.context, snippet.header, snippet.text)))
