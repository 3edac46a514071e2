"""Names a time limit or a price that was asked for and is not in the quotes.

A line on the same subject without the figure reads like an answer, so the person is told that the figure is not there.
"""

from __future__ import annotations

from bot.generation.citations import Extract
from bot.messages import text
from bot.query.answer_type import PERIOD, PRICE


def tell_unsaid(question: str, extract: Extract | None, language: str) -> str:
    """Returns sentences on the figures that an extract lacks; "" if it lacks none.

    It lacks none where there is no extract, and where one of its lines says that the documents do not know.
    """
    if extract is None or extract.says_unknown:
        return ""
    missing = [each for each in (PERIOD, PRICE) if each.asked.search(question) and not each.is_given(extract.text)]
    return " ".join(text(f"unsaid_{each.name}", language) for each in missing)
