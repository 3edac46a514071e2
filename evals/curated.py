"""Eval of curated answers: given for equivalent questions, not for similar ones."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, partial
from itertools import groupby
from pathlib import Path
from typing import Any

from bot.curated.answers import FOREIGN, is_for
from bot.curated.matching import to_compare
from bot.query.query import EmbeddingModel, Query
from evals.independent.guides import KNOWLEDGE, line_numbers, lines_of
from evals.independent.questions import Line, Question, Use, read_questions
from evals.results import Cell, Report, Table, share
from records import CuratedAnswer, CuratedText
from store.basis_marks import split_marks
from store.embeddings import BUNDLED_MODEL, Embedder
from store.embeddings.e5 import E5
from text.boundaries import shorten
from text.catalog import SERVICE_LANGUAGES
from text.language import question_language

WORDINGS = Path(__file__).parent / "curated.jsonl"
"""Questions with equivalents in several languages and others; `swapped`: the opposite in the same words."""
PARAPHRASES = Path(__file__).parent / "paraphrases.jsonl"
"""Independent questions by id, with paraphrases and similar other questions.

Those of the training questions fit the weights of the matching, those of development chose its threshold.
"""
FRESH = Path(__file__).parent / "paraphrases_fresh.jsonl"
"""Paraphrases of further development questions; nothing was fitted with them."""
ASKED = re.compile(r"^#{2,4} (.*[?？؟])\s*$", re.MULTILINE)
"""A question among the headings of a guide."""
HEADING = re.compile(r"^#{1,4} ", re.MULTILINE)
ANSWER_CHARACTERS = 300
"""Longest answer that is made of lines of the guides."""
NOTE = (
    "An answer of the center is given where it should be (hits) or should not be (false use). paraphrases: of"
    " independent questions for development, asked where the center has answered them all, in one wording each or with"
    " the other paraphrases added; near ones are one step apart, all others ask other lines of the guides. by hand: the"
    " half of the wordings with which no weight was fitted, or who does what to whom swapped. guides: each question"
    " that a guide answers, asked where the center has answered all of the guide: its own in the other language alone"
    " (hits), and, its own left out, all others in both languages (false use)."
)
EVERY = 5
"""Step by which guides are sampled: all of them take ten minutes."""


@dataclass(frozen=True)
class Tried:
    """A tried question: `expected` and `used` are about the curated answer."""

    group: str
    expected: bool
    used: bool
    question: str


@dataclass(frozen=True)
class Paraphrased:
    """A question with its paraphrases and questions near it that ask something else."""

    question: Question
    same: tuple[str, ...]
    other: tuple[str, ...]

    @property
    def answer(self) -> str:
        """First answering lines, in the question's language or in English."""
        return shorten("\n".join(map(self.line, self.question.answers[:3])), ANSWER_CHARACTERS, "")

    def line(self, line: Line) -> str:
        """Returns a line's text in the language of the answer; Chinese if there is none."""
        language = self.question.language if self.question.language in SERVICE_LANGUAGES else FOREIGN
        is_there = (KNOWLEDGE / f"{line.document}.{language}.md").exists()
        return lines_of(line.document, language if is_there else "zh")[line_numbers(line)[0]]


def tables(_: Path, report: Report) -> list[Table]:
    """Returns hits and false use, for paraphrases, hand-written wordings, and guides."""
    embedding_model = Embedder(E5(), BUNDLED_MODEL)
    tried = list[Tried]()
    report("trying paraphrases, wordings and guides")
    tried += [*try_paraphrases(embedding_model), *try_paraphrases(embedding_model, FRESH, "fresh paraphrases")]
    tried += [*try_wordings(embedding_model), *try_guides(embedding_model)]
    for each in tried:
        if each.used and not each.expected:
            report(f"falsely used, {each.group}: {each.question}")
    groups = groupby(sorted(tried, key=lambda each: each.group), key=lambda each: each.group)
    return [Table("The center's answers", [make_curated_row(name, list(members)) for name, members in groups], NOTE)]


def make_curated_row(name: str, tried: Sequence[Tried]) -> dict[str, Cell]:
    """Returns the shares, 0 to 1, of hits and of false use in a group."""
    same, other = ([each.used for each in tried if each.expected is wanted] for wanted in (True, False))
    counts: dict[str, Cell] = {"questions": name, "same": len(same), "hits": share(same)}
    return counts | {"others": len(other), "false use": share(other)}


def answer(identity: str, text: str, *wordings: str) -> CuratedAnswer:
    """Returns an answer to some wordings of a question."""
    return CuratedAnswer(identity, date.max, (CuratedText("zh", "\n".join(wordings), text),), ())


def find_used_answer(answers: Sequence[CuratedAnswer], question: Query, embedding_model: EmbeddingModel) -> str:
    """Returns the id of the only answer for a question; "" for none or several."""
    found = [each.id for each in answers if is_for(each, question, embedding_model)]
    return found[0] if len(found) == 1 else ""


def read_paraphrases(use: Use, path: Path = PARAPHRASES) -> list[Paraphrased]:
    """Returns the questions of one use that have paraphrases."""
    known = {each.id: each for each in read_questions(use)}
    lines = map(json.loads, path.read_text(encoding="utf-8").splitlines())
    return [
        Paraphrased(known[line["id"]], tuple(line["same"]), tuple(line["other"]))
        for line in lines
        if line["id"] in known
    ]


