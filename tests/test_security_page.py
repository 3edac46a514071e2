"""SECURITY.md names each requirement of OWASP ASVS 5.0 up to level 2 once, and nothing that does not exist."""

from __future__ import annotations

import ast
import re
from collections import Counter
from functools import cache

from tests.conftest import ROOT

PAGE = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
COUNTS = """
1.1 2, 1.2 9, 1.3 11, 1.4 3, 1.5 2, 2.1 3, 2.2 3, 2.3 4, 2.4 1, 3.2 2, 3.3 4, 3.4 6, 3.5 5, 3.7 2, 4.1 3, 4.2 1, 4.3
2, 4.4 4, 5.1 1, 5.2 3, 5.3 2, 5.4 3, 6.1 3, 6.2 12, 6.3 4, 6.4 4, 6.5 5, 6.6 3, 6.8 4, 7.1 3, 7.2 4, 7.3 2, 7.4 5,
7.5 2, 7.6 2, 8.1 2, 8.2 3, 8.3 1, 8.4 1, 9.1 3, 9.2 4, 10.1 2, 10.2 2, 10.3 4, 10.4 11, 10.5 5, 10.6 2, 10.7 3, 11.1
2, 11.2 3, 11.3 3, 11.4 4, 11.5 1, 11.6 1, 12.1 3, 12.2 2, 12.3 4, 13.1 1, 13.2 5, 13.3 2, 13.4 5, 14.1 2, 14.2 4,
14.3 3, 15.1 3, 15.2 3, 15.3 7, 16.1 1, 16.2 5, 16.3 4, 16.4 3, 16.5 3, 17.1 1, 17.2 4, 17.3 2
"""
"""How many requirements of levels 1 and 2 each section of ASVS 5.0.0 has; they are numbered from 1."""


def required() -> list[str]:
    sections = (each.split() for each in COUNTS.split(","))
    return [f"{section}.{number}" for section, count in sections for number in range(1, int(count) + 1)]


@cache
def names_in(file: str) -> set[str]:
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}


def test_each_requirement_stands_in_the_checklist_once() -> None:
    named = Counter(re.findall(r"\b\d+\.\d+\.\d+\b", PAGE.partition("## OWASP")[2]))
    assert named == Counter(required())


def test_each_line_says_whether_it_is_met_and_by_what() -> None:
    rows = re.findall(r"^\| (\d[\d., ]*) \|.*\| (.*?) \| (.*) \|$", PAGE, re.MULTILINE)
    assert len(rows) > 100
    assert {state for _, state, _ in rows} == {"met", "part", "**not met**"}
    assert [number for number, state, by in rows if state == "met" and "`" not in by and "above" not in by] == []


def test_each_test_and_file_that_is_named_exists() -> None:
    named = [each for each in re.findall(r"`([^`\s]+)`", PAGE) if re.search(r"\w/\w|\.(py|toml|md)\b", each)]
    assert len(named) > 120
    tests = [each for each in named if "::" in each]
    gone = [each for each in tests if each.partition("::")[2] not in names_in(each.partition("::")[0])]
    gone += [each for each in named if "::" not in each and not each.startswith("/") and not (ROOT / each).exists()]
    assert gone == []
