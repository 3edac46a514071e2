"""Questions about dropped documents, with the words that answer them.

Laws are those of `../shared/laws`. Notices are invented: local programmes, service guides, price lists, circulars.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from evals.folders import SHARED
from evals.independent.labels import ANSWERS, OPEN, OTHER
from evals.independent.questions import Text, Use
from evals.quotes import plain

FOLDER = Path(__file__).parent
LAWS = SHARED / "laws"
NOTICES = FOLDER / "notices" / "papers"
Words = tuple[Annotated[str, Field(min_length=1, max_length=60)], ...]


class Corpus(StrEnum):
    """Kind of dropped documents; the name of its folder."""

    LAWS = "laws"
    NOTICES = "notices"


class DroppedQuestion(BaseModel):
    """A question that a dropped document answers, or that is much like one.

    `kind`: near_miss has something like it in the documents, outside nothing. `form`: how it is asked.
    `history`: what was said before, the company's words and the assistant's in turn.
    `document`: the file without ending, of a notice with the folder of its batch; "" if none answers. `article`: where
    a law answers, as it is written there.
    `answers`: words of the document that a right quote holds, all of them. `also`: words of other places that answer
    too. `meaning`: the right answer in a sentence.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    language: Literal["zh", "en", "pt", "ru", "es", "ar", "hi", "id", "vi"]
    kind: Literal["answerable", "near_miss", "outside"]
    form: Literal["", "plain", "situation", "yesno", "figure", "who", "list", "table", "followup"]
    question: Text
    history: tuple[Text, ...] = ()
    document: str = ""
    article: str = ""
    answers: Words = ()
    also: Words = ()
    meaning: str = ""

    @property
    def batch(self) -> str:
        """Folder of the notices that its writer wrote."""
        return self.id.partition("-")[0]

    @property
    def source(self) -> str:
        """Name of its document's file in the folder that is asked."""
        return f"{self.document.rpartition('/')[2]}.md"


def read_dropped_questions(corpus: Corpus, use: Use) -> list[DroppedQuestion]:
    """All questions of one use."""
    lines = (FOLDER / corpus / f"{use}.jsonl").read_text(encoding="utf-8").splitlines()
    return [DroppedQuestion.model_validate_json(line) for line in lines]


def law_files(questions: Sequence[DroppedQuestion]) -> dict[str, str]:
    """Returns the text of each law that the questions are about, by file name."""
    names = sorted({f"{each.document}.md" for each in questions if each.document})
    return {name: (LAWS / name).read_text(encoding="utf-8") for name in names}


def notice_files(batch: str) -> dict[str, str]:
    """Returns the text of each notice of a batch, by file name."""
    return {path.name: path.read_text(encoding="utf-8") for path in sorted((NOTICES / batch).glob("*.md"))}


def label_lines(question: DroppedQuestion, source: str, texts: Sequence[str]) -> list[int]:
    """Label of each snippet of a document: whether it holds words that answer.

    A law does so in whichever version; in another notice than the question's it is unclear.
    """
    is_other = "/" in question.document and source != question.source
    return [(OPEN if is_other else ANSWERS) if holds_answer(question, text) else OTHER for text in texts]


def holds_answer(question: DroppedQuestion, text: str) -> bool:
    """Checks that a text holds some of the words that answer."""
    own = plain(text)
    return any(plain(each) in own for each in (*question.answers, *question.also))
