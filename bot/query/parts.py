"""Parts of a message: its questions, and the clauses of one sentence."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from bot.query.countries import mentions
from text.lexicon.load import alternatives, bodies, keys, pattern
from text.scripts import IDEOGRAPH, IDEOGRAPHS, QUESTION_MARKS, width
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
    rf"|\s{bodies('part.joining', 'ar')}(?=(?:{bodies('part.asking', 'ar')})\b)"
    rf"|(?<=[{IDEOGRAPHS}]{{5}})\s+(?=[{IDEOGRAPHS}]{{5}})",
    re.IGNORECASE,
)
"""Separator of two clauses.

In Arabic it is joined to the next word. Between long clauses of ideographs it may be a space; between keywords it is
not.
"""
NUMBERED = re.compile(r"(?P<before>^|[:：]|[\s,，;；،])\s*[(（]?(?P<number>\d{1,2})(?:[.、)）](?!\d)|\s)\s*")
"""Number before each of several questions: "two things: 1 is it filed 2 how long"."""
BETWEEN = " ,，;；、،؛"
"""Marks around a clause that belong to none."""
WORD_THAT_ASKS = pattern("part.asking", "part.asking_first")
ASKS = re.compile(
    rf"{alternatives('part.asking')}|^(?:(?:{bodies('part.joining')})\s)?(?:{alternatives('part.asking_first')})",
    re.IGNORECASE,
)
"""Word that asks in a clause: some anywhere, some only at its beginning."""
ASKS_AT_END = re.compile(rf"(?:{bodies('part.asking_at_end')})\W*$")
BEGINS_ASKING = re.compile(
    rf"(?:(?:{bodies('part.joining')})\s)?(?:{alternatives('part.asking')}|{alternatives('part.asking_first')})",
    re.IGNORECASE,
)
ENDS_ASKING = re.compile(rf"(?:{bodies('part.asking', 'zh')}|{bodies('part.asking_at_end')})\W*$")
"""Words by which a sentence without a mark surely asks: at its beginning, in Chinese at its end."""
ONLY_ASKS = pattern(*(f"asked.{each}" for each in keys("asked")))
"""Clause that names what is asked for and not of what: "how long", "documents", "多少钱"."""
SHORTEST_SEGMENT = 4.0
"""Length of the shortest segment beside a word that asks, in ideographs (a letter counts 3/8)."""
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
    later = [QuestionPart(join_sentences(sentences, before, at), first) for before, at in pairwise(asking)]
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
    decides", and questions without one. Each comes with what stands before it and behind all of them, such as "for a
    company in Vietnam". A message without a word that asks may be nouns in a row.
    """
    spans = [span for sentence in asking_sentences(question) for span in asking_clauses(question, *sentence)]
    if len(spans) < 2 and not asks(question) and len(message_spans(question)) == 1:
        spans = noun_spans(question)
    if not 1 < len(spans) <= MOST:
        return []
    behind = question[spans[-1][1] :].strip(BETWEEN)
    clauses = [question[start:end].strip() for start, end in spans]
    return [
        QuestionPart(with_subject(own, clauses), f"{question[:start].strip(BETWEEN)} {behind}".strip())
        for own, (start, _) in zip(clauses, spans, strict=True)
    ]


def with_subject(clause: str, clauses: Sequence[str]) -> str:
    """Returns a clause that only asks with what another one is about.

    Of "how long and how much for a filing" the first is "how long for a filing". Any other clause is unchanged.
    """
    if not ONLY_ASKS.fullmatch(clause):
        return clause
    others = [each for each in clauses if not ONLY_ASKS.fullmatch(each)]
    whole = (asking.sub(lambda _: clause, each, count=1) for each in others for asking in (ONLY_ASKS, BEGINS_ASKING))
    return next((each for each in whole if each not in clauses), clause)


def noun_spans(question: str) -> list[tuple[int, int]]:
    """Returns the spans of nouns in a row, such as "population, and GDP in 2025".

    None if one is short, as a greeting, or only the name of a country.
    """
    spans = clause_spans(question, 0, len(question))
    words = [question[start:end].strip(f"{BETWEEN}{QUESTION_MARKS}") for start, end in spans]
    names = {name for name, _ in mentions(question)}
    return [] if any(width(each) < SHORTEST_NOUN or each in names for each in words) else spans


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

    The whole sentence if it has a question mark and no clause has a word that asks.
    """
    spans = [(start, end) for start, end in clause_spans(question, first, last) if asks(question[start:end].strip())]
    whole = question[first:last].strip()
    return spans or [(first, last)] * (whole.endswith(ASKING) and width(whole) >= SHORTEST_CLAUSE)


def asks(clause: str) -> bool:
    if width(clause) < SHORTEST_CLAUSE:
        return False
    return bool(ASKS.search(clause) or ASKS_AT_END.search(clause) or ONLY_ASKS.fullmatch(clause))


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


def join_sentences(sentences: list[str], before: int, at: int) -> str:
    """Returns a question with the sentences between it and the one before."""
    return " ".join(sentences[before + 1 : at + 1])
