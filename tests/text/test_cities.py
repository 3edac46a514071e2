"""Tests cities: a question tells its country by a city, in any language and case."""

from __future__ import annotations

import pytest

from bot.query.countries import WITH_CITIES, countries, mentions
from text.lexicon.cities import FILE, city_key, city_spans, country_by_city


@pytest.mark.parametrize(
    ("text", "country"),
    [
        ("Tenemos una SRL en Tarija", "BO"),
        ("empresa mixta en Cienfuegos", "CU"),
        ("ltda em jundiai", "BR"),
        ("Ltda em Jundiaí", "BR"),
        ("ООО в Джизаке", "UZ"),
        ("ферма под Костанаем", "KZ"),
        ("в Набережных Челнах", "RU"),
        ("ташкентской фирме", "UZ"),
        ("шахта в қарағанды?", ""),
        ("شركة في بورسعيد", "EG"),
        ("مكتب بالاسكندرية", "EG"),
        ("نسجل في المدينة المنورة", "SA"),
        ("नोएडा में फैक्ट्री", "IN"),
        ("在托伊捷帕建厂", "UZ"),
        ("在托伊捷帕和吉扎克建厂", "UZ"),
    ],
)
def test_a_city_tells_its_country_however_it_is_written(text: str, country: str) -> None:
    assert {code for _, _, code in city_spans(text)} == ({country} if country else set())


@pytest.mark.parametrize(
    "text", ["حساب 你好", "negara anggota", "фильтр и пермит", "natal e contagem", "la gi", "المنشأة"]
)
def test_ordinary_words_are_no_cities(text: str) -> None:
    assert city_spans(text) == []


def test_the_longest_name_counts_once() -> None:
    assert mentions("a plant in São José dos Campos") == (("São José dos Campos", "BR"),)


def test_words_with_a_mark_between_them_are_no_name() -> None:
    assert city_spans("porto, alegre") == []


def test_a_country_that_is_named_so_is_not_read_as_a_city() -> None:
    assert countries("El Salvador") == ("SV",)


def test_names_stand_in_the_file_as_they_are_looked_up() -> None:
    assert [name for name in country_by_city() if name.isascii() and city_key(name) != name] == []
    assert {line.partition("\t")[0] for line in FILE.read_text(encoding="utf-8").splitlines()} == set(WITH_CITIES)
