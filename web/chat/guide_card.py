"""Card of a service guide: steps, documents, time limits, fee and authority.

Each part links to its passage.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import chain

from markupsafe import Markup

from bot.guides.headings import HeadingKind, without_number
from bot.guides.sections import Guide, Section, guide
from store.bases import Basis
from store.basis_marks import marks_within
from store.documents import Document
from text.boundaries import is_safe_cut, shorten
from web.bases import BasisLine, BasisRow, document_basis_lines
from web.i18n import texts
from web.markdown import document_html
from web.rendering import render
from web.sources.viewer import Place, fingerprint
from web.timeline import STEP, first_steps, timeline

LONGEST_BODY = 900
"""Characters of a section on the card, approximately; the rest is in the source."""
LONGEST_STEPS = 4_000
"""Characters of a section with numbered steps: more, so that all steps are there."""


@dataclass(frozen=True)
class Part:
    """A section on the card; `address` opens the source at it.

    `folded`: long steps, of which each shows its first lines until the reader unfolds them.
    """

    kinds: tuple[HeadingKind, ...]
    heading: str
    body: Markup
    shortened: bool
    folded: bool
    address: str
    label: str


@dataclass(frozen=True)
class GuideCard:
    """A service guide as its card shows it.

    `texts`: what is shown of each section. `bases`: the documents behind these sections, each once.
    """

    document: Document
    guide: Guide
    texts: tuple[str, ...]
    bases: tuple[BasisLine, ...]

    @property
    def official(self) -> str:
        """Address of the official page; "" without one."""
        return self.guide.url if self.guide.url.startswith(("https://", "http://")) else ""


def guide_card(document: Document, language: str, bases: Callable[[], Mapping[str, Basis]]) -> GuideCard | None:
    """Returns the card of a service guide.

    None for any other document.
    """
    found = guide(document)
    if found is None:
        return None
    shown = tuple(map(beginning_of, found.sections))
    places = zip(found.sections, shown, strict=True)
    marks = (marks_within(document.bases, each.start, each.start + len(text)) for each, text in places)
    own = replace(document, bases=tuple(chain.from_iterable(marks)))
    lines = document_basis_lines(own, bases(), language, date.today())
    return GuideCard(document, found, shown, tuple(each for each in lines if each.name))


def render_card(card: GuideCard, language: str, is_open: bool) -> Markup:
    """Renders the card of a service guide."""
    words, shown = texts(language), zip(card.guide.sections, card.texts, strict=True)
    return render(
        "guide",
        bases=[BasisRow(line) for line in card.bases],
        guide=card.guide,
        is_open=is_open,
        language=language,
        official=card.official,
        parts=[part(card.guide, section, text, language, words) for section, text in shown],
        texts=words,
        timeline=timeline(card.document, language),
    )


def beginning_of(section: Section) -> str:
    """Returns what the card shows of a section; less than all of it if it is long."""
    has_steps = "steps" in section.kinds and any(first_steps(section.text.split("\n")))
    return beginning(section.text, LONGEST_STEPS if has_steps else LONGEST_BODY)


def part(found: Guide, section: Section, shown: str, language: str, words: Mapping[str, str]) -> Part:
    """Returns a section as it stands on the card."""
    heading = without_number(section.heading)
    place = Place(found.source, section.start, section.end, language, fingerprint(section.text))
    return Part(
        section.kinds,
        heading,
        document_html(shown),
        len(shown) < len(section.text),
        sum(len(line) for line in shown.split("\n") if STEP.match(line)) > LONGEST_BODY,
        place.address(section.page, "#passage"),
        words["guide.open_of"].format(heading=heading),
    )


def beginning(text: str, longest: int = LONGEST_BODY) -> str:
    """Cuts a text to `longest` characters at the end of a line that is not a heading.

    A longer line is cut between words.
    """
    if len(text) <= longest:
        return text
    lines = text[: text.rfind("\n", 0, longest + 1) + 1].rstrip().split("\n")
    while lines and (not lines[-1].strip() or lines[-1].startswith("#") or is_torn(text, lines)):
        lines.pop()
    return "\n".join(lines) or shorten(text, longest)


def is_torn(text: str, lines: Sequence[str]) -> bool:
    """True if the first lines of a text end inside a number or a date."""
    return not is_safe_cut(text, len("\n".join(lines)) + 1)
