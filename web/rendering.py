"""Jinja environment: every value is escaped unless it is safe Markdown."""

from __future__ import annotations

from pathlib import Path

from jinja2 import BaseLoader, ChoiceLoader, Environment, FileSystemLoader, PrefixLoader, StrictUndefined
from markupsafe import Markup

from text.boundaries import shorten
from web.chinese_runs import mark_chinese
from web.i18n import direction
from web.official_sites import is_home_page, link_label

HERE = Path(__file__).parent


def templates_of(folder: Path) -> BaseLoader:
    """Finds `name.html` in `templates/`, `section/name.html` in those of a section."""
    sections = {each.parent.name: FileSystemLoader(each) for each in folder.glob("*/templates")}
    return ChoiceLoader([PrefixLoader(sections), FileSystemLoader(folder / "templates")])


ENVIRONMENT = Environment(
    autoescape=True,
    loader=ChoiceLoader(
        [
            FileSystemLoader([HERE / "chat" / "templates", HERE / "sources" / "templates"]),
            PrefixLoader({each: templates_of(HERE / each) for each in ("staff", "api")}),
        ]
    ),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)

ENVIRONMENT.globals["direction"] = direction
ENVIRONMENT.globals["link_label"] = link_label
ENVIRONMENT.tests["home_page"] = is_home_page
ENVIRONMENT.filters["chinese_marked"] = mark_chinese
ENVIRONMENT.filters["shortened"] = shorten


def render(name: str, /, **values: object) -> Markup:
    """Renders the template `name`.html with `values`, safe to put into a page."""
    return Markup(ENVIRONMENT.get_template(f"{name}.html").render(**values))  # noqa: S704
