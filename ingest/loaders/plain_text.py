"""Plain text, and decoding of bytes for all text formats."""

from __future__ import annotations

import codecs
import unicodedata
from collections import Counter
from pathlib import Path
from typing import NoReturn

from charset_normalizer import from_bytes

from ingest.loaders.markdown_writer import load_blocks
from store.documents import LoadedText, UnreadableFileError
from text.messages import message
from text.scripts import IDEOGRAPH

MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16: its mark begins with that of UTF-16
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
UNMARKED = ("gb18030", "utf-16-le", "utf-16-be")
GUESSED = ("cp1252", "cp1251", "cp1256", "big5", "cp932", "cp949")  # Portuguese, Russian, Arabic, East Asian
SAMPLE = 20_000
CONTROLS = {chr(code) for code in (*range(0x20), *range(0x7F, 0xA0))} - {*"\t\n\r\f\x1a"}
LEAST_USUAL = 0.7
"""Minimum share of common characters for an encoding that is not declared."""
LEAST_USUAL_DECLARED = 0.5
"""Minimum share of common characters for the declared encoding."""


def read_plain(path: Path) -> LoadedText:
    """Reads a TXT file unchanged, but normalised."""
    return load_blocks([decode(path.read_bytes())])


def decode(data: bytes, declared: str = "") -> str:
    """Decodes bytes: by byte order mark, then UTF-8, `declared`, GB18030, UTF-16.

    Deterministic. An encoding counts only if it decodes without error to characters in common use; otherwise
    charset-normalizer guesses.
    Raises UnreadableFileError if the bytes are not text.
    """
    for mark, encoding in MARKS:
        if data.startswith(mark):
            return try_encoding(data, encoding) or refuse()
    # Valid UTF-8 is hardly ever another encoding, except for encodings that use ASCII bytes only.
    first, second = (wider(declared), "utf-8") if data.isascii() else ("utf-8", wider(declared))
    for encoding in filter(None, (first, second, *UNMARKED)):
        text = try_encoding(data, encoding)
        least = 0 if encoding == "utf-8" else LEAST_USUAL_DECLARED if encoding == wider(declared) else LEAST_USUAL
        if text and usual(text) >= least:
            return text
    return guess(data)


def wider(encoding: str) -> str:
    """GB18030 for its subsets: pages that declare gb2312 use characters outside it."""
    return "gb18030" if encoding.lower() in ("gb2312", "gbk", "gb_2312-80", "cp936", "x-gbk") else encoding


def try_encoding(data: bytes, encoding: str) -> str:
    """Strictly decoded bytes; "" on errors or control characters."""
    try:
        text = data.decode(encoding)
    except (UnicodeError, LookupError):
        return ""
    return "" if is_binary(text) else text


def guess(data: bytes) -> str:
    """Text in the likeliest of a few other encodings, by charset-normalizer."""
    best = from_bytes(data, cp_isolation=[*GUESSED]).best()
    text = str(best) if best else ""
    return text if text and not is_binary(text) else refuse()


def refuse() -> NoReturn:
    """Raises UnreadableFileError: the file is no text."""
    raise UnreadableFileError(message("file.not_text"), message("file.save_as_text"))


def is_binary(text: str) -> bool:
    """True for more control characters than text has: a NUL, or one in a hundred."""
    sample = text[:SAMPLE]
    return "\0" in sample or sum(map(sample.count, CONTROLS)) > len(sample) / 100


def usual(text: str) -> float:
    """Share of common characters among those beyond ASCII, 0 to 1.

    A wrong encoding gives rare characters.
    """
    foreign = [character for character in text[:SAMPLE] if character > "\x7f"]
    common = sum(number for character, number in Counter(foreign).items() if is_common(character))
    return common / len(foreign) if foreign else 1.0


def is_common(character: str) -> bool:
    """True for common characters.

    These are punctuation, kana, Latin, Cyrillic and Arabic letters, and the 3,755 most common ideographs (GB 2312).
    """
    if not IDEOGRAPH.match(character):
        return unicodedata.category(character) not in ("Co", "Cn", "Cs")
    try:
        return b"\xb0" <= character.encode("gb2312")[:1] <= b"\xd7"
    except UnicodeEncodeError:
        return False