def unmeant(use: Use, answered: Sequence[Paraphrased]) -> Iterator[str]:
    """Yields questions of one use that share no answering line with the given ones."""
    lines = {line for each in answered for line in each.question.answers}
    ids = {each.question.id for each in answered}
    for question in read_questions(use):
        if (
            question.id not in ids
            and lines.isdisjoint(question.answers)
            and (question.standalone or not question.history)
        ):
            yield question.standalone or question.question


def try_paraphrases(
    embedding_model: EmbeddingModel, path: Path = PARAPHRASES, name: str = "paraphrases"
) -> Iterator[Tried]:
    """Yields questions tried where all with paraphrases have a curated answer."""
    answered = read_paraphrases(Use.DEVELOPMENT, path)
    answers = {each.question.id: answer(each.question.id, each.answer, each.question.question) for each in answered}
    for each in answered:
        own = each.question.id
        for question in each.same:
            language = "same" if question_language(question) == question_language(each.question.question) else "another"
            asked = to_compare(question, embedding_model)
            yield Tried(
                f"{name}, {language} language",
                True,
                find_used_answer([*answers.values()], asked, embedding_model) == own,
                question,
            )
            added = answer(
                own, each.answer, each.question.question, *(other for other in each.same if other != question)
            )
            others = [*(answers | {own: added}).values()]
            yield Tried(
                f"{name}, {language} language, wordings added",
                True,
                find_used_answer(others, asked, embedding_model) == own,
                question,
            )
        full = answer(own, each.answer, each.question.question, *each.same)
        for question in each.other:
            asked = to_compare(question, embedding_model)
            is_used = bool(find_used_answer([*answers.values()], asked, embedding_model))
            yield Tried(f"{name}, near ones", False, is_used, question)
            is_used = bool(find_used_answer([*(answers | {own: full}).values()], asked, embedding_model))
            yield Tried(f"{name}, wordings added, near ones", False, is_used, question)
    for question in unmeant(Use.DEVELOPMENT, answered):
        is_used = bool(find_used_answer([*answers.values()], to_compare(question, embedding_model), embedding_model))
        yield Tried(f"{name}, all others", False, is_used, question)


def read_cases(is_shown: bool) -> list[dict[str, Any]]:
    """Returns the hand-made cases of the tables, or the half that fits the weights."""
    cases = map(json.loads, WORDINGS.read_text(encoding="utf-8").splitlines())
    return [case for number, case in enumerate(cases) if ("swapped" in case and is_shown) or number % 2 == is_shown]


def try_wordings(embedding_model: EmbeddingModel) -> Iterator[Tried]:
    """Yields the hand-written wordings of the tables, tried on their own answers."""
    for case in read_cases(is_shown=True):
        own = answer("own", case["answer"], case["question"])
        for kind in ("same", "other", "swapped"):
            for question in case.get(kind, ()):
                is_own_language = question_language(question) == question_language(case["question"])
                group = "swapped" if kind == "swapped" else "same language" if is_own_language else "another language"
                used = is_for(own, to_compare(question, embedding_model), embedding_model)
                yield Tried(f"by hand, {group}", kind == "same", used, question)


def try_guides(embedding_model: EmbeddingModel) -> Iterator[Tried]:
    """Yields questions of guides, tried on their own wordings and on all others."""
    below = texts_below()
    for answered in list(guide_questions().values())[::EVERY]:
        languages = list(answered)
        for language in languages:
            for number, question in enumerate(answered[language]):
                asked = to_compare(question, embedding_model)
                means = partial(is_for, question=asked, embedding_model=embedding_model)
                own = [answered[each][number] for each in languages if each != language]
                yield Tried("guides", True, any(means(answer("", below[each], each)) for each in own), question)
                others = but_for(answered, number)
                yield Tried("guides", False, any(means(answer("", below[each], each)) for each in others), question)


def but_for(answered: Mapping[str, Sequence[str]], number: int) -> list[str]:
    """Returns a guide's questions in all languages, but one and those spelled like it."""
    own = {questions[number].lower() for questions in answered.values()}
    return [
        each
        for questions in answered.values()
        for place, each in enumerate(questions)
        if place != number and each.lower() not in own
    ]


@cache
def texts_below() -> dict[str, str]:
    """Returns the beginning of the text below each question heading of the guides."""
    found = dict[str, str]()
    for path in sorted(KNOWLEDGE.rglob("*.md")):
        text = path.read_text(encoding="utf-8")
        for match in ASKED.finditer(text):
            below = split_marks(HEADING.split(text[match.end() :], maxsplit=1)[0])[0].strip()
            found.setdefault(match[1], shorten(below, ANSWER_CHARACTERS, ""))
    return found


@cache
def guide_questions() -> dict[str, dict[str, list[str]]]:
    """Returns the questions of each guide by language.

    Only guides whose languages have equally many questions: these correspond to each other.
    """
    found: dict[str, dict[str, list[str]]] = defaultdict(dict)
    for path in sorted(KNOWLEDGE.rglob("*.md")):
        name, _, language = path.name.removesuffix(".md").rpartition(".")
        if name and (questions := ASKED.findall(path.read_text(encoding="utf-8"))):
            found[f"{path.parent.name}/{name}"][language] = questions
    alike = {name: own for name, own in found.items() if len({len(each) for each in own.values()}) == 1}
    return {name: own for name, own in alike.items() if len(own) > 1}
