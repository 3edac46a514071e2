"""A stream never takes back what it has sent; warnings, the AI label and the sources come with the complete answer."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from bot.answer import Answer, AnswerWarning, add_warning
from store.documents import Validity
from tests.support.scripted import WHOLE
from web.api.openai.content import GrowingText
from web.i18n import texts

ADDRESS = "https://assistant.example/"
MODEL = replace(WHOLE, text="利润税税率为 25%。[1] 增值税税率为 20%。[2]", mode="model", language="zh")


def grown(*texts_so_far: str, last: Answer = MODEL) -> tuple[GrowingText, list[str]]:
    growing = GrowingText(ADDRESS)
    drafts = [replace(last, text=each, complete=False) for each in texts_so_far]
    return growing, [piece for answer in (*drafts, last) for piece in growing.pieces(answer)]


def test_what_grows_is_sent_in_pieces_and_ends_with_label_and_sources() -> None:
    growing, pieces = grown("利润税", "利润税税率为 25%。[1]")
    assert pieces[:2] == ["利润税", "税率为 25%。[1]"] and len(pieces) == 3
    assert growing.sent.startswith(MODEL.text) and texts("zh")["answer.ai"] in pieces[-1]
    assert "- [2] [俄罗斯税收" in pieces[-1] and ADDRESS in pieces[-1]
    cited = [each["url_citation"] for each in growing.annotations()]
    assert [growing.sent[each["start_index"] : each["end_index"]] for each in cited] == ["[1]", "[2]"]


def test_an_answer_that_was_replaced_says_so_and_cites_only_what_counts() -> None:
    growing, pieces = grown("利润税税率为 15%。[1]")
    assert texts("zh")["answer.replaced"] in pieces[-1] and MODEL.text in pieces[-1]
    assert len(growing.annotations()) == 2
    assert all(each["url_citation"]["start_index"] > len(pieces[0]) for each in growing.annotations())


def test_warnings_stand_above_a_whole_answer_and_below_one_that_grew() -> None:
    warning = AnswerWarning("unverified_figure", "请核对数字。")
    whole, (piece,) = grown(last=add_warning(MODEL, warning))
    assert piece.startswith("> 请核对数字。") and len(whole.annotations()) == 2
    _, pieces = grown("利润税", last=add_warning(MODEL, warning))
    assert "> 请核对数字。" in pieces[-1] and "".join(pieces).startswith(MODEL.text)


def test_an_answer_in_a_language_without_a_page_has_english_words_around_it() -> None:
    growing, _ = grown(last=replace(MODEL, language="es"))
    assert f"**{texts('en')['sources.heading']}**" in growing.sent


@pytest.mark.parametrize(
    ("validity", "says"),
    [(Validity.UNKNOWN, "guide.checked"), (Validity.EXPIRED, "validity.expired"), (Validity.DRAFT, "validity.draft")],
)
def test_the_list_of_sources_says_when_a_guide_was_checked_unless_it_no_longer_applies(
    validity: Validity, says: str
) -> None:
    day = date(2026, 11, 24)
    guide = replace(MODEL.citations[0], kind="guide", reviewed_on=day, validity=validity)
    growing, _ = grown(last=replace(MODEL, citations=(guide,)))
    assert growing.sent.rstrip().endswith(texts("zh")[says].format(date=day))
