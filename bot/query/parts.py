"""Parts of a message: its questions, and the clauses of one sentence."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from bot.query.countries import mentions
from text.lexicon.load import alternatives, bodies, keys, pattern
from text.scripts import CYRILLIC, IDEOGRAPH, IDEOGRAPHS, QUESTION_MARKS, width
from text.sentences import sentence_spans

ASKING = tuple(QUESTION_MARKS)
MARKED = re.compile(rf"(?<=[{QUESTION_MARKS}])(?=[{IDEOGRAPHS}\s])")
"""End of a question, also before a small letter or an ideograph.

So it is typed on a phone. Not inside brackets.
"""
MOST = 4
"""Most parts of a question; one with more is read as a whole."""
SHORTEST = 4
"""Characters of the shortest sentence that counts as a question of its own."""

LONG = 120
"""UTF-8 bytes from which one sentence may ask several things.

That is 40 ideographs, or 120 letters.
"""
JOINING = re.compile(
    rf"[,，](?!\d{{3}})\s*|[;；、،؛]\s*|\s(?:{bodies('part.joining')})\s|(?:{bodies('part.joining', 'zh')})"
    rf"|\s{bodies('part.joining', 'ar')}(?=(?:{bodies('part.asking', 'ar')}|{bodies('part.noun', 'ar')})\b)"
    rf"|(?<={bodies('part.noun', 'zh')})(?:{bodies('guide_heading.and', 'zh')})(?=(?:{bodies('part.noun', 'zh')})"
    rf"(?:[是要需有怎多几分]|\W|$))"
    rf"|(?<=[{IDEOGRAPHS}]{{5}})\s+(?=[{IDEOGRAPHS}]{{5}})",
    re.IGNORECASE,
)
"""Separator of two clauses.

In Arabic it is joined to the next word. Chinese "and" counts between nouns that are asked for. Between long clauses of
ideographs it may be a space; between keywords it is not.
"""
NUMBERED = re.compile(r"(?P<before>^|[:：]|[\s,，;；،])\s*[(（]?(?P<number>\d{1,2})(?:[.、)）](?!\d)|\s)\s*")
"""Number before each of several questions: "two things: 1 is it filed 2 how long"."""
BETWEEN = " ,，;；、،؛"
"""Marks around a clause that belong to none."""
VERB_TWICE = rf"(?P<verb>[{IDEOGRAPHS}])[不没](?P=verb)"
"""Chinese asks by a verb, "not", and the verb again: 高不高."""
WORD_THAT_ASKS = re.compile(rf"{VERB_TWICE}|{pattern('part.asking', 'part.asking_first').pattern}", re.IGNORECASE)
OPENING = rf"(?:(?:{bodies('part.joining')})\s)?"
ASKS_FIRST = f"(?:{alternatives('part.asking_first')})"
ASKS = re.compile(rf"{VERB_TWICE}|{alternatives('part.asking')}|^{OPENING}{ASKS_FIRST}", re.IGNORECASE)
"""Word that asks in a clause: some anywhere, some only at its beginning."""
ASKS_AT_END = re.compile(rf"(?:{alternatives('part.asking_at_end')})\W*$")
BEGINS_ASKING = re.compile(rf"{OPENING}(?:{alternatives('part.asking')}|{ASKS_FIRST})", re.IGNORECASE)
ENDS_ASKING = re.compile(rf"(?:{VERB_TWICE}|{bodies('part.asking', 'zh')}|{alternatives('part.asking_at_end')})\W*$")
"""Words by which a sentence without a mark surely asks: at its beginning, in Chinese at its end."""
NAMES_ASKED = (*(f"asked.{each}" for each in keys("asked")), "part.noun")
ONLY_ASKS = pattern(*NAMES_ASKED)
"""Clause that names what is asked for and not of what: "how long", "documents", "多少钱"."""
EMPTY = ("part.asking", "part.asking_first", "part.beside", "search.stop", "search.asking")
NAMES_NO_SUBJECT = re.compile(rf"(?:{pattern(*NAMES_ASKED, *EMPTY).pattern})[a-zß-ÿ{CYRILLIC}]*|[\W_]", re.IGNORECASE)
"""Words and marks of a clause that do not say of what it asks."""
LEADING = re.compile(rf"(?:(?!(?-i:[{IDEOGRAPHS}]))(?:{NAMES_NO_SUBJECT.pattern}))*", re.IGNORECASE)
"""Those at the beginning of a clause; in Chinese they stand behind the subject."""
BEGINS_ASKED = re.compile(rf"¿?(?:\w{{1,3}}\s){{0,2}}(?:{ONLY_ASKS.pattern})", re.IGNORECASE)
ENDS_ASKED = re.compile(rf"(?:{ONLY_ASKS.pattern})\W*$", re.IGNORECASE)
"""Noun that names what is asked for, perhaps behind an article, or behind of what: "visa documents"."""
SHORTEST_SEGMENT = 4.0
"""Length of the shortest segment beside a word that asks, in ideographs (a letter counts 3/8)."""
PREPOSITION = re.compile(rf"(?:(?:{alternatives('place.at')}|d[aeo]s?|of|with)\s)?", re.IGNORECASE)
"""Words before the name of a country that make no other noun of it: "da Rússia"."""
SHORTEST_CLAUSE, SHORTEST_NOUN = 2.0, 2.5
"""Length of the shortest clause that may ask something, and of the shortest noun in a row, in ideographs."""


@dataclass(frozen=True)
class QuestionPart:
    """A question, and what stood before it in the same message."""

    text: str
    before: str = ""


def split_parts(question: str) -> list[QuestionPart]:
    """Returns the questions of a message, each with the sentences before it.

    One part if it asks one thing. The last question may lack its mark.
    """
    sentences = [question[start:end].strip() for start, end in message_spans(question)]
    asking = [number for number, each in enumerate(sentences) if each.endswith(ASKING) and len(each) >= SHORTEST]
    if asking and asking[-1] == len(sentences) - 2 and asks_surely(sentences[-1]):
        asking.append(len(sentences) - 1)
    if not 2 <= len(asking) <= MOST or asking[-1] != len(sentences) - 1:
        return [QuestionPart(question)]
    first = " ".join(sentences[: asking[0] + 1])
    later = [QuestionPart(" ".join(sentences[before + 1 : at + 1]), first) for before, at in pairwise(asking)]
    return [QuestionPart(first), *later]


def may_ask_several(question: str) -> bool:
    """Checks that a message may ask several things, by its length or sentences."""
    return len(question.encode()) >= LONG or len(message_spans(question)) > 1


def message_spans(message: str) -> list[tuple[int, int]]:
    """Returns the spans of a message's sentences; a question mark always ends one."""
    ends = [0, *(match.end() for match in MARKED.finditer(message)), len(message)]
    return [
        (first + start, first + end)
        for first, last in pairwise(dict.fromkeys(ends))
        for start, end in sentence_spans(message[first:last])
    ]


