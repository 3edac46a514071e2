"""What docstrings and decisions say has its form: short, with errors and None named, newest first."""

from __future__ import annotations

import ast
import builtins
import re
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.test_house import FILES, name_of, parse_all

LONGEST_FIRST_LINE, LONGEST_OF_A_CONSTANT = 80, 110
FEWEST_CONSTANTS = 900
RIDDLE = re.compile("(?:What|Who(?:ever)?|Whether|How|Where|When|Why|Which|Somebody|Nobody|The same)\\b")
FEWEST_DECISIONS = 200
NO_FIGURE = re.compile(r"`[^`]*`|\"[^\"]*\"|\]\([^)]*\)|\b20\d\d-\d\d-\d\d\b|\b(?:GB|Order|E\.)\s*\d+|\d+(?:\.\d+){2,}")
"""What has digits and measures nothing: code, quotations, addresses, days, names of standards, orders and versions."""


Function = ast.FunctionDef | ast.AsyncFunctionDef


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
    assert [(name, line) for name, line in first_lines if len(line) > LONGEST_FIRST_LINE or RIDDLE.match(line)] == []


def constants_said(tree: ast.Module) -> Iterator[str]:
    """The first lines of texts below assignments, which say what a constant or a field is."""
    for node in ast.walk(tree):
        body = node.body if isinstance(node, ast.Module | ast.ClassDef | Function) else []
        for above, text in pairwise(body):
            match above, text:
                case ast.Assign() | ast.AnnAssign(), ast.Expr(ast.Constant(str(said))):
                    yield said.strip().partition("\n")[0]


def test_what_a_constant_is_is_said_in_a_short_first_line_too(trees: dict[Path, ast.Module]) -> None:
    """They come closer to their names, and have figures in them, so they may be longer."""
    lines = [(name_of(path), line) for path, tree in trees.items() for line in constants_said(tree)]
    assert len(lines) > FEWEST_CONSTANTS
    assert [(name, line) for name, line in lines if len(line) > LONGEST_OF_A_CONSTANT or RIDDLE.match(line)] == []


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


def public_functions(tree: ast.Module) -> Iterator[Function]:
    """Functions and methods that others call; a route says its errors in its decorator."""
    for home in (tree, *(node for node in tree.body if isinstance(node, ast.ClassDef))):
        for node in home.body:
            if isinstance(node, Function) and not node.name.startswith("_"):
                decorators = {ast.unparse(each).partition("(")[0] for each in node.decorator_list}
                if not any(each.startswith("routes.") for each in decorators):
                    yield node


def raised(statements: Iterable[ast.AST]) -> Iterator[str]:
    """The names of errors that leave these statements, without those that a `try` around them catches."""
    for node in statements:
        if isinstance(node, ast.Raise) and node.exc:
            yield ast.unparse(node.exc.func if isinstance(node.exc, ast.Call) else node.exc).rpartition(".")[2]
        elif isinstance(node, ast.Try):
            caught = {
                name for each in node.handlers if each.type for name in re.findall(r"\w+", ast.unparse(each.type))
            }
            yield from (each for each in raised(node.body) if not caught & ancestors(each))
            yield from raised([*node.handlers, *node.orelse, *node.finalbody])
        elif not isinstance(node, Function | ast.ClassDef | ast.Lambda):
            yield from raised(ast.iter_child_nodes(node))


@cache
def bases() -> dict[str, list[str]]:
    """The names of the classes that each class of ours is made from."""
    classes = (node for tree in parse_all().values() for node in ast.walk(tree) if isinstance(node, ast.ClassDef))
    return {node.name: [ast.unparse(base).rpartition(".")[2] for base in node.bases] for node in classes}


def ancestors(name: str) -> set[str]:
    """A class with all those that it is made from."""
    known = getattr(builtins, name, None)
    if isinstance(known, type):
        return {each.__name__ for each in known.__mro__}
    return {name}.union(*(ancestors(base) for base in bases().get(name, [])))


def unsaid(function: Function) -> list[str]:
    """None and our own errors, where a function gives them and its docstring does not name them."""
    said, returns = ast.get_docstring(function) or "", ast.unparse(function.returns) if function.returns else ""
    given = ["None"] if returns.endswith("| None") else []
    given += sorted({each for each in raised(function.body) if each in bases() and "Exception" in ancestors(each)})
    return [each for each in given if each not in said]


def test_a_function_that_gives_none_or_raises_an_error_of_ours_says_so(trees: dict[Path, ast.Module]) -> None:
    silent = [
        f"{name_of(path)}:{function.name} does not say {', '.join(left)}"
        for path, tree in trees.items()
        for function in public_functions(tree)
        if (left := unsaid(function))
    ]
    assert silent == []


@pytest.mark.parametrize(
    ("source", "left"),
    [
        ("def find() -> str | None:\n    return None", ["None"]),
        ('def find() -> str | None:\n    """A text, or None."""\n    return None', []),
        ("def find() -> str:\n    if True:\n        raise MessageError('a')", ["MessageError"]),
        ("def find() -> str:\n    try:\n        raise MessageError('a')\n    except MessageError:\n        pass", []),
        (
            "def find() -> str:\n    try:\n        raise MessageError('a')\n    except OSError:\n        pass",
            ["MessageError"],
        ),
        ("def find() -> str:\n    raise ValueError", []),
    ],
)
def test_what_a_function_leaves_unsaid_is_found(source: str, left: list[str]) -> None:
    [function] = public_functions(ast.parse(source))
    assert unsaid(function) == left


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


def is_measured(decision: str) -> bool:
    """Checks that a decision has a figure, or says that nothing was measured."""
    words = re.sub(r"\s+", " ", decision).partition("*Change if*")[0]
    return "Not measured" in words or bool(re.search(r"(?<![\w-])\.?\d", NO_FIGURE.sub(" ", words)))


def test_every_decision_has_its_date_and_says_what_would_change_it() -> None:
    decisions = [each for room in rooms().values() for each in room]
    assert len(decisions) > FEWEST_DECISIONS
    assert [each for each in decisions if not day_of(each)] == []
    assert [each for each in decisions if not re.search(r"\*Change\s+if\*", each)] == []


def test_every_decision_has_a_figure_or_says_that_nothing_was_measured() -> None:
    decisions = [each for room in rooms().values() for each in room]
    assert [each for each in decisions if not is_measured(each)] == []


@pytest.mark.parametrize(
    ("said", "measured"),
    [
        ("(2026-11-30, `s3.py`): 3 of 4 were right. *Change if* it falls.", True),
        ("(2026-11-30): .70 were right. *Change if* it falls.", True),
        ("(2026-11-30): Not\n  measured: a choice. *Change if* somebody asks.", True),
        ('(2026-11-30, `limit(8)`): as GB 2312, SHA-256 and "after 5 days" say. *Change\n  if* 5 ask.', False),
        ("(2026-11-30): better ([why](quality-2.md)), with version 1.5.9. *Change if* it is not.", False),
    ],
)
def test_a_decision_without_a_figure_is_found(said: str, measured: bool) -> None:
    assert is_measured(f"- **A rule** {said}") is measured


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
