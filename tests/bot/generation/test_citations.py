"""A quote is shown as one paragraph, in which only line breaks change."""

from __future__ import annotations

import pytest

from bot.generation.citations import cite_passage, one_line
from store.documents import Chunk, DocumentKind, Metadata, Passage


@pytest.mark.parametrize(
    ("quote", "shown"),
    [
        ("面积100㎡\n以上", "面积100㎡以上"),
        ("说明\n㈠第一", "说明㈠第一"),
        ("规定\n（一）备案", "规定（一）备案"),
        ("20\n.5%", "20.5%"),
        ("seven working\ndays", "seven working days"),
        ("2. Seven days", "2\\. Seven days"),
    ],
)
def test_a_line_break_becomes_a_blank_only_where_words_are_parted_by_blanks(quote: str, shown: str) -> None:
    assert one_line(quote) == shown


@pytest.mark.parametrize(
    ("headings", "kind", "place"),
    [
        (("Russia (俄罗斯) country guide",), "guide", ""),
        (("Russia (俄罗斯) country guide", "Profit tax"), "guide", "Profit tax"),
        (("Chapter I",), "document", "Chapter I"),
        ((), "guide", ""),
    ],
)
def test_the_place_in_a_guide_is_not_the_heading_that_it_begins_with(
    headings: tuple[str, ...], kind: DocumentKind, place: str
) -> None:
    passage = Passage("a.md", Chunk(0, 4, "25 %", headings), Metadata("Russia country guide: taxes", kind=kind), 0.0)
    assert cite_passage(passage, 1).heading == place
