"""Sentences end where their last mark stands, with the quotes and bold marks that close behind it."""

from __future__ import annotations

import pytest

from text.sentences import sentence_spans


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("**问三：要带什么？**\n答：护照。", ["**问三：要带什么？**", "\n答：护照。"]),
        ("**What to bring?** A passport.", ["**What to bring?**", " A passport."]),
        ("5月1日截止。**逾期不予受理。**请注意。", ["5月1日截止。", "**逾期不予受理。**", "请注意。"]),
        ("他说：“不行。”后来又行了。", ["他说：“不行。”", "后来又行了。"]),
        ("增值税怎么缴？***", ["增值税怎么缴？", "***"]),
        ("शुल्क 500 युआन है। आवेदन ऑनलाइन करें॥ धन्यवाद।", ["शुल्क 500 युआन है।", " आवेदन ऑनलाइन करें॥", " धन्यवाद।"]),
    ],
)
def test_what_closes_belongs_to_the_sentence_before_it(text: str, sentences: list[str]) -> None:
    assert [text[start:end] for start, end in sentence_spans(text)] == sentences


def test_an_abbreviation_before_a_number_ends_no_sentence() -> None:
    text = "El “Doc. 72” sobre préstamos al exterior debe verificarse. Otra frase."
    assert [text[start:end] for start, end in sentence_spans(text)] == [text[:-12], text[-12:]]
