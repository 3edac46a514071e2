"""Checks questions that a model writes: completed, separated or asked back."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.answer import Turn
from bot.query.parts import ASKING
from text.language import question_language
from text.lexicon.load import bodies
from text.numbers import figures

WRITTEN_CHARACTERS = 200
"""Longest question accepted from a model, in characters."""
LABEL = re.compile(rf"^(?:{bodies('follow_up.label')})\s*[:：]\s*", re.IGNORECASE)


def accept_question(written: str, question: str, history: Sequence[Turn]) -> str:
    """Returns the question that a model wrote for another one; "" if unusable.

    Unusable: no question mark at its end (it may be the answer), another language, more than WRITTEN_CHARACTERS, or
    figures that are not in the conversation.
    """
    line = next((each.strip() for each in written.strip().splitlines() if each.strip()), "")
    whole = LABEL.sub("", line).strip('"“” ')
    spoken_of = figures(" ".join([*(turn.content for turn in history), question]))
    fits = whole.endswith(ASKING) and len(whole) <= WRITTEN_CHARACTERS and set(figures(whole)) <= set(spoken_of)
    return whole if fits and question_language(whole, "") in {"", question_language(question, "")} else ""
