"""What a change would make of the standing of documents, from a day on."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from store.documents import Metadata, Validity
from store.validity_changes import ValiditySnapshot, find_shifts, validity_snapshots

TODAY = date(2026, 11, 26)
OLD = Metadata(title="旧办法", language="zh", issuer="商务局", effective_from=date(2020, 1, 1))
NEW = Metadata(title="新办法", language="zh", issuer="商务局", effective_from=date(2026, 3, 1))
EARLIER, LATER = date(2026, 6, 30), date(2027, 6, 30)


def shifted(**changes: object) -> list[tuple[str, Validity, Validity]]:
    before = {"old": OLD, "new": NEW}
    after = before | {"new": replace(NEW, **changes)}  # type: ignore[arg-type]
    return [(each.source, each.before.validity, each.after.validity) for each in find_shifts(before, after, TODAY)]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"effective_to": EARLIER}, [("new", Validity.IN_FORCE, Validity.EXPIRED)]),
        ({"effective_to": LATER}, [("new", Validity.IN_FORCE, Validity.IN_FORCE)]),
        ({"effective_from": LATER}, [("new", Validity.IN_FORCE, Validity.NOT_YET)]),
        ({"status": "draft"}, [("new", Validity.IN_FORCE, Validity.DRAFT)]),
        ({"status": "repealed"}, [("new", Validity.IN_FORCE, Validity.REPEALED)]),
        ({"supersedes": ("旧办法",)}, [("old", Validity.IN_FORCE, Validity.SUPERSEDED)]),
        ({"title": "旧办法"}, [("old", Validity.IN_FORCE, Validity.SUPERSEDED)]),
        ({"reviewed_on": EARLIER, "review_by": LATER}, []),
        ({"effective_from": date(2026, 4, 1)}, []),
        ({"topics": ("trade",), "summary": "新"}, []),
    ],
)
def test_a_change_shifts_what_it_decides(
    changes: dict[str, object], expected: list[tuple[str, Validity, Validity]]
) -> None:
    assert shifted(**changes) == expected


def test_a_replacement_to_come_is_a_shift_of_the_older_document() -> None:
    (old, new) = find_shifts(
        {"old": OLD, "new": NEW}, {"old": OLD, "new": replace(NEW, effective_from=LATER, supersedes=("旧办法",))}, TODAY
    )[::-1]
    assert (old.source, old.after) == (
        "old",
        ValiditySnapshot(Validity.IN_FORCE, OLD.effective_from, None, "new", LATER),
    )
    assert new.source == "new"


def test_a_translation_stands_as_its_original() -> None:
    both = {"old": replace(OLD, effective_to=EARLIER), "old.en": Metadata(language="en", translation_of="old")}
    assert validity_snapshots(both, TODAY)["old.en"] == ValiditySnapshot(Validity.EXPIRED, ends=EARLIER)
