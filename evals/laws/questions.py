"""Questions about laws with the words that answer them, and the laws of each use."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from evals.folders import SHARED
from evals.independent.labels import ANSWERS, OTHER
from evals.independent.questions import Text, Use
from evals.quotes import plain

FOLDER = Path(__file__).parent
LAWS = SHARED / "laws"
Words = tuple[Annotated[str, Field(min_length=2, max_length=40)], ...]


class LawQuestion(BaseModel):
    """A question that a law of the folder answers, or that is much like one.

    `kind`: near_miss has something like it in the laws, outside nothing. `form`: how it is asked.
    `history`: what was said before, the company's words and the assistant's in turn.
    `document`: the law's file without ending; "" if none answers. `article`: where it answers, as it is written there.
    `answers`: words of the law that a right quote holds, all of them. `also`: words of other places that answer too.
    `meaning`: the right answer in a sentence.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    language: Literal["zh", "en", "pt", "ru", "es", "ar", "hi", "id", "vi"]
    kind: Literal["answerable", "near_miss", "outside"]
    form: Literal["", "plain", "situation", "yesno", "figure", "who", "list", "followup"]
    question: Text
    history: tuple[Text, ...] = ()
    document: str = ""
    article: str = ""
    answers: Words = ()
    also: Words = ()
    meaning: str = ""


def read_law_questions(use: Use) -> list[LawQuestion]:
    """All questions of one use."""
    lines = (FOLDER / f"{use}.jsonl").read_text(encoding="utf-8").splitlines()
    return [LawQuestion.model_validate_json(line) for line in lines]


def law_files(questions: Sequence[LawQuestion]) -> dict[str, str]:
    """Returns the text of each law that the questions are about, by file name."""
    names = sorted({f"{each.document}.md" for each in questions if each.document})
    return {name: (LAWS / name).read_text(encoding="utf-8") for name in names}


def label_sentences(question: LawQuestion, texts: Sequence[str]) -> list[int]:
    """Label of each snippet: whether it holds words that answer, in whichever version of the law."""
    wanted = [plain(each) for each in (*question.answers, *question.also)]
    return [ANSWERS if any(each in plain(text) for each in wanted) else OTHER for text in texts]
