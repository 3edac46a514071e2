"""A body is named in the asker's language, from one list by its Chinese name and from the glossary."""

from __future__ import annotations

from pathlib import Path

import pytest

from store.bases import read_bases
from store.issuers import read_issuers

BASIS = "- {id: a, title: {zh: 办法}, issuer: {zh: 商务部、海关总署, en: MOFCOM and GACC}}"
BODIES = "- {zh: 海关总署, pt: Alfândegas, ar: الجمارك}\n- {zh: 商务部等部门, pt: MOFCOM e outros}"
TERMS = "- {zh: 商务部, en: Ministry of Commerce, pt: Ministério do Comércio, ar: وزارة التجارة}"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in (("bases", BASIS), ("issuers", BODIES), ("glossary", TERMS)):
        (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("chinese", "language", "name"),
    [
        ("海关总署", "pt", "Alfândegas"),
        ("商务部、海关总署", "pt", "Ministério do Comércio, Alfândegas"),
        ("商务部、海关总署", "ar", "وزارة التجارة، الجمارك"),
        ("商务部等部门", "pt", "MOFCOM e outros"),
        ("商务部、海关总署", "ru", ""),
        ("商务部、外星局", "pt", ""),
        ("", "pt", ""),
    ],
)
def test_a_body_or_several_are_named_if_each_of_them_has_a_name(
    folder: Path, chinese: str, language: str, name: str
) -> None:
    assert read_issuers(folder).names(chinese).get(language, "") == name


def test_a_basis_names_its_body_in_each_language_and_keeps_what_it_says_itself(folder: Path) -> None:
    basis = read_bases(folder).by_id["a"]
    assert [basis.issuer_name(each) for each in ("zh", "en", "pt", "ru")] == [
        "商务部、海关总署",
        "MOFCOM and GACC",
        "Ministério do Comércio, Alfândegas",
        "MOFCOM and GACC",
    ]


def test_a_name_that_a_clerk_adds_is_shown_at_once(folder: Path) -> None:
    assert read_bases(folder).by_id["a"].issuer_name("ar") == "وزارة التجارة، الجمارك"
    (folder / "issuers.yaml").write_text("- {zh: 海关总署, ar: الإدارة العامة للجمارك}", encoding="utf-8")
    assert read_bases(folder).by_id["a"].issuer_name("ar") == "وزارة التجارة، الإدارة العامة للجمارك"


@pytest.mark.parametrize(
    ("text", "code"), [("zh: 甲", "issuers.no_list"), ("- [", "issuers.not_read"), ("- 甲", "list.no_keys")]
)
def test_what_is_wrong_in_the_list_is_told_with_the_bases(folder: Path, text: str, code: str) -> None:
    (folder / "issuers.yaml").write_text(text, encoding="utf-8")
    found = read_bases(folder)
    assert [(file, problem.code) for file, problem in found.problems] == [("issuers.yaml", code)]
    assert found.by_id["a"].issuer_name("pt") == "MOFCOM and GACC"
