"""Both languages of the staff pages have the same words, with the same values in them."""

from __future__ import annotations

import re

from web.staff.texts import staff_language, words

VALUE = re.compile(r"\{(\w+)\}")


def test_both_languages_have_the_same_keys_and_values() -> None:
    zh, en = words("zh"), words("en")
    assert zh.keys() == en.keys()
    assert {key: sorted(set(VALUE.findall(zh[key]))) for key in zh} == {
        key: sorted(set(VALUE.findall(en[key]))) for key in en
    }


def test_the_language_is_the_one_chosen_or_what_the_browser_likes_or_english() -> None:
    assert staff_language("en", "zh-CN") == "en"
    assert staff_language("", "zh-CN,en;q=0.8") == "zh"
    assert staff_language("", "pt-BR") == "en"
    assert staff_language("xx", "") == "zh"
