"""The words of the languages: each file has all keys, each key is used, and the signs mean what `en.yaml` says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from text.catalog import SERVICE_LANGUAGES
from text.lexicon import load

EMPTY = Path(__file__).with_name("empty_words.yaml")
ROOT = Path(load.__file__).parents[2]
ROOMS = ("bot", "ingest", "store", "text", "web")


def known_keys(language: str) -> list[str]:
    return list(load.read_word_list(language))


@pytest.mark.parametrize("language", [*SERVICE_LANGUAGES, "es"])
def test_every_language_of_pages_has_every_key(language: str) -> None:
    assert known_keys(language) == known_keys("en")


@pytest.mark.parametrize("language", [*SERVICE_LANGUAGES, "es"])
def test_a_language_of_pages_lacks_only_the_words_that_are_listed(language: str) -> None:
    listed = yaml.safe_load(EMPTY.read_text(encoding="utf-8"))[language].split(", ")
    empty = [key for key, words in load.entries(language).items() if not words and not key.startswith("country.")]
    assert [key for key in empty if key not in listed and key.partition(".")[0] not in listed] == []
    assert [each for each in listed if "." in each and each not in empty] == []


@pytest.mark.parametrize("language", load.languages())
def test_a_language_without_a_page_may_have_some_of_them(language: str) -> None:
    own = known_keys(language)
    assert own == [key for key in known_keys("en") if key in own]
    assert set(load.entries(language)) == set(known_keys("en"))


@pytest.mark.parametrize("language", load.languages())
def test_all_words_can_be_read(language: str) -> None:
    for key in load.entries(language):
        re.compile(load.alternatives(key, language))


def test_every_key_is_used() -> None:
    code = "\n".join(path.read_text(encoding="utf-8") for room in ROOMS for path in (ROOT / room).rglob("*.py"))
    named = set(re.findall(r"""["']([a-z_]+\.[a-z_]+)["']""", code))
    whole_sections = set(re.findall(r"""f["']([a-z_]+)\.\{""", code))
    unused = [key for key in load.entries("en") if key not in named and key.partition(".")[0] not in whole_sections]
    assert unused == []


@pytest.mark.parametrize(
    ("phrase", "found", "passed_over"),
    [
        ("tax", "a tax.", "taxes"),
        ("tax*", "taxes", "syntax"),
        ("*tax", "syntax", "taxes"),
        ("*tax*", "syntaxes", "tex"),
        ("налог* на прибыль", "налога на прибыль", "налог прибыль"),
        ("[visa|permit] fee", "permit fee", "fee"),
        ("(corporate) tax", "tax", "corporatetax"),
        ("(all) (of) (the) taxes", "of taxes", "thetaxes"),
        ("how long (does it take)", "how long", "how longdoes it take"),
        ("visa(s)", "visas", "visa1"),
        ("invest+ abroad", "investing abroad", "invest abroad"),
        ("evade…8tax", "evade the tax", "evade all of the tax"),
        ("evade …8 tax", "evade the tax", "evade surtax"),
        ("no![ doubt]", "no tax", "no doubt"),
        ("![a ]no", "the no", "a no"),
        ("=[it|It]", "is it filed", "an IT company"),
    ],
)
def test_notation(phrase: str, found: str, passed_over: str) -> None:
    pattern = re.compile("".join(load.expression(phrase, "en")), re.IGNORECASE)
    assert pattern.search(found)
    assert not pattern.search(passed_over)


@pytest.mark.parametrize(
    ("phrase", "language", "found", "passed_over"),
    [
        ("税", "zh", "增值税率", "水"),
        ('"vat"', "zh", "缴纳vat吗", "private"),
        ("هاتف", "ar", "الهاتف", "بريد"),
        ('"هل"', "ar", "هل يجوز", "أهلا"),
    ],
)
def test_whole_words_where_words_are_found_anywhere(phrase: str, language: str, found: str, passed_over: str) -> None:
    pattern = re.compile("".join(load.expression(phrase, language)))
    assert pattern.search(found)
    assert not pattern.search(passed_over)


@pytest.mark.parametrize(
    ("key", "spanish", "other"),
    [
        ("follow_up.opening", "¿o hay otra vía?", "O visto precisa de convite?"),
        ("part.asking", "¿hay convenio?", "thuế hay phí"),
        ("asked.rate", "tipo de IVA", "Que tipo de empresa posso abrir?"),
        ("asked.date", "¿qué fecha?", "uma empresa que fecha"),
        ("asked.number", "¿cuánto retienen?", "Quanto custa?"),
        ("given.duration_unit", "1 mes", "2 messages"),
        ("facet.whether", "¿Puedo abrir una filial?", "Posso abrir uma filial?"),
        ("role.into", "vamos a Cuba", "A China é membro?"),
        ("scope.inbound", "entro a China", "a China company"),
        ("concept.to_china", "entro a Hangzhou", "a Hangzhou company"),
    ],
)
def test_spanish_words_are_not_found_in_other_languages(key: str, spanish: str, other: str) -> None:
    pattern = re.compile(load.alternatives(key, "es"), re.IGNORECASE)
    assert pattern.search(spanish)
    assert not pattern.search(other)


def test_spanish_numbers_that_are_words_of_other_languages_are_left_out() -> None:
    assert {"dos", "once"}.isdisjoint(
        each for number in load.keys("counted") for each in load.words(f"counted.{number}")
    )


def test_what_cannot_be_read_is_said() -> None:
    with pytest.raises(ValueError, match="cannot be read"):
        load.body_of("no!")


def test_words_of_printed_texts_may_stand_on_two_lines() -> None:
    assert re.fullmatch(load.bodies_across_lines("document.takes_effect", "en"), "comes into\n  force as\nof")
