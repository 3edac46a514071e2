"""Log entry of an upload that waits for an approval, and what it changes."""

from __future__ import annotations

import logging
from contextlib import suppress
from dataclasses import replace

from ingest.diff.excerpts import excerpts
from ingest.uploads.conflicts import Conflict
from ingest.uploads.publish_problems import DecisionNotNotedError
from ingest.uploads.registry import Asks, Note, Register, Upload

log = logging.getLogger(__name__)


def describe_change(register: Register, upload: Upload, met: Conflict) -> dict[str, str]:
    """Returns for the log the files; of a change in the browser, both texts."""
    if not met.base:
        return {"file": upload.staged.name, "replaced": met.source}
    old, new = register.document(met.source), upload.document
    if old is None or new is None or old.text == new.text:
        return {}
    return dict(zip(("before", "after"), excerpts(old.text, new.text), strict=True))


def log_hand_in(register: Register, upload: Upload, note: Note) -> None:
    """Logs once that a waiting file was handed in; the folder is locked meanwhile.

    If the log cannot be written, the file waits all the same, and the next look at it logs it.
    """
    staged, met = upload.staged, upload.conflict
    if upload.state != "clash" or staged.handed_in:
        return
    changed = describe_change(register, upload, met) if met and met.why == "chosen" else {}
    try:
        note(staged.who, "draft.sent", staged.name, {"kind": "upload", **changed})
    except DecisionNotNotedError as error:
        log.warning("That %s was handed in could not be logged yet: %s", staged.name, error)
        return
    with register.knowing:
        latest = register.find(upload.id)
        noted = replace(latest.staged, handed_in=True)
        register.keep(replace(latest, staged=noted))
        with suppress(OSError):  # after a restart it is logged a second time rather than never
            register.staging.write(noted)


def may_need_approval(asks: Asks) -> bool:
    """True if a second person approves files, or if that cannot be known now."""
    try:
        return asks()
    except DecisionNotNotedError:
        return True
