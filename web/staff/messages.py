"""What reading and checking say of a document, in the language of the page and in the words of a clerk."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import yaml

SENTENCE = re.compile(r"(?<=[.?]) (?=[A-Z])")
VALUE = re.compile(r"\\{(\w+)\\}")
"""A value's place in a template that was escaped to be a pattern."""


def told(sentence: str, language: str) -> str:
    """A sentence of `ingest`, or several, in one of the languages of the staff pages; as it is where none is known."""
    if whole := known(sentence, language):
        return whole
    parts = [known(part, language) or part for part in SENTENCE.split(sentence)]
    joined = ("" if language == "zh" else " ").join(parts) if len(parts) > 1 else sentence
    return joined[:1].upper() + joined[1:]


def known(sentence: str, language: str) -> str:
    """What `locales/told/LANGUAGE.yaml` has for a sentence, with its values translated too; empty for others."""
    for pattern, words in patterns(language):
        if found := pattern.fullmatch(sentence):
            values = {name: known(value, language) or value for name, value in found.groupdict().items()}
            return words.format(**values)
    return ""


@cache
def patterns(language: str) -> list[tuple[re.Pattern[str], str]]:
    """What a sentence must look like, with what to say instead; the most particular first."""
    file = Path(__file__).parent / "locales" / "told" / f"{language}.yaml"
    table: dict[str, str] = yaml.safe_load(file.read_text(encoding="utf-8"))
    longest_first = sorted(table, key=lambda template: -len(re.sub(r"\{\w+\}", "", template)))
    return [(pattern(template), table[template]) for template in longest_first]


def pattern(template: str) -> re.Pattern[str]:
    return re.compile(VALUE.sub(r"(?P<\1>.+?)", re.escape(template)), re.DOTALL)
