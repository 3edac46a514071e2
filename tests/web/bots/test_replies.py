"""A reply keeps within the limit of its platform: what is cut is linked, and the sources still fit."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.support.scripted import WHOLE
from web.bots.replies import reply_of
from web.bots.wecom import with_sources
from web.i18n import texts

ADDRESS = "https://assistant.example/"
ASKED = replace(WHOLE, question="俄罗斯的利润税率是多少？")


@pytest.mark.parametrize("most", [2_048, 15_000])
def test_a_long_answer_is_cut_and_linked(most: int) -> None:
    long = replace(ASKED, text="利润税税率为 25%。[1] " + "说明。" * 9_000, mode="model")
    reply = reply_of(long, ADDRESS, most)
    assert texts("zh")["bots.more"] in reply.text and texts("zh")["answer.ai"] in reply.text
    assert f"{ADDRESS}?q=" in reply.text and [each.label[:3] for each in reply.sources] == ["[1]", "[2]"]
    whole = with_sources(reply, most)
    assert len(whole.encode()) <= most and ADDRESS + "source?" in whole


def test_only_sources_of_what_is_shown_stand_below_quotes() -> None:
    quoted = replace(ASKED, text="利润税税率为 25%。[1]")
    assert [each.label[:3] for each in reply_of(quoted, ADDRESS, 2_048).sources] == ["[1]"]


def test_around_an_answer_in_a_language_without_a_page_are_english_words() -> None:
    assert reply_of(replace(ASKED, language="es"), ADDRESS, 2_048).heading == texts("en")["sources.heading"]
