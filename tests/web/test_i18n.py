"""All languages of the page say the same things."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import pytest
import yaml

from bot.answer import WarningKind
from bot.outcomes import Outcome
from store.documents import Validity
from text.catalog import SERVICE_LANGUAGES
from web.i18n import DEFAULT, choose_language, direction, find_language, texts

KNOWLEDGE = Path(__file__).resolve().parents[2] / "knowledge"


def gaps(language: str) -> dict[str, set[str]]:
    return {key: set(re.findall(r"\{(\w+)\}", text)) for key, text in texts(language).items()}


@pytest.mark.parametrize("language", SERVICE_LANGUAGES)
def test_every_language_has_the_same_texts_with_the_same_gaps(language: str) -> None:
    assert gaps(language) == gaps(DEFAULT)


@pytest.mark.parametrize("language", SERVICE_LANGUAGES)
def test_no_text_is_empty(language: str) -> None:
    assert all(isinstance(text, str) and text.strip() for text in texts(language).values())


@pytest.mark.parametrize("language", SERVICE_LANGUAGES)
def test_every_outcome_validity_and_warning_has_a_name(language: str) -> None:
    needed = {f"outcome.{outcome.value}" for outcome in Outcome}
    needed |= {f"validity.{validity.value}" for validity in Validity}
    needed |= {f"warning.{kind}" for kind in get_args(WarningKind)}
    assert needed <= set(texts(language))


@pytest.mark.parametrize("language", SERVICE_LANGUAGES)
def test_who_sent_a_request_learns_to_whom_its_number_is_named(language: str) -> None:
    [bureau, *_] = yaml.safe_load((KNOWLEDGE / "contacts.yaml").read_text(encoding="utf-8"))
    assert bureau["authority"][language] in texts(language)["person.reference"]


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", "zh"),
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh"),
        ("en-GB,en;q=0.9,zh;q=0.8", "en"),
        ("fi-FI", "en"),
        ("fi, sv;q=0.9, zh;q=0.1", "zh"),
        ("en;q=0.3, zh-TW;q=0.7", "zh"),
        ("EN-us ; Q=0.8, ZH ; Q=0.9", "zh"),
        ("en;q=0.5, zh;q=0.5", "en"),
        ("zh;q=0, fi", "en"),
        ("zh;q=nonsense, fi", "en"),
        ("zh;q=nan, en;q=0.1", "en"),
        ("zh;q=7, en;q=0.1", "en"),
        ("*", "zh"),
        (",,;q=1", "en"),
    ],
)
def test_the_page_follows_the_browser(header: str, language: str) -> None:
    assert find_language(header) == language


@pytest.mark.parametrize("language", SERVICE_LANGUAGES)
def test_each_language_is_chosen_where_it_alone_is_read(language: str) -> None:
    assert find_language(f"fi, {language};q=0.4") == language


def test_arabic_is_written_from_right_to_left() -> None:
    assert (direction("ar"), direction("ar-EG"), direction("zh"), direction("ru")) == ("rtl", "rtl", "ltr", "ltr")


def test_a_language_that_the_page_does_not_have_is_the_default_one() -> None:
    kept = {language: texts(language) for language in SERVICE_LANGUAGES}
    for unknown in ("", "fr", "../en", "zh\n", *(f"x{number}" for number in range(100))):
        assert choose_language(unknown) == DEFAULT and texts(unknown) is kept[DEFAULT]
