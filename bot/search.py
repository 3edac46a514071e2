"""Finding passages: by meaning and by words together, with the validity of their documents."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from itertools import repeat
from statistics import mean

from bot.asking import asked_for, heading_for
from bot.places import HOME
from bot.questions import Meaning, Question, understand
from bot.scope import Scope
from ingest.agreement import agreement
from ingest.documents import Metadata, Passage, Validity
from ingest.index import Candidate, Index, searched_text

Search = Callable[[str, int], list[Passage]]
"""The passages for a question, best first, at most as many as the limit."""

SPREAD = 0.025
"""How far similarities of one question typically lie apart (their standard deviation; e5 gives 0.017 to 0.023)."""
WORDS_WEIGHT = 8.0
"""What the whole of a question's words weighs against meaning, in spreads."""
WORDS_WEIGHT_ACROSS = 1.0
"""The same where question and passage share no language: only names and numbers can agree."""
WORDS_EXPECTED = 0.25
"""The share of a question's words that the best passage of its language holds by chance: worth nothing."""
AGREEMENT_WEIGHT = 50.0
"""What a full agreement of all tokens weighs; two passages of one question typically differ by 0.03."""
FEW_CANDIDATES = 10
"""With so few candidates a language is half typical for what is asked: its mean lies halfway to that of all."""
UNRELATED = 0.8
"""The cosine of a question with texts on other subjects. A folder with few passages tells little about it, since
people put into it what they ask about: with FEW_CANDIDATES passages what is typical of them counts half."""
CANDIDATES = 60
READ_NOW, READ_OF_ONE, READ_COVERAGE = 6, 2, 0.8
"""Candidates that are not embedded yet that are embedded for a question, at most, those of one document, and the share
of the best one's coverage that they have at least."""

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
ABROAD_DEMOTION = 2.0
"""How far a document on a host country ranks below others where the question names none."""
SCOPE_BONUS = 2.0
"""The same, above others, for one on the country of the conversation."""
AUDIENCE_DEMOTION = 2.0
"""The same for a document for companies that go the other way than the one of the conversation."""
OUT_OF_SCOPE_DEMOTION = 5.0
"""The same, below others, where the conversation is about another country or about coming to China."""
KIND_BONUS = 1.0
"""What it counts that a passage holds the kind of thing that was asked for, such as a time limit."""
ARTICLE_BONUS = 6.0
"""What it counts that a passage holds the article that was asked for."""
IDENTIFIER_BONUS = 12.0
"""What it counts that a passage holds the customs code or document number that was asked for, in whatever language."""
NAMED_BONUS = 6.0
"""What it counts that the question names the document by its title; half of it where that is not in force."""
HEADING_BONUS = 4.0
"""What it counts that a passage stands under the heading that was asked for, such as the documents to hand in."""
REFERENCES_DEMOTION = 2.0
"""How far a list of sources ranks below the text that it belongs to."""
REFERENCES = frozenset(
    {"来源", "资料来源", "参考资料", "参考文献", "sources", "references", "fontes", "источники", "المصادر"}
)


def hybrid(index: Index, meaning: Meaning, on: date | None = None) -> Search:
    """A search by meaning and words, on a day (default today)."""

    def search(text: str, limit: int) -> list[Passage]:
        return find(understand(text, "", index, meaning), index, meaning, on or date.today(), limit)

    return search


def find(question: Question, index: Index, meaning: Meaning, on: date, limit: int) -> list[Passage]:
    """The passages for a question that was understood, best first."""
    candidates = index.candidates(list(question.weights), question.vector, max(limit, CANDIDATES))
    documents = index.documents()
    candidates = embedded_now(candidates, documents, question, meaning)
    valid = index.validities(on)
    better = preferred_translations(documents, question.language)
    typical = typical_similarities(question, index)
    passages = [
        to_passage(each, documents[each.source], question, valid.get(each.source), typical)
        for each in candidates
        if each.source in documents
    ]
    agreeing = agreement_scores(passages)
    weighed = [
        replace(passage, score=passage.score + agrees - demotion(passage, question, better))
        for passage, agrees in zip(passages, agreeing, strict=True)
    ]
    return sorted(weighed, key=lambda passage: -passage.score)[:limit]


def embedded_now(
    candidates: Sequence[Candidate], documents: Mapping[str, Metadata], question: Question, meaning: Meaning
) -> list[Candidate]:
    """The candidates, of which those that are not embedded yet and hold most of the question's words are embedded for
    it: a file that was just read must not rank behind all that were read before."""
    waiting: dict[str, list[Candidate]] = {}
    rival = READ_COVERAGE * max((each.coverage for each in candidates), default=0.0)
    for each in sorted(candidates, key=lambda each: -each.coverage):
        if each.similarity is None and each.source in documents and each.coverage >= rival:
            waiting.setdefault(each.source, []).append(each)
    first = [each for own in waiting.values() for each in own[:READ_OF_ONE]][:READ_NOW]
    if not first:
        return list(candidates)
    vectors, signs = meaning.read([searched_text(documents[each.source], each.chunk) for each in first])
    now = {
        (each.source, each.chunk.start): replace(each, similarity=float(vector @ question.vector), signs=own)
        for each, vector, own in zip(first, vectors, signs or repeat(None), strict=False)
    }
    return [now.get((each.source, each.chunk.start), each) for each in candidates]


