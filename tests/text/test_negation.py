"""Negations are found in the languages that have word lists."""

from __future__ import annotations

import pytest

from text.negation import has_negation, is_known


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("个人不得以任何名义出资。", "zh"),
        ("No approval is needed.", "en"),
        ("It can't be renewed.", "en"),
        ("Não é preciso pagar.", "pt"),
        ("Нельзя работать без разрешения.", "ru"),
        ("لا يشترط رأس مال.", "ar"),
    ],
)
def test_a_negation_is_found(text: str, language: str) -> None:
    assert has_negation(text, language)


@pytest.mark.parametrize(
    ("text", "language"),
    [("个人可以出资。", "zh"), ("有没有补贴", "zh"), ("Approval is needed.", "en"), ("Notice of November", "en")],
)
def test_what_only_asks_or_sounds_alike_is_none(text: str, language: str) -> None:
    assert not has_negation(text, language)


def test_it_is_known_which_languages_have_word_lists() -> None:
    assert is_known("ru")
    assert not is_known("hi")
