"""A section of the staff pages lies in one folder: its routes, templates, styles, scripts and texts."""

from __future__ import annotations

import re
from collections import defaultdict

import pytest

from tests.conftest import ROOT
from tests.support.staff_desk import StaffDesk
from text.catalog import STAFF_LANGUAGES

STAFF = ROOT / "web" / "staff"
SECTIONS = {path.parent.name for path in STAFF.glob("*/routes.py")}
SHARED_BY_ALL = "everything beside the sections"
STATIC = sorted([*STAFF.glob("static/*"), *STAFF.glob("*/static/*")])
TEXTS = {f"{language}.yaml" for language in STAFF_LANGUAGES}
TEMPLATE = re.compile(r'"(?:staff/)?([\w/]+?)(?:\.html)?"')
"""What may be the name of a template, in Python or in another template."""
ADDRESS = re.compile(r"/static/([\w.]+)")


def used_by(pattern: re.Pattern[str]) -> dict[str, set[str]]:
    """The sections that name each thing; SHARED_BY_ALL if a file beside the sections does."""
    users: dict[str, set[str]] = defaultdict(set)
    for path in (path for path in STAFF.rglob("*") if path.suffix in (".py", ".html")):
        folder = path.relative_to(STAFF).parts[0]
        for name in pattern.findall(path.read_text(encoding="utf-8")):
            users[name].add(folder if folder in SECTIONS else SHARED_BY_ALL)
    return users


@pytest.mark.parametrize("kind", ["templates", "static", "locales"])
def test_each_section_keeps_what_belongs_to_it_in_its_folder(kind: str) -> None:
    assert {path.parent.name for path in STAFF.glob(f"*/{kind}")} <= SECTIONS
    apart = [path for path in (STAFF / kind).rglob("*") if {path.name, path.stem} & SECTIONS]
    assert apart == []


def test_what_is_shared_is_not_for_one_section_only() -> None:
    templates, static = used_by(TEMPLATE), used_by(ADDRESS)
    shared = {path.stem: templates[path.stem] for path in STAFF.glob("templates/*")}
    shared |= {path.name: static[path.name] for path in STAFF.glob("static/*")}
    assert {name: users for name, users in shared.items() if len(users) < 2 and users <= SECTIONS} == {}


def test_each_section_with_templates_has_its_texts_in_both_languages() -> None:
    with_templates = {path.parent.name for path in STAFF.glob("*/templates")}
    texts = {name: {path.name for path in (STAFF / name / "locales").glob("*")} for name in with_templates}
    assert len(texts) > 10 and {name: files for name, files in texts.items() if files != TEXTS} == {}


def test_styles_and_scripts_of_all_sections_have_one_address_and_nothing_else_has(desk: StaffDesk) -> None:
    assert len({path.name for path in STATIC}) == len(STATIC) > 10
    for path in STATIC:
        answer = desk.client.get(f"static/{path.name}")
        assert (answer.status_code, answer.content) == (200, path.read_bytes()), path
    for away in ("routes.py", "zh.yaml", "list.html", "%2e%2e/routes.py", "%2e%2e/locales/zh.yaml"):
        assert desk.client.get(f"static/{away}").status_code == 404, away
