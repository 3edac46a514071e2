"""Preview of a corrected page: changes of numbers and validity.

They are confirmed before the correction is saved, and stored with it in the audit log.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property

from fastapi import Request
from fastapi.responses import HTMLResponse

from ingest.diff.comparison import Comparison, compare_texts
from ingest.diff.excerpts import excerpts
from ingest.diff.numbers import find_changed_numbers
from ingest.diff.wording import FigureChange
from ingest.metadata.write_front_matter import value_in_force
from records import Draft, DraftKind
from store.validity_changes import Shift
from web.sources.viewer import fingerprint
from web.staff.approval_needed import is_approval_needed
from web.staff.approval_rules import draft_of, others_on
from web.staff.documents.validity_confirmation import words_of
from web.staff.documents.validity_preview import foresee_text, seal, shift_details
from web.staff.form_types import DraftFields
from web.staff.inspect.page import OpenedPage
from web.staff.inspect.views import list_shared_values
from web.staff.pages import Pages

MOST_NOTED = 30
"""Number changes listed in an audit log entry."""


@dataclass(frozen=True)
class Rewording:
    """A page and its new text; `is_stale` if that was written for an earlier page."""

    seen: OpenedPage
    text: str
    is_stale: bool = False

    @cached_property
    def figures(self) -> tuple[FigureChange, ...]:
        """Numbers that differ between the page and its new text."""
        return find_changed_numbers(self.seen.text, self.text)

    @cached_property
    def comparison(self) -> Comparison:
        """The page and its new text, compared."""
        return compare_texts(self.seen.text, self.text)

    @cached_property
    def shifts(self) -> tuple[Shift, ...]:
        """Validity changes, because dates are read from the text."""
        if self.seen.path is None:
            return ()
        draft, index = value_in_force(self.seen.path), self.seen.room.index
        texts = self.whole(self.seen.text), self.whole(self.text)
        return foresee_text(index, self.seen.source, draft, texts, date.today())

    def whole(self, text: str) -> str:
        """Returns the document text with `text` in place of the page."""
        known, leaf = self.seen.revision.document.text, self.seen.leaf
        return known[: leaf.start] + text + known[leaf.end :]

    @cached_property
    def seal(self) -> str:
        """Identifies these changes; sent back, it proves that the clerk has seen them."""
        return fingerprint(f"{self.text} {seal(self.seen.version, self.shifts)}")

    def is_confirmed(self, sent: str) -> bool:
        """True if nothing has to be confirmed, or if `sent` is the seal of the changes."""
        return sent == self.seal or not (self.figures or self.shifts)

    def trace(self) -> dict[str, str]:
        """Returns the audit log details: page, numbers, text before and after, validity."""
        figures = "\n".join(map(in_short, self.figures[:MOST_NOTED])) + "\n…" * (len(self.figures) > MOST_NOTED)
        before, after = excerpts(self.seen.text, self.text)
        told = {"page": str(self.seen.leaf.number), **({"figures": figures} if figures else {})}
        return {**told, "before": before, "after": after, **shift_details(self.seen.source, self.shifts)}


def in_short(change: FigureChange) -> str:
    """Returns a number before and after, for the audit log; a dash if it is missing."""
    return f"{change.before or '—'} → {change.after or '—'}"


def correction_draft(request: Request, wish: Rewording, is_back: bool = False) -> Draft:
    """Returns a correction as a draft.

    `version` and `known` tell later if the page is still the same.
    """
    seen = wish.seen
    kept = {"page": str(seen.leaf.number), "text": wish.text, "version": seen.version, "known": seen.known}
    return draft_of(request, DraftKind.CORRECTION, seen.source, kept | ({"back": "1"} if is_back else {}))


def other_drafts(request: Request, pages: Pages, wish: Rewording, about: DraftFields) -> dict[str, object]:
    """Returns what a form says of other drafts on its page, and if it makes a draft."""
    others, is_held = others_on(pages, correction_draft(request, wish), about.instead), is_approval_needed(pages.room)
    return {"others": others, "instead": about.instead, "is_held": is_held}


def ask(
    request: Request, pages: Pages, wish: Rewording, typed: str | None = None, about: DraftFields | None = None
) -> HTMLResponse:
    """Renders the changes without applying them; they are sent again with the seal.

    `typed` is the text of the form; None to undo the correction.
    """
    known = list_shared_values(request, wish.seen) | words_of(request, pages)
    known |= other_drafts(request, pages, wish, about or DraftFields())
    return pages.show(request, "inspect/confirm", **known, wish=wish, typed=typed)
