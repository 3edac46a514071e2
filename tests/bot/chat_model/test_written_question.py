"""A question that a model writes is taken only if it is one, in the person's language and with their figures."""

from __future__ import annotations

import pytest

from bot.answer import Turn
from bot.chat_model.written_question import accept_question

HISTORY = [Turn("user", "俄罗斯的增值税现在几个点？"), Turn("assistant", "22%，自2026年1月1日起。")]


@pytest.mark.parametrize(
    "written",
    [
        "那哈萨克斯坦的增值税现在几个点？",
        "问题：那哈萨克斯坦的增值税现在几个点？\n希望有帮助。",
        "“那哈萨克斯坦的增值税现在几个点？”",
    ],
)
def test_a_question_that_a_model_completed_is_taken(written: str) -> None:
    assert accept_question(written, "那哈萨克斯坦呢", HISTORY) == "那哈萨克斯坦的增值税现在几个点？"


@pytest.mark.parametrize(
    "written",
    [
        "",
        "哈萨克斯坦的增值税为16%。",
        "哈萨克斯坦的增值税是16%吗？",
        "What is the VAT rate in Kazakhstan?",
        "那哈萨克斯坦" * 50 + "？",
    ],
)
def test_what_is_no_such_question_is_not(written: str) -> None:
    assert accept_question(written, "那哈萨克斯坦呢", HISTORY) == ""
