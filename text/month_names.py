"""Names of the months as written in dates, in the languages whose word lists name them."""

from __future__ import annotations

from text.lexicon.load import keys, words

_NUMBERS = {name.casefold(): int(number) for number in keys("month") for name in words(f"month.{number}")}
MONTH = r"\b(?:" + "|".join(sorted(_NUMBERS, key=len, reverse=True)) + r")\b\.?"
"""Pattern of a month name; match it without regard to case."""


def month_number(name: str) -> int:
    """Returns the number of a month by its name, 1 to 12."""
    return _NUMBERS[name.rstrip(".").casefold()]