def typical_similarities(question: Question, index: Index) -> dict[str, float]:
    """How similar any passage of a language is to a question; under "" of any language."""
    known = index.chunk_count()
    own = known / (known + FEW_CANDIDATES)
    return {
        language: UNRELATED + own * (float(question.vector @ centre) - UNRELATED)
        for language, centre in index.centres().items()
    }


def to_passage(
    candidate: Candidate,
    metadata: Metadata,
    question: Question,
    valid: tuple[Validity, str] | None,
    typical: Mapping[str, float],
) -> Passage:
    """A candidate with its score: how much more similar it is than is typical for its language, in spreads,
    plus the weight of the words that it shares."""
    usual = typical.get(metadata.language, typical.get("", UNRELATED))
    similarity = candidate.similarity if candidate.similarity is not None else usual
    score = (similarity - usual) / SPREAD + words_score(question, metadata, candidate.coverage)
    validity, replaced_by = valid or (Validity.UNKNOWN, "")
    tokens = agreement(question.tokens, candidate.signs) if question.tokens and candidate.signs else None
    return Passage(
        candidate.source,
        candidate.chunk,
        metadata,
        score,
        validity,
        replaced_by,
        candidate.similarity or 0.0,
        candidate.coverage,
        usual,
        tokens,
    )


def agreement_scores(passages: Sequence[Passage]) -> list[float]:
    """What it counts how the tokens of each passage agree with the question's, compared with what is typical.

    Typical is the mean of the candidates in a passage's language: a text in the question's own language agrees more
    whatever it says. With few candidates in a language it lies near the mean of all.
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


def words_score(question: Question, metadata: Metadata, coverage: float) -> float:
    """What a share of the question's words is worth, in spreads."""
    if question.language == metadata.language:
        return WORDS_WEIGHT * (coverage - WORDS_EXPECTED)
    return WORDS_WEIGHT_ACROSS * coverage


def words_weight(question: Question, metadata: Metadata) -> float:
    return WORDS_WEIGHT if question.language == metadata.language else WORDS_WEIGHT_ACROSS


def demotion(passage: Passage, question: Question, better: Mapping[str, str]) -> float:
    """What the words do not say: lower ranks what is not in force, of another country, a list of sources, or has a
    translation that serves the person better; higher what holds the kind of thing that was asked for."""
    heading = passage.chunk.headings[-1].lower() if passage.chunk.headings else ""
    penalty = DEMOTION.get(passage.validity, 0.0)
    penalty += TRANSLATION_DEMOTION if passage.source in better else 0.0
    penalty += REFERENCES_DEMOTION if heading in REFERENCES else 0.0
    penalty += place_demotion(question, passage.metadata)
    if passage.source in question.named:
        penalty -= NAMED_BONUS / 2 if passage.validity in DEMOTION else NAMED_BONUS
    if (article := question.names_article(passage.source)) and passage.chunk.holds_article(article):
        penalty -= ARTICLE_BONUS
    penalty -= IDENTIFIER_BONUS * question.held(f"{passage.metadata.document_number} {passage.chunk.text}")
    if (wanted := heading_for(question.text)) and wanted.search(heading):
        penalty -= HEADING_BONUS
    if gives(question, passage):
        penalty -= KIND_BONUS
    return penalty


def place_demotion(question: Question, metadata: Metadata) -> float:
    """How far a document ranks below others because of the countries that it is about."""
    about = set(metadata.countries)
    if question.countries:
        return OTHER_COUNTRY_DEMOTION if about and not about & set(question.countries) else 0.0
    other_way = question.scope.audience and metadata.audience not in {question.scope.audience, "both"}
    return scope_demotion(question.scope, about) + (AUDIENCE_DEMOTION if other_way else 0.0)


def scope_demotion(scope: Scope, about: set[str]) -> float:
    """The same where the question names no country, by what the conversation is about."""
    if about & set(scope.countries):
        return -SCOPE_BONUS
    if len(about) != 1 or HOME in about:
        return 0.0
    return OUT_OF_SCOPE_DEMOTION if scope.countries or scope.audience == "inbound" else ABROAD_DEMOTION


def gives(question: Question, passage: Passage) -> bool:
    """Whether a passage in the question's language holds the particular kind of thing that was asked for."""
    asked = asked_for(question.text)
    same = question.language == passage.metadata.language
    return bool(same and asked and asked.particular and asked.given.search(passage.chunk.text))


def preferred_translations(documents: Mapping[str, Metadata], language: str) -> dict[str, str]:
    """For each document that has a translation which the person reads better: that translation."""
    groups: dict[str, list[str]] = {}
    for source, metadata in documents.items():
        if metadata.translation_of in documents:
            groups.setdefault(metadata.translation_of, [metadata.translation_of]).append(source)
    better = {}
    for members in groups.values():
        best = min(members, key=lambda source: reading_rank(documents[source].language, language))
        better.update({source: best for source in members if source != best})
    return better


def reading_rank(document_language: str, language: str) -> int:
    """The person's own language first, then English, then Chinese, then others."""
    order = [language, "en", "zh"]
    return order.index(document_language) if document_language in order else len(order)
