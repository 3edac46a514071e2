"""The house keeps its order: small rooms, small files, the field's names; see docs/design.md."""

from __future__ import annotations

import ast
import builtins
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from functools import cache
from graphlib import TopologicalSorter
from itertools import takewhile
from pathlib import Path

import pytest

from tests.conftest import ROOT
from text.catalog import ANSWER_LANGUAGES, SERVICE_LANGUAGES, STAFF_LANGUAGES, read

PACKAGES = ("text", "store", "ingest", "records", "bot", "web", "evals", "training")
MOST_MODULES, MOST_LINES, MOST_LINES_OF_A_FUNCTION = 18, 250, 40
NAMES_TWICE = ("web", "evals")
"""Packages whose folders are rooms of their own: a name may be given again in another folder."""
CONVENTIONS = {"main", "report", "router", "tables"}
"""Names by which the modules of a kind are called: commands, routes of a section, measurements."""
NAMES_OF_OTHERS = {"id", "type", "input", "format"}
"""Builtins whose names stored data, forms, JSON and signatures of libraries have."""
CALLED_BY_NAME = ("web/chat/events.py", "open")
"""Gradio makes an address of a function's name; pages that are open in browsers call it."""
MEASURED_APART = "evals/speed"
"""Peers are measured by programs of their own, which have the same functions by convention."""
LANGUAGE_FOLDERS = ("text/lexicon", "bot/locales", "web/locales")
"""Folders with one file for each language of the service."""
WITHOUT_A_PAGE = (["bot/locales"], ["text/lexicon", "bot/locales"])
"""What a language of answers may have: the bot's own words, with or without a word list."""
PARTICIPLE = re.compile(
    r"(?!embed|need|feed|speed|exceed|proceed)\w+ed|sent|told|drawn|held|kept|made|given|known|left|lost|found|shown"
    "|written|spoken|said|taken|seen|heard|built|begun|done|gone|laid|met|paid|brought|thought|felt|meant|led|hidden"
    "|chosen|broken|frozen|grown|bound|worn|torn|hung"
)
"""First words of function names that say in which state a value is and not what the function does."""
PARTICIPLES_LEFT = 1
FILES = sorted([*ROOT.glob("*.py"), *(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))])
Defined = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


@cache
def parse_all() -> dict[Path, ast.Module]:
    return {path: ast.parse(path.read_text(encoding="utf-8")) for path in FILES}


@pytest.fixture(scope="module")
def trees() -> dict[Path, ast.Module]:
    return parse_all()


def test_no_package_has_more_modules_than_can_be_seen_at_once() -> None:
    sizes = Counter(path.parent for path in FILES if not path.name.startswith("__"))
    assert {name_of(folder): size for folder, size in sizes.items() if size > MOST_MODULES} == {}


def test_no_file_is_longer_than_can_be_read_at_once() -> None:
    sent = (path for path in (ROOT / "web").rglob("*.*") if path.suffix in {".css", ".js"})
    lengths = {name_of(path): len(path.read_text(encoding="utf-8").splitlines()) for path in [*FILES, *sent]}
    assert {name: length for name, length in lengths.items() if length > MOST_LINES} == {}


def test_no_function_is_longer_than_a_screen(trees: dict[Path, ast.Module]) -> None:
    def length(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
        """Lines of a function without those of the functions in it, such as the routes of a router."""
        inner = (each for each in node.body if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef))
        return int(node.end_lineno or 0) - node.lineno + 1 - sum(map(length, inner))

    functions = (
        (f"{name_of(path)}:{node.name}", length(node))
        for path, tree in trees.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    )
    assert {name: size for name, size in functions if size > MOST_LINES_OF_A_FUNCTION} == {}


def test_packages_hold_no_logic_of_their_own(trees: dict[Path, ast.Module]) -> None:
    def is_logic(node: ast.stmt) -> bool:
        return isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.If | ast.For)

    files = (path for path in FILES if path.name == "__init__.py")
    assert [name_of(path) for path in files if any(map(is_logic, trees[path].body))] == []


