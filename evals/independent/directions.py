"""Questions that name another country, labelled by their direction.

The label says if a question is about China or about that country; nothing says which lines answer it.
Each file is of one writer, who saw neither guides nor code; its name begins with what it is for, as that of a batch.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from evals.independent.questions import Frozen, Text, Use

FOLDER = Path(__file__).parent / "directions"


class DirectedQuestion(Frozen):
    """A question with its language and its direction: `inbound` is about China."""

    language: str
    direction: Literal["outbound", "inbound"]
    question: Text


def read_directed_questions(use: Use) -> dict[str, list[DirectedQuestion]]:
    """Returns the questions of one use by the name of their file."""
    return {
        path.stem: [DirectedQuestion.model_validate_json(row) for row in path.read_text(encoding="utf-8").splitlines()]
        for path in sorted(FOLDER.glob(f"{use}-*.jsonl"))
    }
