"""Finds what a cut in a text tears, by walking along the characters.

It uses no pattern of the product.
"""

from __future__ import annotations

import re
import unicodedata

from text.scripts import IDEOGRAPHS, KANA, NUMERALS

SIGNS = ".,．·٫٬'’:：/-–—~～"
BLANKS = " \t\u00a0\u202f\u2009"
ANY_NUMERALS = f"〇○零{NUMERALS}百千两"
SIZES = (
    "万 亿 千万 百万 thousand million billion trillion тыс млн млрд трлн миллион миллиард milhão milhões bilhão bilhões"
    " مليون مليار ألف".split()
)
MONTHS = frozenset(
    "january february march april may june july august september october november december"
    " janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro"
    " января февраля марта апреля мая июня июля августа сентября октября ноября декабря"
    " يناير فبراير مارس أبريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر".split()
)
NUMBER_WORDS = ("No.", "Nos.", "№", "nº", "n.º", "Art.", "ст.", "§")
OPENING, CLOSING = "〔[【（(", "〕]】）)"
IDEOGRAPH = re.compile(f"[{KANA}{IDEOGRAPHS}々〇]")
NEAR = 60
"""Characters on each side of a cut that are looked at."""


def cut(text: str, place: int) -> str:
    """Returns what a cut before the character at `place` tears; "" if nothing.

    A word, a number, an address, a date, a document number or an article.
    """
    before, after = text[max(0, place - NEAR) : place], text[place : place + NEAR]
    if not before or not after:
        return ""
    return next((name for name, tears in CHECKS if tears(before, after)), "")


def is_ideograph(sign: str) -> bool:
    """Checks that a character is an ideograph or kana."""
    return bool(IDEOGRAPH.match(sign))


def is_letter(sign: str) -> bool:
    """Checks that a character is a letter, digit or mark, but no ideograph or kana."""
    return (sign.isalnum() or unicodedata.category(sign).startswith("M")) and not is_ideograph(sign)


def cuts_word(before: str, after: str) -> bool:
    """Checks for a cut inside a word, also beside its hyphen, apostrophe or dot."""
    if is_letter(before[-1]) and is_letter(after[0]):
        return True
    if is_letter(before[-1]) and after[0] in "-'’." and is_letter(after[1:2] or " "):
        return True
    return is_letter(before[-2:-1] or " ") and before[-1] in "-'’." and is_letter(after[0])


def cuts_number(before: str, after: str) -> bool:
    """Checks for a cut inside a number, as in 1 | 000, but not before a list item."""
    left, right, gap = close_gap(before, after)
    if gap.count("\n") > 1 or not right[:1].isdecimal() or len(gap) > 2:
        return before[-1].isdecimal() and after[0] in SIGNS and after[1:2].isdecimal()
    digits = len(right) - len(right.lstrip("0123456789"))
    if left[-1:].isdecimal():
        whole = len(left) - len(left.rstrip("0123456789"))
        return gap == "" or (gap in tuple(BLANKS) and digits == 3 and whole <= 3)
    if not (left[-1:] in SIGNS and left[-2:-1].isdecimal()):
        return False
    if gap == "":
        return True
    is_item = right[digits : digits + 1] in tuple(".、)）") and right[digits + 1 : digits + 2] in tuple(BLANKS)
    return left[-1] in ".．" and not ("\n" in gap and is_item)


def close_gap(before: str, after: str) -> tuple[str, str, str]:
    """Returns both sides without the white space at the cut, and that white space."""
    left, right = before.rstrip(), after.lstrip()
    return left, right, before[len(left) :] + after[: len(after) - len(right)]


def is_torn_number(before: str, after: str) -> bool:
    """Checks that a number is torn from its percent or currency sign or its size.

    Or from an ideograph.
    """
    left, right, gap = close_gap(before, after)
    if gap.count("\n") > 1 or not left or not right:
        return False
    if left[-1] in "$€£¥￥" and right[0].isdecimal():
        return True
    if not left[-1].isdecimal():
        return gap == "" and is_ideograph(left[-1]) and right[0].isdecimal()
    sized = any(
        right.lower().startswith(size) and not is_letter(right[len(size) : len(size) + 1] or " ") for size in SIZES
    )
    return right[0] in "%％‰" or (gap == "" and is_ideograph(right[0])) or sized


