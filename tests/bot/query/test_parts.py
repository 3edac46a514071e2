"""A message with several questions is taken apart; one question, however long, is not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.query.parts import MOST, split_parts


@pytest.mark.parametrize(
    ("message", "parts"),
    [
        ("发改委备案要几天？要交什么材料？", ["发改委备案要几天？", "要交什么材料？"]),
        ("How long does it take? And what does it cost?", ["How long does it take?", "And what does it cost?"]),
        (
            "We are a Dutch company. Can we own all of it? How long does registration take?",
            ["We are a Dutch company. Can we own all of it?", "How long does registration take?"],
        ),
        ("Сколько дней? Нам нужно срочно. Куда подавать?", ["Сколько дней?", "Нам нужно срочно. Куда подавать?"]),
        ("كم يوما؟ وما هي الوثائق؟", ["كم يوما؟", "وما هي الوثائق؟"]),
    ],
)
def test_each_question_is_a_part_with_the_sentences_before_it(message: str, parts: list[str]) -> None:
    assert [each.text for each in split_parts(message)] == parts


def test_a_later_part_is_read_after_the_first() -> None:
    _, later = split_parts("发改委备案要几天？要交什么材料？")
    assert later.before == "发改委备案要几天？"


@pytest.mark.parametrize(
    "message",
    [
        "发改委备案要几天",
        "我们想去巴西。要办什么手续？",
        "真的？？",
        "What is the VAT rate in Russia? Thank you very much.",
        "几天？" * (MOST + 1),
        "",
    ],
)
def test_one_question_stays_whole(message: str) -> None:
    assert [each.text for each in split_parts(message)] == [message]


@given(st.text(max_size=200))
def test_no_word_of_a_message_is_lost(message: str) -> None:
    squeezed = "".join("".join(each.text for each in split_parts(message)).split())
    assert squeezed == "".join(message.split())
