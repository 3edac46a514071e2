"""What an approver sees of a file as it was read."""

from __future__ import annotations

import pytest

from web.staff.uploads.read_text import add_notes


@pytest.mark.parametrize(
    ("line", "ends", "shown"),
    [
        ("| VAT | 22% |", (13, 13), "| VAT | 22%〔A〕〔B〕 |"),
        ("| VAT | 22% |", (5, 13), "| VAT〔A〕 | 22%〔B〕 |"),
        ("VAT is 22%.  ", (13, 13), "VAT is 22%.〔A〕〔B〕  "),
    ],
)
def test_each_of_two_bases_of_a_line_is_shown_whole_and_in_order(line: str, ends: tuple[int, int], shown: str) -> None:
    assert add_notes(line, list(zip(ends, ("〔A〕", "〔B〕"), strict=True))) == shown
