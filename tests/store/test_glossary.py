"""A word that companies use leads to the official term, as soon as a clerk has added it."""

from __future__ import annotations

from pathlib import Path

import pytest

from store.glossary import read_glossary
from tests.knowledge.guides import KNOWLEDGE

TERMS = """
- zh: 外商投资企业
  en: foreign-invested enterprise
  pt: empresa com investimento estrangeiro
  also: {zh: [外资企业, 外商独资], en: [WFOE, foreign-owned company]}
- zh: 营业执照
  en: business licence
  also: {zh: [执照], en: [CO]}
"""


@pytest.mark.parametrize(
    ("question", "language", "term"),
    [
        ("设立外商独资公司要多久？", "zh", "外商投资企业"),
        ("How do I set up a wfoe?", "en", "foreign-invested enterprise"),
        ("Como abrir uma WFOE?", "pt", "empresa com investimento estrangeiro"),
        ("Как открыть WFOE?", "ru", "foreign-invested enterprise"),
        ("外商投资企业的执照几天下来？", "zh", "营业执照"),
        ("A company in Colombia", "en", ""),
        ("Does a foreign-invested enterprise (WFOE) pay it?", "en", ""),
    ],
)
def test_a_word_means_its_term_in_the_language_of_the_question(
    tmp_path: Path, question: str, language: str, term: str
) -> None:
    (tmp_path / "glossary.yaml").write_text(TERMS, encoding="utf-8")
    assert [*read_glossary(tmp_path).official(question, language).values()] == ([term] if term else [])


def test_an_added_word_works_at_once(tmp_path: Path) -> None:
    file = tmp_path / "glossary.yaml"
    file.write_text(TERMS, encoding="utf-8")
    assert read_glossary(tmp_path).official("开洋行要办什么？", "zh") == {}
    file.write_text(TERMS.replace("外商独资]", "外商独资, 洋行]"), encoding="utf-8")
    assert read_glossary(tmp_path).official("开洋行要办什么？", "zh") == {"洋行": "外商投资企业"}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("zh: 甲", "glossary.no_list"),
        ("- [", "glossary.not_read"),
        ("- {zh: [甲]}", "glossary.entry_wrong"),
        ("- 甲", "list.no_keys"),
    ],
)
def test_what_is_wrong_is_told(tmp_path: Path, text: str, code: str) -> None:
    (tmp_path / "glossary.yaml").write_text(text, encoding="utf-8")
    assert [problem.code for problem in read_glossary(tmp_path).problems] == [code]


@pytest.mark.parametrize(
    ("question", "language", "term"),
    [
        ("在哪里查纳税人识别号？", "zh", "统一社会信用代码"),
        ("Qual é o NIF de uma empresa chinesa?", "pt", "código unificado de crédito social"),
        ("O parceiro chinês tem CNPJ?", "pt", "código unificado de crédito social"),
        ("Есть ли у китайской компании INN?", "ru", "единый код социального кредита"),
        ("¿Cuál es el NIF de la empresa?", "es", "código unificado de crédito social"),
        ("O investimento exige arquivamento?", "pt", "registro por comunicação"),
        ("How do I open a WFOE?", "en", "foreign-invested enterprise"),
    ],
)
def test_words_that_companies_bring_from_home_lead_to_the_term(question: str, language: str, term: str) -> None:
    assert term in read_glossary(KNOWLEDGE).official(question, language).values()


def test_a_folder_without_a_glossary_has_no_terms(tmp_path: Path) -> None:
    assert read_glossary(tmp_path).official("WFOE", "en") == {}


def test_the_glossary_of_the_folder_is_sound_and_has_each_term_in_all_languages_of_the_guides() -> None:
    glossary = read_glossary(KNOWLEDGE)
    assert glossary.problems == ()
    assert all({"zh", "en", "pt", "ru", "es", "ar"} <= term.names.keys() for term in glossary.terms)
    words = [word.lower() for term in glossary.terms for own in term.also.values() for word in set(own)]
    languages = [(word, code) for term in glossary.terms for code, own in term.also.items() for word in own]
    assert len(languages) == len(set(languages)), "a word stands for two terms"
    assert words