def split_clauses(question: str) -> list[QuestionPart]:
    """Returns the clauses of a question that ask something of their own.

    None if there is one, or more than MOST. Those are the clauses with a word that asks, "how long does it take and who
    decides", and questions without one. Each comes with what it is read after: what stands before it and behind all of
    them, such as "for a company in Vietnam". A message without a word that asks may be nouns in a row.
    """
    spans = [span for sentence in asking_sentences(question) for span in asking_clauses(question, *sentence)]
    if len(spans) < 2 and not asks(question) and len(message_spans(question)) == 1:
        spans = noun_spans(question)
    if not 1 < len(spans) <= MOST:
        return []
    behind = question[spans[-1][1] :].strip(BETWEEN)
    clauses = [question[start:end].strip() for start, end in spans]
    before = [f"{question[:start].strip(BETWEEN)} {behind}".strip() for start, _ in spans]
    return [QuestionPart(own, before_clause(own, clauses, said)) for own, said in zip(clauses, before, strict=True)]


def before_clause(clause: str, clauses: Sequence[str], before: str) -> str:
    """Returns what a clause is read after: what stands `before` it.

    A clause that names no subject, behind none, is read after that of another one: of "how long and how much does a
    filing cost" the first is read after "filing cost".
    """
    if has_subject(clause) or has_subject(before):
        return before
    return next((LEADING.sub("", each, count=1) for each in clauses if has_subject(each)), before)


def has_subject(clause: str) -> bool:
    """Checks that a clause says of what it asks: not "how long does it take"."""
    return bool(NAMES_NO_SUBJECT.sub("", clause))


def noun_spans(question: str) -> list[tuple[int, int]]:
    """Returns the spans of nouns in a row, such as "population, and GDP in 2025".

    None if one is short, as a greeting, or only names a country.
    """
    spans = clause_spans(question, 0, len(question))
    words = [question[start:end].strip(f"{BETWEEN}{QUESTION_MARKS}") for start, end in spans]
    names = {name for name, _ in mentions(question)}
    rests = [each.removesuffix(name) for each in words for name in names if each.endswith(name)]
    is_name = any(PREPOSITION.fullmatch(rest) for rest in rests)
    return [] if is_name or any(width(each) < SHORTEST_NOUN for each in words) else spans


