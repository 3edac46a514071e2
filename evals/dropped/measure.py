"""Eval of dropped documents: right quotes, and refusals of other questions.

A quote is right if it holds words that answer; a question that no document answers should be refused.
Laws are alone in their folder, notices beside the guides, read and cut as what a clerk drops there.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.answer import Answer
from bot.pipeline import Bot
from evals.dropped.questions import Corpus, DroppedQuestion, law_files, notice_files, read_dropped_questions
from evals.folders import open_synced, sync_texts
from evals.independent.measure import GIVEN, history
from evals.independent.questions import Use
from evals.quotes import plain
from evals.results import ROOT, Cell, Report, Table, share
from ingest.watcher import WatchedLibrary

NOTE = (
    "right: what is quoted holds the words that answer, part: some of them; wrong: answered without them; refused: not"
    " answered, which is right for the last two kinds. Words decide, nobody read the answers."
)


@dataclass(frozen=True)
class Judged:
    """An answer, and the share of the answering words that its quotes hold."""

    question: DroppedQuestion
    answer: Answer

    @property
    def is_given(self) -> bool:
        """True if the question is answered, in whole or in part."""
        return self.answer.outcome in GIVEN

    @property
    def held(self) -> float:
        """Share of the answering words in the quotes, 0 to 1; 1 if one of `also` is there."""
        quoted = plain(" ".join(each.quote for each in self.answer.citations))
        if any(plain(each) in quoted for each in self.question.also):
            return 1.0
        held = [plain(each) in quoted for each in self.question.answers]
        return sum(held) / max(1, len(held))


def law_tables(_shared: Path, report: Report) -> list[Table]:
    """Returns shares of development questions about laws, by kind, form and language."""
    return tables(Corpus.LAWS, Use.DEVELOPMENT, report)


def law_test_tables(_shared: Path, report: Report) -> list[Table]:
    """Returns shares of the test questions about laws.

    People who change answers must not read these questions.
    """
    return tables(Corpus.LAWS, Use.TEST, report)


def notice_tables(_shared: Path, report: Report) -> list[Table]:
    """Returns shares of the development questions about notices beside the guides."""
    return tables(Corpus.NOTICES, Use.DEVELOPMENT, report)


def notice_test_tables(_shared: Path, report: Report) -> list[Table]:
    """Returns shares of the test questions about notices."""
    return tables(Corpus.NOTICES, Use.TEST, report)


def tables(corpus: Corpus, use: Use, report: Report) -> list[Table]:
    """Returns shares of one use's questions on a corpus, by kind, form and language."""
    questions = read_dropped_questions(corpus, use)
    report(f"{len(questions)} questions about {corpus}")
    with library_of(corpus, questions) as library:
        bot = Bot(library.index, library.embedder, lists=library.lists)
        judged = [Judged(each, bot.answer(each.question, history(each))) for each in questions]
    known = [each for each in judged if each.question.kind == "answerable"]
    return [
        Table(f"Questions about {corpus} by kind", rows("kind", ((each.question.kind, each) for each in judged)), NOTE),
        Table("Answerable ones by form", rows("form", ((each.question.form, each) for each in known))),
        Table("Answerable ones by language", rows("language", ((each.question.language, each) for each in known))),
    ]


@contextmanager
def library_of(corpus: Corpus, questions: Sequence[DroppedQuestion]) -> Iterator[WatchedLibrary]:
    """Opens the folder of a corpus: laws alone, or guides with the notices of batches."""
    if corpus == Corpus.LAWS:
        with sync_texts(law_files(questions)) as library:
            yield library
        return
    with beside_guides() as library:
        for batch in sorted({each.batch for each in questions}):
            drop(library, notice_files(batch))
        yield library


@contextmanager
def beside_guides() -> Iterator[WatchedLibrary]:
    """Opens the synced library of a copy of the guides."""
    with TemporaryDirectory() as place:
        shutil.copytree(ROOT / "knowledge", Path(place) / "knowledge")
        with open_synced(Path(place) / "knowledge") as library:
            yield library


def drop(library: WatchedLibrary, files: Mapping[str, str]) -> None:
    """Puts files into the folder of a library and makes them known."""
    for name, text in files.items():
        (library.settings.knowledge_dir / name).write_text(text, encoding="utf-8")
    library.sync()


def take_away(library: WatchedLibrary, files: Iterable[str]) -> None:
    """Deletes files of the folder of a library and makes that known."""
    for name in files:
        (library.settings.knowledge_dir / name).unlink()
    library.sync(allow_removals=True)


def rows(name: str, named: Iterable[tuple[str, Judged]]) -> list[dict[str, Cell]]:
    """Shares of each group."""
    groups = dict[str, list[Judged]]()
    for group, each in named:
        groups.setdefault(group, []).append(each)
    return [{name: group, **shares(own)} for group, own in groups.items()]


def shares(judged: Sequence[Judged]) -> dict[str, Cell]:
    """Returns the number of answers, and the share of each result, 0 to 1."""
    given = [each for each in judged if each.is_given]
    return {
        "number": len(judged),
        "right": round(sum(each.held == 1 for each in given) / len(judged), 3),
        "part": round(sum(0 < each.held < 1 for each in given) / len(judged), 3),
        "wrong": round(sum(not each.held for each in given) / len(judged), 3),
        "refused": share([not each.is_given for each in judged]),
    }
