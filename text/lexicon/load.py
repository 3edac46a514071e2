"""Reads the words of all languages and makes patterns of them.

The notation is described at the top of `en.yaml`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import groupby
from pathlib import Path
from types import MappingProxyType

import yaml

from text.catalog import LOADER
from text.scripts import IDEOGRAPHS

FOLDER = Path(__file__).parent
WHOLE = (r"\b", r"\b")
"""Patterns before and behind a whole word."""
WHOLE_AMONG_JOINED = (rf"(?<![^\W\d_{IDEOGRAPHS}])", rf"(?![^\W\d_{IDEOGRAPHS}])")
"""Patterns before and behind a whole word in languages that join words.

They write no spaces, or join words such as the article to the next: no letter stands beside it.
"""
CONTEXT = re.compile(r"^(?:!\[([^\]]*)\])?(.*?)(?:!\[([^\]]*)\])?$")
"""A phrase, and the words that must not stand before or after it."""
TOKEN = re.compile(r"(?P<apart> )?…(?P<gap>\d+) ?|(?P<sign>[*+()\[\]|])|(?P<text>(?:(?! …)[^…*+()\[\]|!])+)")
SIGNS = {"[": "(?:", "(": "(?:", "]": ")", "|": "|", "*": r"\w*", "+": r"\w+"}


@cache
def languages() -> tuple[str, ...]:
    """Returns the codes of the languages that have a file."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.yaml")))


def other_languages(*left_out: str) -> tuple[str, ...]:
    """Returns the languages that have a file, without those named."""
    return tuple(language for language in languages() if language not in left_out)


@cache
def entries(language: str) -> Mapping[str, str]:
    """Returns the words of a language as in its file, by `section.key`.

    "" for a key that the language lacks.
    """
    found = read_word_list(language)
    return MappingProxyType(found if language == "en" else dict.fromkeys(entries("en"), "") | found)


def read_word_list(language: str) -> dict[str, str]:
    """Returns the words in the file of a language, by `section.key`.

    A language of answers only may have a few keys.
    """
    sections = yaml.load((FOLDER / f"{language}.yaml").read_bytes(), Loader=LOADER)  # noqa: S506 (safe)
    return {f"{section}.{key}": str(words or "") for section, keys in sections.items() for key, words in keys.items()}


def keys(section: str) -> tuple[str, ...]:
    """Returns the keys of a section, without its name, in the order of `en.yaml`."""
    return tuple(key.partition(".")[2] for key in entries("en") if key.startswith(f"{section}."))


def phrases(key: str, *only: str) -> Iterator[tuple[str, str]]:
    """Yields each phrase of a key with its language, of all languages or of some."""
    for language in only or languages():
        yield from ((each, language) for each in entries(language)[key].split(", ") if each)


def words(key: str, *only: str) -> tuple[str, ...]:
    """Returns the phrases of a key as plain words, for keys that use no notation."""
    return tuple(phrase for phrase, _ in phrases(key, *only))


@cache
def pattern(*keys: str) -> re.Pattern[str]:
    """Returns a pattern of the phrases of some keys, in all languages and either case."""
    return re.compile("|".join(filter(None, map(alternatives, keys))), re.IGNORECASE)


@cache
def alternatives(key: str, *only: str) -> str:
    """Returns the source of a pattern of the phrases of one key.

    It is to be put into a larger pattern.
    """
    parts = [expression(phrase, language) for phrase, language in phrases(key, *only)]
    return "|".join(
        f"{before}{inner[0]}{after}" if len(inner) == 1 else f"{before}(?:{'|'.join(inner)}){after}"
        for (before, after), group in groupby(parts, key=lambda part: part[::2])
        for inner in [[body for _, body, _ in group]]
    )


def bodies(key: str, *only: str) -> str:
    """Returns `alternatives` without the patterns before and behind each phrase.

    For patterns that say themselves what stands there.
    """
    return "|".join(sources(key, *only))


def sources(key: str, *only: str) -> tuple[str, ...]:
    """Returns the patterns of a key in the order of `words`, as `bodies` has them."""
    return tuple(expression(phrase, language)[1] for phrase, language in phrases(key, *only))


def without_context(phrase: str) -> str:
    """Returns a phrase without what must not stand before or behind it."""
    return CONTEXT.sub(r"\2", phrase)


def bodies_across_lines(key: str, *only: str) -> str:
    """Returns `bodies` for printed texts, where a line may end between two words."""
    return bodies(key, *only).replace(" ", r"\s+")


def expression(phrase: str, language: str) -> tuple[str, str, str]:
    """Returns the patterns before a phrase, of the phrase, and behind it."""
    before, after = WHOLE
    if entries(language)["language.words"] == "joined":
        before, after = WHOLE_AMONG_JOINED if phrase.startswith('"') else ("", "")
    refused, body, refused_behind = re.findall(CONTEXT, phrase.strip('"'))[0]
    if body.startswith("*"):
        before, body = "", body[1:]
    if body.endswith("*"):
        after, body = "", body[:-1]
    ahead = f"(?!{body_of(refused_behind)})" if refused_behind else ""
    behind = "".join(f"(?<!{re.escape(each)})" for each in refused.split("|") if each)
    inner = f"(?-i:{body_of(body[1:])})" if body.startswith("=") else body_of(body)
    return before, f"{behind}{inner}{ahead}", after


def body_of(notation: str) -> str:
    """Returns the pattern of a phrase without its edges.

    Raises ValueError if the notation cannot be read.
    """
    source: list[str] = []
    opened: list[int] = []
    rest = notation
    while match := TOKEN.match(rest):
        rest, sign = rest[match.end() :], match["sign"]
        if sign == "(":
            opened.append(len(source))
        if sign == ")":
            rest = optional(source, opened.pop(), rest)
        elif match["gap"]:
            edge = r"\b" if match["apart"] else ""
            source.append(f"{edge}.{{0,{match['gap']}}}{edge}")
        else:
            source.append(SIGNS[sign] if sign else re.escape(match["text"]).replace("\\ ", " "))
    if rest:
        raise ValueError(f"{notation} cannot be read from {rest} on")
    return "".join(source)


def optional(source: list[str], start: int, rest: str) -> str:
    """Closes the optional part that began at `start`; returns the rest to read.

    One space beside the part becomes optional with it.
    """
    is_apart = not start or source[start - 1].endswith((" ", "(?:", "|", ") )?"))
    if is_apart and rest.startswith(" "):
        source[start], end, rest = "(?:(?:", ") )?", rest[1:]
    elif start and source[start - 1].endswith(" ") and rest[:1] in {"", "|", "]", ")"}:
        source[start - 1] = source[start - 1][:-1]
        source[start], end = "(?: (?:", "))?"
    else:
        end = ")?"
    source.append(end)
    return rest
