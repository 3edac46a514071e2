"""A document is found by what a clerk remembers of it."""

from __future__ import annotations

import pytest

from store.documents import Metadata
from web.staff.source_search import find_source

KNOWN = {
    "outbound/russia.zh.md": Metadata(title="俄罗斯税收指南"),
    "outbound/russia.en.md": Metadata(title="Tax in Russia"),
    "laws/tax.pdf": Metadata(title="Tax"),
}


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("outbound/russia.zh.md", "outbound/russia.zh.md"),
        (" 俄罗斯税收指南 ", "outbound/russia.zh.md"),
        ("russia TAX", "outbound/russia.en.md"),
        ("Tax", "laws/tax.pdf"),
        ("russia", "russia"),
        ("nothing", "nothing"),
        ("", ""),
    ],
)
def test_path_title_or_words_that_no_other_has_name_a_document(text: str, source: str) -> None:
    assert find_source(text, KNOWN) == source