def top_level(tree: ast.Module) -> Iterator[Defined]:
    return (node for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef))


def test_errors_are_called_errors(trees: dict[Path, ast.Module]) -> None:
    classes = {
        node.name: [ast.unparse(base).rpartition(".")[2] for base in node.bases]
        for tree in trees.values()
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
    }

    def is_error(name: str) -> bool:
        known = getattr(builtins, name, None)
        if isinstance(known, type):
            return issubclass(known, BaseException)
        return any(is_error(base) for base in classes.get(name, []))

    assert [name for name in classes if is_error(name) and not name.endswith("Error")] == []


def given_names(tree: ast.Module) -> Iterator[str]:
    """The names of functions, classes, parameters, variables, fields and attributes."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.arg):
            yield node.arg
        elif isinstance(node, ast.Name | ast.Attribute) and isinstance(node.ctx, ast.Store):
            yield node.id if isinstance(node, ast.Name) else node.attr


def test_nothing_takes_the_name_of_a_builtin(trees: dict[Path, ast.Module]) -> None:
    taken = {(name_of(path), name) for path, tree in trees.items() for name in given_names(tree)}
    taken = {each for each in taken if hasattr(builtins, each[1]) and not each[1].startswith("__")}
    assert sorted(each for each in taken if each[1] not in NAMES_OF_OTHERS) == [CALLED_BY_NAME]


def given_twice(trees: dict[Path, ast.Module]) -> dict[tuple[str, str], list[str]]:
    """The files of each room and name that more than one of its functions and classes has."""
    homes: dict[tuple[str, str], list[str]] = defaultdict(list)
    for path, tree in trees.items():
        package = path.relative_to(ROOT).parts[0]
        room = name_of(path.parent) if package in NAMES_TWICE else package
        for node in top_level(tree):
            homes[room, node.name].append(name_of(path))
    return {name: files for name, files in homes.items() if len(files) > 1 and name[1] not in CONVENTIONS}


def test_no_function_or_class_has_the_name_of_another_in_its_room(trees: dict[Path, ast.Module]) -> None:
    assert {name: files for (room, name), files in given_twice(trees).items() if room != MEASURED_APART} == {}


def participles(trees: dict[Path, ast.Module]) -> list[str]:
    """Functions whose first word is a participle, without properties, which are values."""
    functions = (
        (path, node)
        for path, tree in trees.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        if not any("property" in ast.unparse(each) for each in node.decorator_list)
    )
    first_words = ((f"{name_of(path)}:{node.name}", node.name.strip("_").partition("_")[0]) for path, node in functions)
    return [name for name, word in first_words if PARTICIPLE.fullmatch(word)]


def test_functions_are_verbs_and_participles_become_fewer(trees: dict[Path, ast.Module]) -> None:
    """The number goes down with each that is renamed, and never up: 340 on 2026-11-30, before the first."""
    assert len(participles(trees)) <= PARTICIPLES_LEFT, "\n".join(participles(trees))


def imports(trees: dict[Path, ast.Module]) -> dict[str, set[str]]:
    """The modules that each module imports, also where only types are checked."""
    modules = {name_of(path).removesuffix(".py").replace("/", "."): tree for path, tree in trees.items()}
    modules = {name.removesuffix(".__init__"): tree for name, tree in modules.items()}

    def named(node: ast.AST) -> Iterator[str]:
        if isinstance(node, ast.Import):
            yield from (each.name for each in node.names)
        if isinstance(node, ast.ImportFrom) and node.module:
            for each in node.names:
                inner = f"{node.module}.{each.name}"
                yield inner if inner in modules else node.module

    return {
        name: {found for node in ast.walk(tree) for found in named(node) if found in modules} - {name}
        for name, tree in modules.items()
    }


def test_no_files_import_each_other_in_a_circle(trees: dict[Path, ast.Module]) -> None:
    TopologicalSorter(imports(trees)).prepare()  # raises CycleError, which names the circle


def test_no_neighbours_import_each_other_in_a_circle(trees: dict[Path, ast.Module]) -> None:
    """In each folder, the folders in it count as wholes beside its files."""
    neighbours: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for importing, imported in ((name, each) for name, found in imports(trees).items() for each in found):
        one, other = importing.split("."), imported.split(".")
        shared = len([*takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False))])
        if shared < min(len(one), len(other)):  # else one is the package of the other
            home = ".".join(one[:shared])
            neighbours[home][one[shared]].add(other[shared])
    assert {"", "web", "web.staff"} <= neighbours.keys()
    for graph in neighbours.values():
        TopologicalSorter(graph).prepare()


def begun_languages() -> list[str]:
    """All languages that the list or any file names."""
    files = (path for folder in LANGUAGE_FOLDERS for path in (ROOT / folder).glob("*.yaml"))
    return sorted({*SERVICE_LANGUAGES, *(path.stem for path in files)})


def files_of(language: str) -> list[str]:
    """Folders in which a language has a file."""
    return [folder for folder in LANGUAGE_FOLDERS if (ROOT / folder / f"{language}.yaml").is_file()]


def what_lacks(language: str) -> list[str]:
    """What must be done until a language is complete, in sentences; a language of answers needs no page."""
    if language in ANSWER_LANGUAGES and files_of(language) in WITHOUT_A_PAGE:
        return []
    files = [f"{folder}/{language}.yaml" for folder in LANGUAGE_FOLDERS]
    lacking = [f"Write {file}." for file in files if not (ROOT / file).is_file()]
    if language not in SERVICE_LANGUAGES:
        lacking.append(f"Name {language} in SERVICE_LANGUAGES of text/catalog.py.")
    for staff in STAFF_LANGUAGES:
        file = f"web/staff/locales/{staff}/log.yaml"
        known = read(ROOT / file)
        needed = (key.removesuffix("en") + language for key in known if key.endswith("_en"))
        lacking += [f"Add {key} to {file}." for key in needed if key not in known]
    return lacking


@pytest.mark.parametrize("language", begun_languages())
def test_a_language_that_was_begun_is_complete(language: str) -> None:
    lacking = what_lacks(language)
    assert not lacking, "\n".join((f"The language {language} is not complete.", *lacking))


def test_of_a_new_language_is_said_what_it_lacks() -> None:
    said = what_lacks("xx")
    assert said[:3] == ["Write text/lexicon/xx.yaml.", "Write bot/locales/xx.yaml.", "Write web/locales/xx.yaml."]
    assert "Name xx in SERVICE_LANGUAGES of text/catalog.py." in said
    assert "Add detail.answer_xx to web/staff/locales/en/log.yaml." in said


def test_make_check_runs_these_tests_and_ci_runs_them_once_with_all_others() -> None:
    makefile, ci = ((ROOT / name).read_text(encoding="utf-8") for name in ("Makefile", ".ci/run"))
    recipes = dict(re.findall(r"^([\w-]+):.*\n((?:\t.*\n)+)", makefile, re.MULTILINE))
    assert re.search(r"^check: lint\b", makefile, re.MULTILINE) and "lint-imports" in recipes["lint"]
    assert re.search(r"pytest .*tests/test_house\*\.py", recipes["check"])
    assert "make lint" in ci and "make test" in ci and "make check" not in ci


def palettes(file: str) -> list[dict[str, str]]:
    """The colours that a style sheet names, for light and for dark."""
    blocks = re.findall(r"(?::root|\.dark) \{\n(.*?)\}", (ROOT / file).read_text(encoding="utf-8"), re.DOTALL)
    return [dict(re.findall(r"(--[\w-]+): (#\w+);", block)) for block in blocks]


def test_chat_page_and_staff_pages_have_the_same_colours() -> None:
    """They switch to dark in different ways, so each names the colours itself."""
    chat, staff = palettes("web/chat/static/styles/page.css"), palettes("web/staff/static/staff.css")
    assert len(chat) == len(staff) == 2
    for ours, theirs in zip(chat, staff, strict=True):
        assert len(ours) > 15 and ours == {name: colour for name, colour in theirs.items() if name != "--on-tide"}
