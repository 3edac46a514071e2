"""Finding passages: by meaning and by words together, with the validity of their documents."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date

from bot.questions import Meaning, Question, understand
from ingest.documents import Metadata, Passage, Validity
from ingest.index import Candidate, Index, detect_language

Search = Callable[[str, int], list[Passage]]
"""The passages for a question, best first, at most as many as the limit."""

SPREAD = 0.025
"""How far similarities of one question typically lie apart (their standard deviation; e5 gives 0.017 to 0.023)."""
WORDS_WEIGHT = 8.0
"""What the whole of a question's words weighs against meaning, in spreads."""
WORDS_WEIGHT_ACROSS = 2.0
"""The same where question and passage share no language: only names and numbers can agree."""
CANDIDATES = 60

DEMOTION: Mapping[Validity, float] = {
    Validity.DRAFT: 1.0,
    Validity.NOT_YET: 1.0,
    Validity.EXPIRED: 2.0,
    Validity.SUPERSEDED: 2.0,
    Validity.REPEALED: 2.0,
}
"""How far what does not apply on the day ranks below what does, in spreads."""
TRANSLATION_DEMOTION = 4.0
"""How far a document ranks below its own translation into the language that the person reads."""
OTHER_COUNTRY_DEMOTION = 6.0
"""How far a document on other countries ranks below one on the country that was asked about."""
REFERENCES_DEMOTION = 2.0
"""How far a list of sources ranks below the text that it belongs to."""
REFERENCES = frozenset(
    {"来源", "资料来源", "参考资料", "参考文献", "sources", "references", "fontes", "источники", "المصادر"}
)


def hybrid(index: Index, meaning: Meaning, on: date | None = None) -> Search:
    """A search by meaning and words, on a day (default today)."""

    def search(text: str, limit: int) -> list[Passage]:
        return find(understand(text, detect_language(text), index, meaning), index, on or date.today(), limit)

    return search


def find(question: Question, index: Index, on: date, limit: int) -> list[Passage]:
    """The passages for a question that was understood, best first."""
    candidates = index.candidates(list(question.weights), question.vector, max(limit, CANDIDATES))
    documents = index.documents()
    valid = index.validities(on)
    better = preferred_translations(documents, question.language)
    passages = [
        demote(
            to_passage(candidate, documents[candidate.source], question, valid.get(candidate.source)), question, better
        )
        for candidate in candidates
        if candidate.source in documents
    ]
    return sorted(passages, key=lambda passage: -passage.score)[:limit]


def to_passage(
    candidate: Candidate, metadata: Metadata, question: Question, valid: tuple[Validity, str] | None
) -> Passage:
    """A candidate with its score: similarity in spreads, plus the weight of the words that it shares."""
    weight = words_weight(question, metadata)
    similarity = candidate.similarity if candidate.similarity is not None else 0.0
    score = similarity / SPREAD + weight * candidate.coverage
    validity, replaced_by = valid or (Validity.UNKNOWN, "")
    return Passage(
        candidate.source, candidate.chunk, metadata, score, validity, replaced_by, similarity, candidate.coverage
    )


def words_weight(question: Question, metadata: Metadata) -> float:
    return WORDS_WEIGHT if question.language == metadata.language else WORDS_WEIGHT_ACROSS


def demote(passage: Passage, question: Question, better: Mapping[str, str]) -> Passage:
    """Lowers the score of what is not in force, of another country, of a list of sources, and of a document
    whose translation serves the person better."""
    about = passage.metadata.countries
    heading = passage.chunk.headings[-1].lower() if passage.chunk.headings else ""
    penalty = DEMOTION.get(passage.validity, 0.0)
    penalty += TRANSLATION_DEMOTION if passage.source in better else 0.0
    penalty += REFERENCES_DEMOTION if heading in REFERENCES else 0.0
    if question.countries and about and not set(about) & set(question.countries):
        penalty += OTHER_COUNTRY_DEMOTION
    return replace(passage, score=passage.score - penalty)


def preferred_translations(documents: Mapping[str, Metadata], language: str) -> dict[str, str]:
    """For each document that has a translation which the person reads better: that translation."""
    groups: dict[str, list[str]] = {}
    for source, metadata in documents.items():
        original = metadata.translation_of if metadata.translation_of in documents else source
        groups.setdefault(original, []).append(source)
    better = {}
    for members in groups.values():
        best = min(members, key=lambda source: reading_rank(documents[source].language, language))
        better.update({source: best for source in members if source != best})
    return better


def reading_rank(document_language: str, language: str) -> int:
    """The person's own language first, then English, then Chinese, then others."""
    order = [language, "en", "zh"]
    return order.index(document_language) if document_language in order else len(order)