def cuts_address(before: str, after: str) -> bool:
    """Checks for a cut inside an ASCII web or e-mail address."""
    if before[-1].isspace() or after[0].isspace():
        return False
    near = before.rsplit(maxsplit=1)[-1] + after.split(maxsplit=1)[0]
    plain = near.isascii() and ("://" in near or "@" in near.strip("@"))
    return plain and before[-1] not in ".,;)>" and after[0] not in ".,;)>"


def cuts_date(before: str, after: str) -> bool:
    """Checks for a cut as in 2026 | 年, 2026年 | 3月 or 3月 | 1日."""
    left, right, gap = close_gap(before, after)
    if gap.count("\n") > 1 or not left or not right:
        return False
    rest = right.lstrip("0123456789" + ANY_NUMERALS)
    numbered = rest != right and rest.lstrip()[:1] in tuple("月日号")
    if left[-1] in "年月" and (left[-2:-1].isdecimal() or left[-2:-1] in tuple(ANY_NUMERALS)) and numbered:
        return rest.lstrip()[0] in ("月" if left[-1] == "年" else "日号")
    years = left[-4:]
    in_ideographs = len(years) == 4 and all(sign in ANY_NUMERALS for sign in years)
    return right[0] == "年" and (left[-1].isdecimal() or in_ideographs)


def cuts_foreign_date(before: str, after: str) -> bool:
    """Checks for a cut as in 1 | March or March | 2026, in four languages."""
    left, right, gap = close_gap(before, after)
    if not gap or gap.count("\n") > 1:
        return False
    behind = [each.strip(",.") for each in left.split()[-3:] if each.lower() not in ("de", "of")]
    ahead = [each.strip(",.;") for each in right.split()[:3] if each.lower() not in ("de", "of")]
    if not behind or not ahead or left[-1:] in ".;":
        return False
    day_and_month = behind[-1].isdecimal() and len(behind[-1]) < 3 and ahead[0].lower() in MONTHS
    month_and_year = behind[-1].lower() in MONTHS and ahead[0].isdecimal() and len(ahead[0]) == 4
    return day_and_month or month_and_year


def cuts_document_number(before: str, after: str) -> bool:
    """Checks for a cut as in 国发 | 〔2026〕3号, 国发〔2026〕 | 3号 or No. | 3."""
    left, right, gap = close_gap(before, after)
    if gap.count("\n") > 1 or not left or not right:
        return False
    if right[0].isdecimal() and ends_in_number_word(left):
        return True
    opened = max(left.rfind(sign) for sign in OPENING)
    if (
        opened >= 0
        and left[opened + 1 :].strip().isdecimal()
        and right[:1] in CLOSING
        and left[opened + 1 : opened + 3] in ("19", "20")
    ):
        return is_numbered(right[1:]) and is_ideograph(left[opened - 1 : opened] or " ")
    if (
        left[-1] in CLOSING
        and left[-5:-1].isdecimal()
        and left[-6:-5] in tuple(OPENING)
        and is_ideograph(left[-7:-6] or " ")
    ):
        return is_numbered(right)
    is_year = right[0] in OPENING and right[1:5].isdecimal() and right[5:6] in tuple(CLOSING)
    return is_year and is_ideograph(left[-1]) and is_numbered(right[6:])


def ends_in_number_word(text: str) -> bool:
    """Checks that the last word of a text is one of NUMBER_WORDS."""
    return any(text.endswith(each) and not is_letter(text[: -len(each)][-1:] or " ") for each in NUMBER_WORDS)


def is_numbered(text: str) -> bool:
    """Checks that a text begins with a number and 号."""
    text = text.lstrip().removeprefix("第").lstrip()
    rest = text.lstrip("0123456789")
    return rest != text and rest.lstrip().startswith("号")


def cuts_article(before: str, after: str) -> bool:
    """Checks for a cut as in 第四十 | 二条: after 第 only numbers stand before the unit."""
    opened = before.rfind("第")
    inside = before[opened + 1 :]
    if opened < 0 or len(inside) > 14 or inside.count("\n") + after[:3].count("\n") > 1:
        return False
    numerals = "0123456789" + ANY_NUMERALS + BLANKS + "\n"
    if inside.strip(numerals):
        return False
    rest = after.lstrip(numerals)
    return bool((inside + after[: len(after) - len(rest)]).strip()) and rest[:1] in tuple("编章节条款项号")


CHECKS = (
    ("date", cuts_date),
    ("date", cuts_foreign_date),
    ("document number", cuts_document_number),
    ("article", cuts_article),
    ("number", cuts_number),
    ("number", is_torn_number),
    ("address", cuts_address),
    ("word", cuts_word),
)
