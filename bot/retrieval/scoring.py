"""What the score of a passage is made of: meaning, words, agreement of tokens, and what else is known about it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import mean

from bot.query.answer_type import asked_for, heading_for
from bot.query.conversation_context import Scope
from bot.query.countries import HOME
from bot.query.query import Question
from store.documents import Metadata, Passage, Validity

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

Effects = Iterator[tuple[str, float]]
"""What raises a passage (above 0) or lowers it, by name, in spreads."""


@dataclass(frozen=True)
class Parts:
    """What the score of a passage is made of, in spreads: `meaning` is how much more similar it is than is typical for
    its language, `words` what the question's words that it holds are worth, `agreement` how much better its tokens
    agree than others', `effects` what raises (above 0) or lowers it, by name."""

    meaning: float
    words: float
    agreement: float
    effects: Mapping[str, float]

    @property
    def score(self) -> float:
        return self.meaning + self.words + self.agreement + sum(self.effects.values())


def meaning_score(similarity: float | None, typical: float) -> float:
    """How much more similar a passage is than is typical for its language, in spreads; 0 while it is not embedded."""
    return 0.0 if similarity is None else (similarity - typical) / SPREAD


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


def effects(passage: Passage, question: Question, better: Mapping[str, str]) -> Effects:
    """What the words do not say: lower ranks what is not in force, of another country, a list of sources, or has a
    translation that serves the person better; higher what holds the kind of thing that was asked for."""
    heading = passage.chunk.headings[-1].lower() if passage.chunk.headings else ""
    if passage.validity in DEMOTION:
        yield "not_in_force", -DEMOTION[passage.validity]
    if passage.source in better:
        yield "translation", -TRANSLATION_DEMOTION
    if heading in REFERENCES:
        yield "references", -REFERENCES_DEMOTION
    yield from place_effects(question, passage.metadata)
    if passage.source in question.named:
        yield "named", NAMED_BONUS / 2 if passage.validity in DEMOTION else NAMED_BONUS
    if (article := question.names_article(passage.source)) and passage.chunk.holds_article(article):
        yield "article", ARTICLE_BONUS
    if held := question.held(f"{passage.metadata.document_number} {passage.chunk.text}"):
        yield "identifier", IDENTIFIER_BONUS * held
    if (wanted := heading_for(question.text)) and wanted.search(heading):
        yield "heading", HEADING_BONUS
    if gives(question, passage):
        yield "kind", KIND_BONUS


def place_demotion(question: Question, metadata: Metadata) -> float:
    """How far a document ranks below others because of the countries that it is about."""
    return -sum(each for _, each in place_effects(question, metadata))


def place_effects(question: Question, metadata: Metadata) -> Effects:
    """The same by name, as what it changes."""
    about = set(metadata.countries)
    if question.countries:
        if about and not about & set(question.countries):
            yield "other_country", -OTHER_COUNTRY_DEMOTION
        return
    yield from scope_effects(question.scope, about)
    if question.scope.audience and metadata.audience not in {question.scope.audience, "both"}:
        yield "other_way", -AUDIENCE_DEMOTION


def scope_effects(scope: Scope, about: set[str]) -> Effects:
    """The same where the question names no country, by what the conversation is about."""
    if about & set(scope.countries):
        yield "in_scope", SCOPE_BONUS
    elif len(about) == 1 and HOME not in about:
        is_out = scope.countries or scope.audience == "inbound"
        yield ("out_of_scope", -OUT_OF_SCOPE_DEMOTION) if is_out else ("abroad", -ABROAD_DEMOTION)


def gives(question: Question, passage: Passage) -> bool:
    """Whether a passage in the question's language holds the particular kind of thing that was asked for."""
    asked = asked_for(question.text)
    same = question.language == passage.metadata.language
    return bool(same and asked and asked.particular and asked.given.search(passage.chunk.text))
