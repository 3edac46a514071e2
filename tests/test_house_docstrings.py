"""Docstrings of public functions say on lines of their own when there is None, what is raised, and which shape."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.test_house import FILES, name_of, parse_all

Function = ast.FunctionDef | ast.AsyncFunctionDef
ARRAY = re.compile(r"\b(NDArray|ndarray|Vectors|Matrix)\b")
SHAPE = re.compile(r"`\(\w*,[\w, ]*\)`|`\(\w+\)`")


def public_functions(tree: ast.AST, inside: str = "") -> Iterator[tuple[str, Function]]:
    """The functions of a module and the methods of its classes, without those that begin with an underscore."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            yield from public_functions(node, f"{inside}{node.name}.")
        if isinstance(node, Function) and not node.name.startswith("_"):
            yield f"{inside}{node.name}", node


def own_nodes(function: Function) -> Iterator[ast.AST]:
    """The nodes of a function without those of the functions and classes in it."""
    waiting: list[ast.AST] = [*function.body]
    while waiting:
        node = waiting.pop()
        if not isinstance(node, Function | ast.ClassDef | ast.Lambda):
            yield node
            waiting += ast.iter_child_nodes(node)


def may_return_none(function: Function) -> bool:
    """Checks that an annotation has None as one of several values."""
    returned = "" if function.returns is None else ast.unparse(function.returns)
    return returned != "None" and bool(re.search(r"(^|\| )None\b(?!.*\])|^None \|", returned))


def does_raise(function: Function) -> bool:
    return any(isinstance(node, ast.Raise) and node.exc is not None for node in own_nodes(function))


def gives_array(function: Function) -> bool:
    return function.returns is not None and bool(ARRAY.search(ast.unparse(function.returns)))


def faults(name: str, function: Function) -> Iterator[str]:
    """What the docstring of a function does not say."""
    said = ast.get_docstring(function)
    if said is None:
        yield f"{name}: no docstring"
        return
    lines = [line.strip() for line in said.splitlines()]
    if may_return_none(function) and not any(line.startswith("None") for line in lines):
        yield f"{name}: no line that begins with 'None' and says when"
    if does_raise(function) and not any(line.startswith("Raises ") for line in lines):
        yield f"{name}: no line that begins with 'Raises'"
    if gives_array(function) and not SHAPE.search(said):
        yield f"{name}: no shape such as `(n, dim)`"


def faults_of(path: Path) -> list[str]:
    functions = public_functions(parse_all()[path])
    return [f"{name_of(path)}:{each.lineno} {fault}" for name, each in functions for fault in faults(name, each)]


@pytest.mark.parametrize("room", sorted({name_of(path).partition("/")[0] for path in FILES}))
def test_docstrings_say_when_there_is_none_what_is_raised_and_which_shape(room: str) -> None:
    found = [fault for path in FILES if name_of(path).partition("/")[0] == room for fault in faults_of(path)]
    assert found == []


@pytest.mark.parametrize(
    ("source", "lacking"),
    [
        ("def find(a: str) -> int | None:\n    '''Finds it.'''", "None"),
        ("def find(a: str) -> int | None:\n    '''Finds it.\n\n    None if there is none.\n    '''", ""),
        ("def find(a: str) -> dict[str, int | None]:\n    '''Finds them.'''", ""),
        ("def read(a: str) -> int:\n    '''Reads it.'''\n    raise ValueError(a)", "Raises"),
        ("def read(a: str) -> int:\n    '''Reads it.\n\n    Raises ValueError.\n    '''\n    raise ValueError(a)", ""),
        ("def embed(a: str) -> Vectors:\n    '''Embeds it.'''", "shape"),
        ("def embed(a: str) -> Vectors:\n    '''Returns vectors, `(n, dim)`.'''", ""),
        ("def run() -> None:\n    pass", "no docstring"),
    ],
)
def test_the_rule_finds_what_a_docstring_lacks(source: str, lacking: str) -> None:
    (name, function), *_ = public_functions(ast.parse(source))
    assert (lacking in "".join(faults(name, function))) if lacking else [*faults(name, function)] == []
