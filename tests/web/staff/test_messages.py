"""What reading and checking say is said to the staff in the language of the page, and in the words of a clerk."""

from __future__ import annotations

import re

import pytest

from ingest.metadata.front_matter import read_keys
from text.messages import as_it_is, join_messages, message, sentences
from web.staff.i18n import words
from web.staff.messages import clerk_texts, localise

SOON = message("check.ends_soon", day="2026-12-01")


def test_each_message_is_known_in_chinese() -> None:
    wordless = {"pair", "as_it_is"}
    chinese = sentences("zh")
    assert [code for code in chinese if code not in wordless and not re.search(r"[\u4e00-\u9fff]", chinese[code])] == []
    assert clerk_texts().keys() <= chinese.keys()


def test_values_stand_where_they_belong_and_are_said_in_the_same_language() -> None:
    _, (wrong,) = read_keys("issued: 2026-13-45", "front_matter")
    assert str(wrong) == "front matter: issued is not a date: '2026-13-45'. Write it as 2026-01-31."
    assert localise(wrong, "zh") == "文件开头里的“发布日期”不是日期：'2026-13-45'。请写成 2026-01-31 的样子。"
    assert localise(wrong, "en") == "Head of the file: “Issued on” is not a date: '2026-13-45'."


def test_a_sentence_begins_with_a_capital_in_english() -> None:
    assert localise(SOON, "en") == "Expires on 2026-12-01. Find out whether it is extended or replaced."


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        (
            "zh",
            "文件里没有文字。第 3 页是图片，而文字识别没有打开，没有读到。请管理服务器的同事设置 ASSISTANT_OCR=on。",
        ),
        (
            "en",
            "It holds no text. Page 3 is a picture and OCR is off, so it was not read."
            " Ask the server administrator to set ASSISTANT_OCR=on.",
        ),
    ],
)
def test_several_messages_are_each_said_in_the_words_of_a_clerk(language: str, sentence: str) -> None:
    assert localise(join_messages(message("file.no_text"), message("page.no_text_layer", page=3)), language) == sentence


def test_what_has_no_code_is_shown_as_it_is() -> None:
    assert localise(as_it_is("Nobody foresaw this."), "zh") == "Nobody foresaw this."


@pytest.mark.parametrize("language", ["zh", "en"])
def test_what_checks_ask_for_is_asked_in_words_of_the_form(language: str) -> None:
    for code in ("bases.missing", "bases.unmarked"):
        assert "[^" not in localise(message(code, count=2, line="5%"), language)
    assert words(language)["documents.edit.link"] in localise(message("check.no_issuer"), language)
    assert words(language)["documents.edit.link"] == words(language)["uploads.fill_in"], "on public and waiting files"
    for key in ("frame.alerts_set_up", "auth.forgotten", "auth.forgotten_account"):
        assert not re.search("ASSISTANT_|web\\.staff|docs/", words(language)[key]), key
