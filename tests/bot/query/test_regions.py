"""Regions of several countries are known in the words of all languages, and not mistaken for countries."""

from __future__ import annotations

import pytest

from bot.query.countries import countries
from bot.query.regions import region_name, regions
from text.catalog import ANSWER_LANGUAGES
from text.lexicon.load import keys


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("欧盟的碳关税怎么交？", ("eu",)),
        ("非洲和中东的增值税", ("africa", "middle_east")),
        ("中东部地区的补贴", ()),
        ("南非、中非共和国的税", ()),
        ("What is the VAT in the EU?", ("eu",)),
        ("taxes in Latin America and the Middle East", ("latin_america", "middle_east")),
        ("Do South African companies need a European partner?", ("europe",)),
        ("eu quero investir na África do Sul", ()),
        ("налоги в Европейском союзе и в Африке", ("eu", "africa")),
        ("الضرائب في الاتحاد الأوروبي", ("eu",)),
        ("ضرائب جنوب أفريقيا", ()),
        ("impuestos en Sudáfrica y en Europa", ("europe",)),
        ("pajak di Afrika Selatan", ()),
        ("thuế ở châu Phi", ("africa",)),
    ],
)
def test_a_region_is_known_and_a_country_is_none(text: str, named: tuple[str, ...]) -> None:
    assert regions(text) == named


@pytest.mark.parametrize("language", ANSWER_LANGUAGES)
def test_each_region_has_a_name_that_is_read_as_this_region_and_as_no_country(language: str) -> None:
    for key in keys("region"):
        assert regions(region_name(key, language)) == (key,)
        assert not countries(region_name(key, language))
