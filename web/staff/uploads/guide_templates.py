"""Guide templates of the knowledge folder, filled in with visitors' questions."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import yaml

from web.staff.documents.bulk_form import REVIEW_MONTHS, months_later

PLACE = "templates"
BLANK = "blank"
LEAST = """---
title: ""
kind: guide
language: {language}
topics: []
countries: []
reviewed_on:
review_by:
also_asked: []
---

# {heading}

"""
"""Text of a blank page."""
NAME = re.compile(r"(?P<name>[a-z][a-z0-9-]*)\.(?P<language>[a-z]{2})\.md")
UNTIL_NOTE = re.compile(r"^[^#\n]*?(?=\s*(?:#|\n))")
"""Pattern of a YAML value, up to the comment after it."""


@dataclass(frozen=True)
class GuideTemplate:
    """A template with name, such as `service-guide`, and language.

    `path` is None for a blank page.
    """

    name: str
    language: str
    path: Path | None = None


def guide_templates(knowledge_dir: Path, languages: Sequence[str]) -> list[GuideTemplate]:
    """Returns the templates in these languages, and a blank page for each."""
    files = sorted((knowledge_dir / PLACE).glob("*.md"))
    matches = ((NAME.fullmatch(path.name), path) for path in files)
    filed = [GuideTemplate(match["name"], match["language"], path) for match, path in matches if match]
    own = [each for each in filed if each.language in languages]
    return [*own, *(GuideTemplate(BLANK, language) for language in languages)]


def fill_template(template: GuideTemplate, asked: Sequence[str], today: date) -> str:
    """Returns a template with the questions of a gap and the review days filled in.

    The first one is the heading of a blank page.
    Raises OSError if the template cannot be read.
    """
    heading = asked[0] if asked else ""
    if template.path is None:
        text = LEAST.format(language=template.language, heading=heading)
    else:
        text = template.path.read_text(encoding="utf-8")
    given = {
        "also_asked": yaml.safe_dump(list(asked), allow_unicode=True, default_flow_style=True, width=10_000),
        "reviewed_on": str(today),
        "review_by": str(months_later(today, REVIEW_MONTHS)),
    }
    for key, value in given.items():
        before, _, after = text.partition(f"\n{key}:")
        if after:
            text = f"{before}\n{key}: {value.strip()}{UNTIL_NOTE.sub('', after, count=1)}"
    return text