def split_segments(question: str) -> list[QuestionPart]:
    """Returns the clauses of a question, or its pieces by words that ask.

    Such a word ends a piece in Chinese and begins one elsewhere. Empty if only one is long enough to ask something.
    """
    if clauses := split_clauses(question):
        return clauses
    cuts = [0]
    for match in WORD_THAT_ASKS.finditer(question):
        cut = match.end() if IDEOGRAPH.search(match[0]) else match.start()
        if width(question[cuts[-1] : cut]) >= SHORTEST_SEGMENT <= width(question[cut:]):
            cuts.append(cut)
    spans = list(pairwise([*cuts[:MOST], len(question)])) if len(cuts) > 1 else []
    return [QuestionPart(question[start:end].strip(), question[:start].strip()) for start, end in spans]


def asking_sentences(question: str) -> list[tuple[int, int]]:
    """Returns the spans of the sentences that may ask.

    Those with a question mark and the last one; all if none has a mark.
    """
    spans = message_spans(question)
    asking = [(start, end) for start, end in spans if question[start:end].rstrip().endswith(ASKING)]
    return list(dict.fromkeys([*asking, *spans[-1:]])) if asking else spans


def asking_clauses(question: str, first: int, last: int) -> list[tuple[int, int]]:
    """Returns the spans of the clauses of a sentence that ask.

    Of all if they have one subject. The whole sentence if it has a question mark and no clause has a word that asks.
    """
    spans = clause_spans(question, first, last)
    if not are_of_one_subject(question, spans):
        spans = [(start, end) for start, end in spans if asks(question[start:end].strip())]
    whole = question[first:last].strip()
    return spans or [(first, last)] * (whole.endswith(ASKING) and width(whole) >= SHORTEST_CLAUSE)


def are_of_one_subject(question: str, spans: Sequence[tuple[int, int]]) -> bool:
    """Checks that clauses ask several things of one subject, some perhaps by a noun.

    "Visa documents, how long, fee" do; not "the taxes and fees for a branch", nor "we sent the documents, how long?".
    """
    clauses = [question[start:end].strip() for start, end in spans]
    asking = [asks(each) for each in clauses]
    if len(clauses) < 2 or sum(map(has_subject, clauses)) > 1:
        return False
    is_statement = asking == [False, True] and question[spans[0][1]] in BETWEEN.strip()
    return not is_statement and all(asked or names_asked(each) for each, asked in zip(clauses, asking, strict=True))


def names_asked(clause: str) -> bool:
    """Checks that a clause is a noun that names what is asked for.

    It begins with it, or ends with it behind a subject.
    """
    return bool(BEGINS_ASKED.match(clause) or (ENDS_ASKED.search(clause) and has_subject(clause)))


def asks(clause: str) -> bool:
    """Checks that a clause has a word that asks, and is as wide as SHORTEST_CLAUSE."""
    if width(clause) < SHORTEST_CLAUSE:
        return False
    return bool(ASKS.search(clause) or ASKS_AT_END.search(clause) or ONLY_ASKS.fullmatch(clause.lstrip("¿")))


def asks_surely(sentence: str) -> bool:
    """Checks that a sentence without a question mark asks.

    Its first word tells, in Chinese its last one.
    """
    return width(sentence) >= SHORTEST_CLAUSE and bool(BEGINS_ASKING.match(sentence) or ENDS_ASKING.search(sentence))


def clause_spans(question: str, first: int, last: int) -> list[tuple[int, int]]:
    """Returns the spans of the clauses of the sentence from `first` to `last`.

    Numbers count as separators if they are 1, 2 and so on, from the beginning or behind a colon.
    """
    numbers = [*NUMBERED.finditer(question, first, last)]
    is_list = len(numbers) > 1 and [int(each["number"]) for each in numbers] == [*range(1, len(numbers) + 1)]
    is_list = is_list and numbers[0]["before"] in ("", ":", "：")
    joins = numbers if is_list else JOINING.finditer(question, first, last)
    ends = [first, *(at for match in joins for at in match.span()), last]
    return [(start, end) for start, end in zip(ends[::2], ends[1::2], strict=True) if start < end]
