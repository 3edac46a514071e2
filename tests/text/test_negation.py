"""Negations are found in the languages that have word lists."""

from __future__ import annotations

import pytest

from text.lexicon.negation import denies, has_negation, is_known


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("个人不得以任何名义出资。", "zh"),
        ("No approval is needed.", "en"),
        ("It can't be renewed.", "en"),
        ("Não é preciso pagar.", "pt"),
        ("No hace falta pagar.", "es"),
        ("¿Entro sin visado?", "es"),
        ("Нельзя работать без разрешения.", "ru"),
        ("لا يشترط رأس مال.", "ar"),
    ],
)
def test_a_negation_is_found(text: str, language: str) -> None:
    assert has_negation(text, language)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("个人可以出资。", "zh"),
        ("有没有补贴", "zh"),
        ("Approval is needed.", "en"),
        ("Notice of November", "en"),
        ("¿Pago, sí o no?", "es"),
    ],
)
def test_what_only_asks_or_sounds_alike_is_none(text: str, language: str) -> None:
    assert not has_negation(text, language)


def test_it_is_known_which_languages_have_word_lists() -> None:
    assert is_known("ru")
    assert is_known("es")
    assert not is_known("hi")


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("禁止境外机构出资。", "zh"),
        ("Individuals are exempt.", "en"),
        ("没有最低限额。", "zh"),
        ("Это запрещено.", "ru"),
        ("Está prohibido.", "es"),
        ("Quedan exentos los dividendos.", "es"),
    ],
)
def test_a_statement_may_deny_in_other_words(text: str, language: str) -> None:
    assert denies(text, language)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("不超过30%。", "zh"),
        ("南非的税率是27%。", "zh"),
        ("No more than 30%.", "en"),
        ("Order No. 837 applies.", "en"),
        ("Não só em Moscou.", "pt"),
        ("No sólo en Moscú.", "es"),
        ("No más de 30 días.", "es"),
        ("Не позднее 5 дней.", "ru"),
    ],
)
def test_a_limit_or_a_name_denies_nothing(text: str, language: str) -> None:
    assert not denies(text, language)
