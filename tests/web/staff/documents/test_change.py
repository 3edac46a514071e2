"""A change of metadata is shown in the words of the form, not as it is written in the file."""

from __future__ import annotations

import pytest

from web.staff.documents.change import spell
from web.staff.documents.form import Form


@pytest.mark.parametrize(
    ("name", "typed", "zh", "en"),
    [
        ("status", "repealed", "已废止", "Repealed"),
        ("download", "on", "允许", "Yes"),
        ("language", "pt", "葡萄牙语", "Portuguese"),
        ("effective_to", "2026-12-31", "2026年12月31日", "31 Dec 2026"),
        ("issuer", "draft", "draft", "draft"),
        ("status", "", "", ""),
    ],
)
def test_chosen_values_and_days_are_spelled_as_their_reader_says_them(name: str, typed: str, zh: str, en: str) -> None:
    assert [spell(name, Form({name: typed}), language) for language in ("zh", "en")] == [zh, en]
