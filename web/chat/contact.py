r"""Pattern of a telephone number or e-mail address that can be reached.

One pattern serves the field in the browser and the door: hence `[0-9]` for digits, and `\(` even within brackets.
"""

from __future__ import annotations

GAP = r"[\s.\(\)\/\-]*"
"""Signs that people put between digits."""


def further(least: int, most: int) -> str:
    """Returns a pattern of further digits, with gaps before them."""
    return rf"(?:{GAP}[0-9]){{{least},{most}}}"


MOBILE = rf"1{GAP}[3-9]{further(9, 9)}"
LANDLINE = rf"(?:1{GAP}0|2{GAP}[0-9]|[3-9]{further(2, 2)}){GAP}[2-9]{further(6, 7)}"
"""Area code without its 0, as in 0571 and 010, and a number."""
TOLL_FREE = rf"[48]{GAP}0{GAP}0{further(7, 7)}"
WITHIN_CHINA = rf"{MOBILE}|0{GAP}{LANDLINE}|{TOLL_FREE}"
BEFORE_COUNTRY = rf"(?:[+＋]|0{GAP}0){GAP}"
TO_CHINA = rf"(?:{BEFORE_COUNTRY})?8{GAP}6{GAP}(?:{MOBILE}|0?{GAP}{LANDLINE})"
ELSEWHERE = rf"{BEFORE_COUNTRY}(?:[1-79]{GAP}[0-9]|8{GAP}[0-57-9]){further(5, 13)}"
"""Number with another country's code, 7 to 15 digits (ITU-T E.164)."""
TELEPHONE = rf"(?:.*[^0-9+＋])?(?:{WITHIN_CHINA}|{TO_CHINA}|{ELSEWHERE})(?:[^0-9].*)?"
E_MAIL = r".*[^\s@]+@[^\s@]+\.[^\s@]+.*"
CONTACT = rf"^(?:{TELEPHONE}|{E_MAIL})$"
