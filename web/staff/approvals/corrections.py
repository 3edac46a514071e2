"""Page corrections as drafts: checks that they still fit, and publishes them."""

from __future__ import annotations

from fastapi import Request

from ingest.corrections.correction_file import (
    Correction,
    CorrectionUnusableError,
    DocumentReplacedError,
    PageChangedError,
    correct,
    take_back,
)
from records import Draft
from web.staff.context import StaffContext
from web.staff.inspect.change_preview import Rewording
from web.staff.inspect.page import open_page_or_none
from web.staff.pages import Pages


def wish_of(room: StaffContext, draft: Draft) -> Rewording | None:
    """Returns the page with its new text, stale if file or page have changed since.

    None if there is no such page any more, or if it cannot be corrected.
    """
    kept = draft.content
    seen = open_page_or_none(room, draft.subject, int(kept["page"]))
    if seen is None:
        return None
    is_other = seen.is_replaced or (seen.version, seen.known) != (kept["version"], kept["known"])
    return Rewording(seen, kept["text"], is_other)


def publish_correction(pages: Pages, request: Request, draft: Draft, wish: Rewording) -> str:
    """Logs and publishes a correction; returns the key of the error, empty on success."""
    seen, number = wish.seen, wish.seen.leaf.number
    if seen.path is None:
        return "approvals.stale"
    is_back = "back" in draft.content and seen.correction is not None
    action = "page.correction_removed" if is_back else "page.corrected"
    pages.audit(request, action, draft.subject, **wish.trace(), author=draft.who)
    try:
        if is_back and seen.correction:
            take_back(seen.path, number, seen.correction)
        else:
            correct(seen.path, number, Correction(wish.text, draft.who), seen.version, seen.correction)
    except (PageChangedError, DocumentReplacedError):
        return "approvals.stale"
    except (OSError, CorrectionUnusableError):
        return "approvals.not_written"
    return ""
