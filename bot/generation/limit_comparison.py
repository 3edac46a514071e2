"""How the amounts in a yes-or-no question compare with the limits that are quoted."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from bot.messages import enumerated, text
from bot.query.answer_type import WHETHER
from text.limits import Limit, amounts, limits, plain


def compare_with_limits(question: str, quoted: str, language: str) -> str:
    """Returns a sentence such as "Compared: 320 people is above 300 people."; "" if nothing is certain.

    That takes a yes-or-no question with one amount of a unit, a quoted text with one limit of that unit, and an amount
    that is not the limit itself, since few texts tell whether that belongs to it.
    """
    if not WHETHER.search(question):
        return ""
    asked, stated = by_unit(amounts(question)), by_unit(limits(quoted))
    pairs = [(own[0], stated[unit][0]) for unit, own in asked.items() if unit and len(own) == len(stated[unit]) == 1]
    said = [
        text(relation, language, amount=as_written(question, amount), limit=as_written(quoted, limit))
        for amount, limit in pairs
        if (relation := relation_of(amount, limit))
    ]
    return text("compared", language, compared=enumerated(said, language)) if said else ""


def by_unit(found: Sequence[Limit]) -> Mapping[str, list[Limit]]:
    """Returns amounts or limits by unit; an empty list for others."""
    units = defaultdict[str, list[Limit]](list)
    for each in found:
        units[each.unit].append(each)
    return units


def relation_of(amount: Limit, limit: Limit) -> str:
    """Returns "above", "below" or "within", for a limit with two ends; "" for an amount that is one of its ends."""
    value, ends = amount.least, limit.ends
    if value in ends:
        return ""
    return "below" if value < min(ends) else "above" if value > max(ends) else "within"


def as_written(whole: str, amount: Limit) -> str:
    """Returns an amount as a text has it, or with its sums in digits."""
    words = plain(whole)[amount.start : amount.end].strip()
    at = whole.lower().find(words)
    return whole[at : at + len(words)] if at >= 0 else words
