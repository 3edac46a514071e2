"""What reading and checking say of a document, in the language of the page: they speak English."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import yaml

CHINESE = "zh"
SENTENCE = re.compile(r"(?<=[.?]) (?=[A-Z])")
VALUE = re.compile(r"\\{(\w+)\\}")
"""A value's place in a template that was escaped to be a pattern."""


def told(sentence: str, language: str) -> str:
    """A sentence, or several, in one of the languages of the staff pages. What has no translation stays English."""
    if language != CHINESE:
        return sentence[:1].upper() + sentence[1:]
    if whole := in_chinese(sentence):
        return whole
    parts = SENTENCE.split(sentence)
    return "".join(in_chinese(part) or part for part in parts) if len(parts) > 1 else sentence


def in_chinese(sentence: str) -> str:
    """The Chinese of what `told.yaml` knows, with its values, which it may know too; empty for anything else."""
    for pattern, chinese in patterns():
        if found := pattern.fullmatch(sentence):
            return chinese.format(**{name: told(value, CHINESE) for name, value in found.groupdict().items()})
    return ""


@cache
def patterns() -> list[tuple[re.Pattern[str], str]]:
    """What a sentence must look like, with its Chinese; the most particular first."""
    table: dict[str, str] = yaml.safe_load((Path(__file__).parent / "told.yaml").read_text(encoding="utf-8"))
    longest_first = sorted(table, key=lambda template: -len(re.sub(r"\{\w+\}", "", template)))
    return [(pattern(template), table[template]) for template in longest_first]


def pattern(template: str) -> re.Pattern[str]:
    return re.compile(VALUE.sub(r"(?P<\1>.+?)", re.escape(template)), re.DOTALL)
