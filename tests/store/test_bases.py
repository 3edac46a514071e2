"""The lists of bases say which law, order or official page a line of a guide rests on."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from store.bases import Basis, read_bases
from store.documents import Validity

ORDER = """
- id: ndrc-order-11
  title: {zh: 企业境外投资管理办法, en: Measures for Outbound Investment}
  number: 国家发展改革委令第11号
  issuer: {zh: 国家发展改革委, en: NDRC}
  issued: 2017-12-26
  effective_from: 2018-03-01
  status: in_force
"""


def put(folder: Path, text: str, where: str = "outbound") -> None:
    (folder / where).mkdir(exist_ok=True)
    (folder / where / "bases.yaml").write_text(text, encoding="utf-8")


def test_each_folder_has_a_list_and_a_mark_finds_all_of_them(tmp_path: Path) -> None:
    put(tmp_path, ORDER)
    put(tmp_path, "- {id: fil, title: {zh: 外商投资法}}", "inbound")
    assert set(read_bases(tmp_path).by_id) == {"ndrc-order-11", "fil"}
    assert not read_bases(tmp_path).problems


def test_a_changed_list_is_read_again(tmp_path: Path) -> None:
    put(tmp_path, ORDER)
    assert "fil" not in read_bases(tmp_path).by_id
    put(tmp_path, ORDER + "\n- {id: fil, title: {zh: 外商投资法}}")
    assert "fil" in read_bases(tmp_path).by_id


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("id: alone", "bases.no_list"),
        ("- {id: a, title: {zh: 甲}}\n- {id: a, title: {zh: 乙}}", "bases.id_taken"),
        ("- {id: reported, title: {zh: 甲}}", "bases.id_taken"),
        ("- {id: A b, title: {zh: 甲}}", "bases.entry_wrong"),
        ("- {id: a}", "bases.entry_wrong"),
        ("- {id: a, title: {zh: 甲}, issued: last year}", "bases.entry_wrong"),
        ("- {id: a, title: {zh: 甲}, url: www.example.cn}", "bases.entry_wrong"),
        ("- [", "bases.not_read"),
    ],
)
def test_what_is_wrong_in_a_list_is_told_and_the_rest_is_used(tmp_path: Path, text: str, code: str) -> None:
    put(tmp_path, text)
    put(tmp_path, ORDER, "center")
    found = read_bases(tmp_path)
    assert [(file, problem.code) for file, problem in found.problems] == [("outbound/bases.yaml", code)]
    assert "ndrc-order-11" in found.by_id


@pytest.mark.parametrize(
    ("entry", "says"),
    [
        ("{id: A b, title: {zh: 甲}}", "entry A b: id: needs lower-case letters, digits and hyphens"),
        ("{id: a, title: 甲}", "entry a: title: needs one line for each language"),
        ("{id: a}", "entry a: title: needs one line for each language"),
        ("{id: a, title: {zh: 甲}, issuer: 国务院}", "entry a: issuer: needs one line for each language"),
        ("{id: a, title: {zh: 甲}, issued: 2026年3月}", "entry a: issued: needs a day, month or year"),
        ("{id: a, title: {zh: 甲}, issued: '2024-99-99'}", "entry a: issued: needs a day, month or year"),
        ("{id: a, title: {zh: 甲}, issued: 2023-02-29}", "entry a: issued: needs a day, month or year"),
        ("{id: a, title: {zh: 甲}, issued: 2024-13}", "entry a: issued: needs a day, month or year"),
        ("{id: a, title: {zh: 甲}, effective_from: soon}", "entry a: effective_from: needs a day, such as"),
        ("{id: a, title: {zh: 甲}, effective_to: 2026-02-30}", "entry a: effective_to: needs a day, such as"),
        ("{id: a, title: {zh: 甲}, status: 现行}", "entry a: status: needs in_force, draft or repealed"),
        ("{id: a, title: {zh: 甲}, url: www.example.cn}", "entry a: url: needs an address"),
        ("{id: a, title: {zh: 甲}, described: perhaps}", "entry a: described: needs true"),
        ("{id: a, title: {zh: 甲}, urls: b}", "entry a: urls: is not a known key; the nearest one is url"),
    ],
)
def test_an_error_in_an_entry_says_what_the_key_needs(tmp_path: Path, entry: str, says: str) -> None:
    put(tmp_path, f"- {entry}")
    [(_, problem)] = read_bases(tmp_path).problems
    assert str(problem).startswith(says)


@pytest.mark.parametrize(("written", "read"), [("2017", "2017"), ("2017-12", "2017-12"), ("2017-1-2", "2017-01-02")])
def test_a_day_of_issue_may_be_a_month_or_a_year(tmp_path: Path, written: str, read: str) -> None:
    put(tmp_path, f"- {{id: a, title: {{zh: 甲}}, issued: {written}}}")
    assert read_bases(tmp_path).by_id["a"].issued == read


@pytest.mark.parametrize(
    ("known", "validity"),
    [
        ({"status": "in_force"}, Validity.IN_FORCE),
        ({"effective_from": date(2018, 3, 1)}, Validity.IN_FORCE),
        ({"effective_from": date(2027, 1, 1)}, Validity.NOT_YET),
        ({"effective_to": date(2025, 12, 31)}, Validity.EXPIRED),
        ({"status": "draft"}, Validity.DRAFT),
        ({"status": "repealed"}, Validity.REPEALED),
        ({"issued": "2017-12-26"}, Validity.UNKNOWN),
        ({}, Validity.UNKNOWN),
    ],
)
def test_a_basis_is_in_force_only_where_something_says_so(known: dict[str, object], validity: Validity) -> None:
    basis = Basis.model_validate({"id": "a", "title": {"zh": "甲"}, **known})
    assert basis.validity(date(2026, 11, 26)) is validity


def test_a_name_keeps_the_official_one_beside_its_translation(tmp_path: Path) -> None:
    put(tmp_path, ORDER)
    basis = read_bases(tmp_path).by_id["ndrc-order-11"]
    assert basis.name("zh") == "企业境外投资管理办法（国家发展改革委令第11号）"
    assert basis.name("en") == "Measures for Outbound Investment (企业境外投资管理办法, 国家发展改革委令第11号)"
    assert basis.name("ru") == basis.name("en")
    law = Basis.model_validate({"id": "br", "title": {"pt": "Lei nº 6.404/1976", "en": "Law 6,404/1976"}})
    assert law.name("en") == "Law 6,404/1976 (Lei nº 6.404/1976)"
    assert law.name("ru") == law.name("en")
    translated = Basis(id="a", title={"zh": "外商投资法", "en": "Investment Law", "pt": "Lei de Investimento"})
    assert translated.name("pt") == "Lei de Investimento (外商投资法)"
    assert (translated.name("ar"), translated.name_language("ar")) == ("Investment Law (外商投资法)", "en")
    assert Basis(id="a", title={"zh": "办法", "pt": "Medidas"}).name_language("ru") == "zh"
    numbered = {"id": "ru", "title": {"ru": "Закон № 425-ФЗ", "en": "Law 425-FZ"}, "number": "№ 425-ФЗ"}
    assert Basis.model_validate(numbered).name("en") == "Law 425-FZ (Закон № 425-ФЗ)"


def test_a_description_stands_behind_the_number_and_never_looks_like_a_title() -> None:
    title = {"zh": "资本项目结汇（通知）", "en": "Conversion of capital into yuan (notice)"}
    numbered = Basis(id="a", title=title, described=True, number="汇发〔2016〕16号")
    assert numbered.name("zh") == "汇发〔2016〕16号：资本项目结汇（通知）"
    assert numbered.name("en") == "汇发〔2016〕16号: Conversion of capital into yuan (notice)"
    assert Basis(id="b", title=title, described=True).name("en") == title["en"]
