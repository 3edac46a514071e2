"""The language of a question: its own where it shows one, else that of the page."""

from __future__ import annotations

import pytest

from text.language import question_language


@pytest.mark.parametrize(
    ("question", "page", "language"),
    [
        ("quero contratar gente", "pt", "pt"),
        ("VAT Brazil", "es", "es"),
        ("VAT Brazil", "zh", "en"),
        ("preciso de visto", "zh", "pt"),
        ("巴西VAT", "pt", "zh"),
        ("How long does the registration of a company take?", "pt", "en"),
        ("123", "ru", "ru"),
        ("¿y Bolivia?", "en", "es"),
        ("dividend par kitna tax", "zh", "hi"),
        ("từ khi nào", "zh", "vi"),
        ("pajak berapa", "zh", "id"),
        ("Hai Phong tax", "zh", "en"),
    ],
)
def test_a_few_words_in_latin_script_are_of_the_language_of_the_page(question: str, page: str, language: str) -> None:
    assert question_language(question, page) == language


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("company registration ke liye passport notarize karna padega kya, India se", "hi"),
        ("Xuất máy từ Hàng Châu sang Moskva có được ưu đãi thuế quan nào giữa hai nước không?", "vi"),
        ("Our US buyer wants us to shift assembly to Hai Phong. How do we set up there?", "en"),
        ("Can I open a company in Đà Nẵng?", "en"),
    ],
)
def test_words_that_only_a_language_has_show_it_in_latin_letters(question: str, language: str) -> None:
    assert question_language(question, "zh") == language


def test_a_few_words_after_a_question_are_of_its_language() -> None:
    assert question_language("y los plazos", "en", "¿Cuánto cuesta registrar una empresa en Qiantang?") == "es"
