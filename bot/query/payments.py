"""Which way a payment goes: out of China to an owner abroad, or home to an owner in China.

Each country withholds by its own law, and the vectors of "dividends from China to Brazil" and of its mirror are close.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.query.countries import HOME, mentions
from bot.query.exemplars import INBOUND, OUTBOUND
from text.lexicon.load import alternatives, pattern
from text.scripts import IDEOGRAPHS

INCOME = pattern("payment.income")
ROLES = {
    kind: re.compile(rf"(?:{alternatives(f'payment.{kind}')})[^\W{IDEOGRAPHS}]*", re.IGNORECASE)
    for kind in ("payer", "owner", "levy", "asker")
}
"""Words, with their endings, that say what is at a place."""
BEFORE = ("role.from", "role.into", "place.at")
FROM, INTO, AT = (re.compile(rf"(?:{alternatives(key)})(?: the)?\s*$", re.IGNORECASE) for key in BEFORE)
"""What stands before a place where something comes from, goes to, or is."""
COMPANY = re.compile(rf"(?:{alternatives('payment.company')})\s*$", re.IGNORECASE)
"""What stands before "from Hangzhou" where that is the origin of a company."""
ADJECTIVE = re.compile(rf"\W*(?:{alternatives('payment.chinese')})\W*", re.IGNORECASE)
"""Says whose something is and not where: the Chinese plant in Dubai."""
ENDS = re.compile(r"[.;!?。；？！]")
NEAR, SURE = 14, 2
"""Most characters between a place and the word that says what is there, and the least number of signs that agree."""


def side_of_payment(text: str) -> int:
    """Returns INBOUND if China withholds from a payment, OUTBOUND if the one other country named does; else 0.

    Each place named says so by what stands next to it: "our Hangzhou subsidiary" pays, "the parent in Brazil" is paid.
    """
    places = list(place_spans(text)) if INCOME.search(text) else []
    if len({code for _, code in places} - {HOME}) != 1 or HOME not in {code for _, code in places}:
        return 0
    votes = sum(pays(text, span) * (1 if code == HOME else -1) for span, code in places)
    return INBOUND if votes >= SURE else OUTBOUND if votes <= -SURE else 0


def place_spans(text: str) -> Iterator[tuple[tuple[int, int], str]]:
    """Yields the span of each country or place of one in a text, and its country."""
    end = 0
    for words, code in mentions(text):
        start = text.index(words, end)
        end = start + len(words)
        yield (start, end), code


def pays(text: str, place: tuple[int, int]) -> int:
    """Returns how far what is paid comes out of a place; below 0 if it goes there, 0 if nothing says so."""
    role, before = nearest_role(text, place), text[: place[0]]
    came, is_there = FROM.search(before), bool(AT.search(before))
    goes = bool(INTO.search(before)) and not is_there
    if role == "owner" or (role == "asker" and not is_there) or (came and COMPANY.search(before[: came.start()])):
        return -1 - goes
    if ADJECTIVE.fullmatch(text[slice(*place)]):
        return int(role == "levy")
    return bool(came) - goes + is_there + (role in ("payer", "levy"))


def nearest_role(text: str, place: tuple[int, int]) -> str:
    """Returns the kind of the word of ROLES that is nearest to a place in its sentence, "" if none is near.

    What pays or is paid goes before what a tax office does.
    """
    start, end = place
    near = [
        (kind == "levy", len(between), kind)
        for kind, words in ROLES.items()
        for match in words.finditer(text)
        if kind != "asker" or match.end() <= start
        for between in [text[end : match.start()] + text[match.end() : start]]
        if len(between) <= NEAR and not ENDS.search(between) and not FROM.search(between)
    ]
    return min(near, default=(False, 0, ""))[-1]
