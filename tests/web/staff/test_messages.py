"""What reading and checking say in English is said in Chinese to who reads Chinese: all of it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import yaml

import web.staff.messages as told_module
from tests.conftest import ROOT
from web.staff.messages import told

SPEAKING = {"Unreadable", "CannotWrite", "Failure", "error", "note", "noted"}
"""Whose texts the staff read."""


NAMED = {"text", "reason", "remedy", "note", "COPY_AGAIN"}
"""What such texts are called where they are put together first."""


def texts_of(node: ast.expr) -> Iterator[str]:
    """A text as it comes out, with X1 for each of its values."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.JoinedStr):
        yield "".join(each.value if isinstance(each, ast.Constant) else "X1" for each in node.values)


def spoken(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in SPEAKING:
            yield from (text for argument in node.args for text in texts_of(argument) if " " in text)
        elif isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") in NAMED:
            yield from (text for text in texts_of(node.value) if " " in text)


def test_each_sentence_about_a_file_is_known_in_chinese() -> None:
    rooms = ("ingest", "store", "text")
    files = [
        file for room in rooms for file in (ROOT / room).rglob("*.py") if file.name not in ("contacts.py", "offices.py")
    ]
    sentences = {text for file in files for text in spoken(file) if not text.startswith("X1")}
    assert len(sentences) > 60
    sentences = {f"{each} or sidecar." if each.endswith("front matter") else each for each in sentences}
    assert [each for each in sorted(sentences) if not re.search(r"[\u4e00-\u9fff]", told(each, "zh"))] == []


def test_values_stand_where_they_belong_and_are_translated_where_they_are_words() -> None:
    sentence = "front matter: issued is not a date: '2026-13-45'. Write it as 2026-01-31."
    assert told(sentence, "zh") == "文件开头里的“发布日期”不是日期：'2026-13-45'。请写成 2026-01-31 的样子。"
    assert told("expires on 2026-12-01. Find out whether it is prolonged or replaced.", "en").startswith("Expires on")


def test_several_sentences_are_translated_one_by_one_and_unknown_ones_stay() -> None:
    assert told("It holds no text. Page 3 is damaged (KeyError). Compare it with the original.", "zh").startswith(
        "文件里没有文字。"
    )
    assert told("Nobody foresaw this.", "zh") == "Nobody foresaw this."


def test_both_languages_speak_of_the_same_sentences() -> None:
    here = Path(told_module.__file__).parent / "locales" / "told"
    zh, en = (yaml.safe_load((here / f"{each}.yaml").read_text(encoding="utf-8")) for each in ("zh", "en"))
    assert en.keys() <= zh.keys()
    for table in (zh, en):
        for template, words in table.items():
            assert set(re.findall(r"\{\w+\}", words)) <= set(re.findall(r"\{\w+\}", template))
