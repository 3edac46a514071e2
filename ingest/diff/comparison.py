"""Diff of two versions of a document: figures and dates, then text by paragraph."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from ingest.diff.alignment import align
from ingest.diff.paragraphs import comparison_key, plain_paragraphs
from ingest.diff.wording import Budget, FigureChange, Piece, figures_in_one, figures_in_place, wording
from store.documents import Document, Metadata

FIELDS = (
    "title", "document_number", "issuer", "issued", "effective_from", "effective_to", "status", "language",
    "reviewed_on", "review_by",
)  # fmt: skip
"""Metadata that distinguishes versions of a document."""
AROUND = 1
"""Unchanged paragraphs shown before and after a change."""
MOST_SHOWN = 300
"""Steps of a comparison that are shown at once; a page keeps the rest closed."""

Kind = Literal["same", "changed", "added", "removed", "skipped"]


@dataclass(frozen=True)
class Step:
    """A paragraph of the diff; for `skipped`, `count` unchanged ones are left out."""

    kind: Kind
    pieces: tuple[Piece, ...] = ()
    count: int = 1


@dataclass(frozen=True)
class FieldChange:
    """A metadata field that differs; None for unknown."""

    name: str
    before: str | date | None
    after: str | date | None


@dataclass(frozen=True)
class Comparison:
    """The diff.

    `changed`: number of changed paragraphs.
    """

    fields: tuple[FieldChange, ...]
    figures: tuple[FigureChange, ...]
    steps: tuple[Step, ...]
    changed: int

    @property
    def first(self) -> tuple[Step, ...]:
        """Steps that are shown at once."""
        return self.steps[:MOST_SHOWN]

    @property
    def rest(self) -> tuple[Step, ...]:
        """Steps beyond those."""
        return self.steps[MOST_SHOWN:]

    @property
    def left_out(self) -> int:
        """Number of changed paragraphs in the rest."""
        return sum(step.kind not in ("same", "skipped") for step in self.rest)


def compare(old: Document, new: Document) -> Comparison:
    """Compares two versions; takes seconds at most, also for the longest laws."""
    return replace(compare_texts(old.text, new.text), fields=tuple(find_changed_fields(old.metadata, new.metadata)))


def compare_texts(old: str, new: str) -> Comparison:
    """Compares two texts without metadata."""
    steps = list(all_steps(plain_paragraphs(old), plain_paragraphs(new)))
    in_place = [each for step in steps if step.kind == "changed" for each in figures_in_place(step.pieces)]
    figures = [*in_place, *figures_in_one(find_one_sided(steps))]
    changed = sum(step.kind != "same" for step in steps)
    return Comparison((), tuple(figures), tuple(fold_unchanged(steps)) if changed else (), changed)


def find_one_sided(steps: Sequence[Step]) -> list[Piece]:
    """Paragraphs that only one version has; those that moved are in both."""
    found = [step.pieces[0] for step in steps if step.kind in ("added", "removed")]
    old, new = (Counter(comparison_key(each.text) for each in found if each.kind == kind) for kind in ("old", "new"))
    moved: dict[str, Counter[str]] = {"old": old & new, "new": old & new}
    one_sided = []
    for piece in found:
        key, left = comparison_key(piece.text), moved[piece.kind]
        if left[key]:
            left[key] -= 1
        else:
            one_sided.append(piece)
    return one_sided


def find_changed_fields(old: Metadata, new: Metadata) -> Iterator[FieldChange]:
    """Yields the fields of FIELDS that differ between two versions."""
    for name in FIELDS:
        before, after = getattr(old, name) or None, getattr(new, name) or None
        if before != after:
            yield FieldChange(name, before, after)


def all_steps(
    old: Sequence[str], new: Sequence[str], as_compared: Callable[[str], str] = comparison_key
) -> Iterator[Step]:
    """All paragraphs of both versions, in order.

    Paragraphs are equal if `as_compared` makes them equal.
    """
    budget = Budget()
    before, after = [as_compared(each) for each in old], [as_compared(each) for each in new]
    for left, right in align(before, after):
        if left is None and right is not None:
            yield Step("added", (Piece("new", new[right]),))
        elif right is None and left is not None:
            yield Step("removed", (Piece("old", old[left]),))
        elif left is not None and right is not None:
            if before[left] == after[right]:
                yield Step("same", (Piece("same", new[right]),))
            else:
                yield Step("changed", wording(old[left], new[right], budget))


def fold_unchanged(steps: Sequence[Step]) -> Iterator[Step]:
    """Changes with AROUND unchanged paragraphs on either side; the others are counted."""
    near = set[int]()
    for place, step in enumerate(steps):
        if step.kind != "same":
            near.update(range(place - AROUND, place + AROUND + 1))
    skipped = 0
    for place, step in enumerate(steps):
        if place not in near:
            skipped += 1
            continue
        if skipped:
            yield Step("skipped", count=skipped)
        skipped = 0
        yield step
    if skipped:
        yield Step("skipped", count=skipped)
