"""No border of a chunk or of a quotable line cuts anything: in all guides, all laws and the samples."""

from __future__ import annotations

from pathlib import Path

import pytest

from evals.reading.cuts import ROOT, revisions, wrong_borders
from evals.reading.walking import cut


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("面积10.‖1平方公里", "number"),
        ("1.‖43万亿元", "number"),
        ("115‖.6", "number"),
        ("7.\n‖5%", "number"),
        ("12‖ 345 руб", "number"),
        ("5‖ %", "number"),
        ("12.5‖ million", "number"),
        ("2025年‖12月31日", "date"),
        ("2025‖年", "date"),
        ("31‖ December 2025", "date"),
        ("国办发〔2025〕‖12号", "document number"),
        ("国办发‖〔2025〕12号", "document number"),
        ("第四十‖ 二条", "article"),
        ("No.‖ 12", "document number"),
        ("Nos.‖ 3 and 4", "document number"),
        ("Decree Nos. ‖3", "document number"),
        ("Art.‖ 5", "document number"),
        ("приказ №‖ 5", "document number"),
        ("a casino.‖ 5 of them", ""),
        ("It is smart.‖ 5 of them", ""),
        ("invest‖ment", "word"),
        ("https://example.org/a?‖b=1", "address"),
        ("增长。‖2025年", ""),
        ("1. ‖外商投资", ""),
        ("1.‖外商投资", ""),
        ("It rose in 2025.‖ It fell.", ""),
        ("税率为5%，‖期限为7日", ""),
        ("in 2025.\n‖3. Documents", ""),
    ],
)
def test_the_walk_knows_a_cut_from_a_border(text: str, what: str) -> None:
    place = text.index("‖")
    assert cut(text.replace("‖", ""), place) == what


def test_no_guide_is_cut() -> None:
    files = revisions(ROOT / "knowledge")
    assert len(files) > 100
    assert wrong_borders(files) == []


def test_no_law_is_cut(shared: Path) -> None:
    files = revisions(shared / "laws")
    assert len(files) > 90
    assert wrong_borders(files) == []
