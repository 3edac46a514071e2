"""Normalises text: one spelling per character, none invisible, no stray spaces."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from text.scripts import COUNTED, IDEOGRAPHS, RARE_IDEOGRAPHS

FIRST_RADICAL = 0x2E80
# U+2E80 to U+2EF3 in order: the ideograph that each radical of the CJK Radicals Supplement stands for.
# Unicode gives these no compatibility mapping; a hyphen marks the few that stand for no ideograph.
RADICALS = (
    "-厂乛乚乙亻冂几刀刂卜㔾小小兀尣尢尣巳幺彑彐忄㣺扌攵-旡日月歹母"
    "民氵氺灬爫爫丬牛犭王疋目示礻竹糹纟罓罒㓁㓁网羊羊羊耂肀聿肉臼艹艹"
    "艹虎衤覀西见角角讠贝足车辶辶辶阝钅長镸长门阜阝雨青韦页风飞食飠飠"
    "饣首马骨鬼鱼鸟卤麦黄黾斉齐歯齿竜龙龜亀龟"
)
# Compatibility characters whose plain form is better. Left out on purpose: full-width punctuation, circled
# numbers, superscripts, fractions, ordinals (nº) and №, which carry meaning or are what people type.
PLAIN_FORM_IS_BETTER = (
    (0x2160, 0x217F),  # Roman numerals
    (0x2474, 0x249B),  # ⑴ ⒈
    (0x2F00, 0x2FD5),  # Kangxi radicals
    (0x3200, 0x3247),  # ㈠
    (0x32C0, 0x33FF),  # ㎡ ㎏
    (0xF900, 0xFAFF),  # compatibility ideographs
    (0xFB00, 0xFDFF),  # ﬁ, Hebrew and Arabic letters by shape
    (0xFE10, 0xFE6F),  # vertical and small punctuation
    (0xFE70, 0xFEFC),
    (0xFF10, 0xFF19),  # full-width digits and letters
    (0xFF21, 0xFF3A),
    (0xFF41, 0xFF5A),
    (0xFF61, 0xFFDC),  # half-width katakana and Hangul
    (0x1D400, 0x1D7FF),  # mathematical letters
    (0x2F800, 0x2FA1D),
)
FULL_WIDTH_SIGNS = "％＋－＝／＠＆．＄￥￡￠"
# Kangxi radicals whose mapping is a form that no mainland document uses.
MAINLAND_FORM = {"戶": "户", "靑": "青"}
WIDE = str.maketrans("(),;:?!", "（），；：？！")
POWERS = str.maketrans("23", "²³")
SPACES = "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f"
LINE_ENDS = "\x0b\x0c\x85\u2028\u2029"
INVISIBLE = ("Cc", "Cf", "Cs")
HAVE_INVISIBLE = ((0, 0x3000), (0xD800, 0xE000), (0xFE00, 0x14000), (0x1B000, 0x1E000), (0xE0000, 0xE0200))
"""Ranges of Unicode that contain invisible characters.

To look at all of Unicode takes each process a third of a second.
"""

DOTTED = re.compile(r"([\u2488-\u249b])(?=\d)")
"""An item number in one character, ⒈, before a figure; its dot is not decimal."""

HAN = f"々〇{IDEOGRAPHS}{RARE_IDEOGRAPHS}"
CHINESE = HAN + "，。；：？！（）、《》〈〉「」『』【】〔〕"
NUMERAL = f"{COUNTED}0-9"
NUMBER = rf"[{NUMERAL}](?:[{NUMERAL} ]*[{NUMERAL}])?"
STRAY = re.compile(
    rf"^(?P<heading>[ #>*|-]*第 *{NUMBER} *[编章节条](?: *之 *[{NUMERAL}]+)?\**) +(?=\S)"
    rf"|(?<=[{CHINESE}]) +(?=[{CHINESE}])",
    re.MULTILINE,
)
INNER_SPACE = re.compile(rf"(?<=[第{NUMERAL}编章节条之]) +(?=[{NUMERAL}编章节条之])")

NO_LETTERS = re.compile(r"[\W_]+")


def letters(text: str) -> str:
    """Returns the letters and digits of a text alone, without case, to compare texts."""
    return NO_LETTERS.sub("", text).casefold()


def normalise(text: str) -> str:
    r"""Returns the text in one spelling.

    Plain digits, letters and ideographs, `\n` line ends, at most one blank line. Chinese punctuation, circled numbers,
    superscripts and fractions stay. Normalising twice changes nothing.
    """
    text = DOTTED.sub(r"\1 ", text.replace("\r\n", "\n").replace("\r", "\n")).translate(spellings())
    text = unicodedata.normalize("NFC", text)
    text = re.sub(r"^[ \t]*\u3000[ \t\u3000]*", "", text, flags=re.MULTILINE).replace("\u3000", " ")
    text = STRAY.sub(without_stray_space, text)
    text = re.sub(r"[ \t]+$", "", text, flags=re.MULTILINE)
    return re.sub(r"\n{3,}", "\n\n", text).strip("\n")


def without_stray_space(match: re.Match[str]) -> str:
    """Returns a heading of a law with the one space after its number; else ""."""
    heading: str | None = match["heading"]
    return f"{INNER_SPACE.sub('', heading)} " if heading else ""


@cache
def spellings() -> dict[int, str]:
    """Returns the replacement of each character for `str.translate`; others stay."""
    table = {code: plain(chr(code)) for first, last in PLAIN_FORM_IS_BETTER for code in range(first, last + 1)}
    table |= {FIRST_RADICAL + number: ideograph for number, ideograph in enumerate(RADICALS) if ideograph != "-"}
    table |= {ord(sign): unicodedata.normalize("NFKC", sign) for sign in FULL_WIDTH_SIGNS}
    table |= dict.fromkeys(map(ord, SPACES), " ") | dict.fromkeys(map(ord, LINE_ENDS), "\n")
    return dict.fromkeys(invisible(), "") | table


def plain(character: str) -> str:
    """Returns the plain form of a compatibility character; see PLAIN_FORM_IS_BETTER."""
    form = unicodedata.normalize("NFKC", character)
    if "㎟" <= character <= "㎦":
        return form.translate(POWERS)
    if "㈠" <= character <= "㉃" or "︐" <= character <= "﹫":
        return form.translate(WIDE)
    return MAINLAND_FORM.get(form, form)


def invisible() -> list[int]:
    """Returns invisible characters.

    Controls, zero-width and bidirectional marks, tags, variation selectors.
    """
    looked_at = (code for first, end in HAVE_INVISIBLE for code in range(first, end))
    unseen = (code for code in looked_at if unicodedata.category(chr(code)) in INVISIBLE and chr(code) not in "\n\t")
    return [*unseen, *range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0), 0xFFFE, 0xFFFF]
