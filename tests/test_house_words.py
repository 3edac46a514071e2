"""What docstrings and decisions say has its form: short, with errors and None named, newest first."""

from __future__ import annotations

import ast
import builtins
import re
from itertools import pairwise
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.test_house import FILES, name_of, parse_all

LONGEST_FIRST_LINE = 80
FEWEST_DECISIONS = 200


@pytest.fixture(scope="module")
def trees() -> dict[Path, ast.Module]:
    return parse_all()


def test_every_module_says_what_it_is(trees: dict[Path, ast.Module]) -> None:
    assert [name_of(path) for path, tree in trees.items() if not ast.get_docstring(tree)] == []


def test_the_first_line_of_a_docstring_is_short_and_says_what_a_thing_is_or_does(trees: dict[Path, ast.Module]) -> None:
    """Rule 6 of the house: "Returns …" or a noun, never a riddle that begins with a question word."""
    documented = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Module
    first_lines = [
        (name_of(path), (ast.get_docstring(node) or "").partition("\n")[0])
        for path, tree in trees.items()
        for node in ast.walk(tree)
        if isinstance(node, documented)
    ]
    riddle = re.compile("(?:What|Who(?:ever)?|Whether|How|Where|When|Why|Which|Somebody|Nobody|The same)\\b")
    assert [(name, line) for name, line in first_lines if len(line) > LONGEST_FIRST_LINE or riddle.match(line)] == []


def test_every_error_that_a_docstring_names_exists(trees: dict[Path, ast.Module]) -> None:
    names = {node.name for tree in trees.values() for node in ast.walk(tree) if isinstance(node, ast.ClassDef)}
    imported = {
        alias.asname or alias.name
        for tree in trees.values()
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    texts = ((path, path.read_text(encoding="utf-8")) for path in FILES)
    raised = (
        (name_of(path), word)
        for path, text in texts
        for sentence in re.findall(r"\bRaises ([^.:;]*)", text)
        for word in re.findall(r"\b[A-Z]\w+Error\b", sentence)
    )
    assert [each for each in raised if each[1] not in names | imported and not hasattr(builtins, each[1])] == []


def rooms() -> dict[str, list[str]]:
    """The decisions of each room, as they stand in the file."""
    text = (ROOT / "docs/decisions.md").read_text(encoding="utf-8")
    parts = re.findall(r"^## ([^\n]+)\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    one = re.compile(r"^- \*\*.*?(?=\n- \*\*|\n\n|\Z)", re.MULTILINE | re.DOTALL)
    return {name: one.findall(body) for name, body in parts}


def day_of(decision: str) -> str:
    """The first day that a decision names; "" for none."""
    found = re.search(r"\d{4}-\d{2}-\d{2}", decision)
    return found[0] if found else ""


def test_every_decision_has_its_date_and_says_what_would_change_it() -> None:
    decisions = [each for room in rooms().values() for each in room]
    assert len(decisions) > FEWEST_DECISIONS
    assert [each for each in decisions if not day_of(each)] == []
    assert [each for each in decisions if not re.search(r"\*Change\s+if\*", each)] == []


def test_the_decisions_of_a_room_stand_newest_first() -> None:
    older_above = [
        (room, below.partition("\n")[0])
        for room, decisions in rooms().items()
        for above, below in pairwise(decisions)
        if day_of(above) < day_of(below)
    ]
    assert len(rooms()) > 8 and older_above == []


def test_the_words_of_the_glossary_stand_in_the_order_of_the_alphabet() -> None:
    glossary = (ROOT / "docs/design.md").read_text(encoding="utf-8").partition("\n## Glossary\n")[2]
    words = [word.casefold() for word in re.findall(r"^\| (.+?) \|", glossary, re.MULTILINE)][2:]
    assert len(words) >= 25 and words == sorted(words)
