"""Eval of curated answers: given for equivalent questions, not for similar ones."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from pathlib import Path

from bot.curated.facets import named
from bot.curated.matching import means_the_same
from bot.query.query import Query, understand
from bot.retrieval.hybrid_search import typical_similarities
from evals.folders import synced
from evals.results import ROOT, Cell, Report, Table, share
from ingest.watcher import WatchedLibrary

WORDINGS = Path(__file__).parent / "curated.jsonl"
"""Questions with equivalent ones, in their own and other languages, and others.

The others do not mean the same; `swapped` ones say the opposite with the same words.
"""
ASKED = re.compile(r"^#{2,4} (.*[?？؟])\s*$", re.MULTILINE)
"""A question among the headings of a guide."""
NOTE = (
    "An answer of the center is given where it should be (hits) or should not be (false use). wordings: by hand, one"
    " word apart, or who does what to whom swapped. guides: each question that a guide answers, asked where the center"
    " has answered all of the guide: its own in the other language alone (hits), and, its own left out, all others in"
    " both languages (false use)."
)


@dataclass(frozen=True)
class Tried:
    """A tried question: `expected` and `used` are about the curated answer."""

    group: str
    expected: bool
    used: bool
    question: str


def tables(_: Path, report: Report) -> list[Table]:
    """Returns hits and false use, for hand-written wordings and for guides."""
    with synced(ROOT / "knowledge") as library:
        report("trying the wordings")
        tried = list(tried_wordings(library))
        report("trying the questions of the guides")
        tried += tried_guides(library)
    for each in tried:
        if each.used and not each.expected:
            report(f"falsely used: {each.question}")
    groups = groupby(sorted(tried, key=lambda each: each.group), key=lambda each: each.group)
    return [Table("The center's answers", [row(name, list(members)) for name, members in groups], NOTE)]


def row(name: str, tried: Sequence[Tried]) -> dict[str, Cell]:
    same, other = ([each.used for each in tried if each.expected is wanted] for wanted in (True, False))
    return {
        "questions": name,
        "same": len(same),
        "hits": share(same),
        "others": len(other),
        "false use": share(other),
    }


def is_same(library: WatchedLibrary, asked: Query, other: str) -> bool:
    return means_the_same(asked, other, library.embedder, typical_similarities(asked, library.index))


def read(library: WatchedLibrary, question: str) -> Query:
    return understand(question, "", library.index, library.embedder)


def tried_wordings(library: WatchedLibrary) -> Iterator[Tried]:
    for line in WORDINGS.read_text(encoding="utf-8").splitlines():
        case = json.loads(line)
        for question in case.get("swapped", ()):
            used = is_same(library, read(library, question), case["question"])
            yield Tried("wordings, roles swapped", False, used, question)
        for kind in ("same", "other"):
            for question in case[kind]:
                language = named(question).language == named(case["question"]).language
                group = "wordings, same language" if language else "wordings, another language"
                yield Tried(
                    group, kind == "same", is_same(library, read(library, question), case["question"]), question
                )


def tried_guides(library: WatchedLibrary) -> list[Tried]:
    found = []
    for answered in guide_questions(library).values():
        languages = list(answered)
        others = partial(but_for, answered)
        for language in languages:
            for number, question in enumerate(answered[language]):
                asked = read(library, question)
                own = [answered[each][number] for each in languages if each != language]
                hit = any(is_same(library, asked, each) for each in own)
                false = any(is_same(library, asked, each) for each in others(number))
                found += [
                    Tried("guides", True, hit, question),
                    Tried("guides", False, false, question),
                ]
    return found


def but_for(answered: Mapping[str, Sequence[str]], number: int) -> list[str]:
    """Returns all questions of a guide, in its languages, except one.

    Questions with the same spelling as that one are left out too.
    """
    own = {questions[number].lower() for questions in answered.values()}
    return [
        each
        for questions in answered.values()
        for place, each in enumerate(questions)
        if place != number and each.lower() not in own
    ]


def guide_questions(library: WatchedLibrary) -> dict[str, dict[str, list[str]]]:
    """Returns the questions of each guide by language.

    Only guides whose languages have equally many questions: these correspond to each other.
    """
    found: dict[str, dict[str, list[str]]] = defaultdict(dict)
    for source in library.index.documents():
        document = library.index.document(source)
        name, _, language = source.removesuffix(".md").rpartition(".")
        if document and name and (questions := ASKED.findall(document.text)):
            found[name][language] = questions
    alike = {name: own for name, own in found.items() if len({len(each) for each in own.values()}) == 1}
    return {name: own for name, own in alike.items() if len(own) > 1}
