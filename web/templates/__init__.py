"""The HTML of the page as Jinja templates: every value is escaped unless it is safe Markdown."""

from __future__ import annotations

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from ingest.boundaries import shortened
from web.texts import direction

ENVIRONMENT = Environment(
    autoescape=True,
    loader=FileSystemLoader(Path(__file__).parent),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)

ENVIRONMENT.globals["direction"] = direction
ENVIRONMENT.filters["shortened"] = shortened


def render(name: str, /, **values: object) -> Markup:
    """The template `name`.html filled with `values`, safe to put into a page."""
    return Markup(ENVIRONMENT.get_template(f"{name}.html").render(**values))  # noqa: S704
