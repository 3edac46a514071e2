"""A card says which law a guide's line rests on, and of the guide itself only when it was checked."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from bs4 import BeautifulSoup

from bot.answer import Answer, Citation, CitedBasis
from bot.outcomes import Outcome
from store.bases import Basis
from store.basis_marks import BasisMark
from store.documents import Document, Metadata, Validity
from text.catalog import SERVICE_LANGUAGES
from web.bases import document_basis_lines, review_note, to_json_with_bases
from web.chat.message import RenderContext, render_message
from web.i18n import texts

ORDER = Basis.model_validate(
    {
        "id": "ndrc-order-11",
        "title": {"zh": "企业境外投资管理办法", "en": "Measures for Outbound Investment"},
        "number": "国家发展改革委令第11号",
        "issuer": {"zh": "国家发展改革委", "en": "NDRC"},
        "issued": "2017-12-26",
        "effective_from": "2018-03-01",
        "url": "https://www.ndrc.gov.cn/order",
    }
)
CITATION = Citation(
    number=1,
    source="outbound/ndrc-filing.zh.md",
    title="发展改革委备案指南",
    quote="7个工作日内出具备案通知书。",
    start=0,
    end=14,
    heading="办理时限",
    issuer="钱塘企业出海助手知识库",
    validity=Validity.IN_FORCE,
    language="zh",
    kind="guide",
    reviewed_on=date(2026, 11, 24),
    review_by=date(2126, 5, 24),
    bases=(CitedBasis("ndrc-order-11", "第14条", ORDER, Validity.IN_FORCE),),
)


def card(citation: Citation, language: str) -> BeautifulSoup:
    answer = Answer("几天？", "几天？", "zh", Outcome.ANSWERED, "7个工作日。[1]", citations=(citation,))
    return BeautifulSoup(
        str(BeautifulSoup(render_message(answer, 1, RenderContext(language)), "html.parser").select_one(".card")),
        "html.parser",
    )


@pytest.mark.parametrize("marks", [(), (CitedBasis("reported", "state of 2022"),)])
def test_a_document_that_only_reports_tell_of_is_reported_and_not_in_force(marks: tuple[CitedBasis, ...]) -> None:
    told = ORDER.model_copy(update={"reported": True})
    cited = replace(CITATION, bases=(CitedBasis("ndrc-order-11", "第14条", told, Validity.IN_FORCE), *marks))
    (basis,) = card(cited, "en").select(".basis")
    assert texts("en")["basis.reported"] in basis.text and not basis.select_one(".validity")
    assert ("state of 2022" in basis.text) == bool(marks)
    document = Document("guide.md", "一行", Metadata(), bases=(BasisMark(0, 2, "ndrc-order-11"),))
    (line,) = document_basis_lines(document, {"ndrc-order-11": told}, "en", date(2026, 11, 30))
    assert (line.report, line.validity) == (texts("en")["basis.reported"], Validity.UNKNOWN)


def test_a_guide_is_checked_and_the_law_behind_it_is_in_force() -> None:
    shown = card(CITATION, "zh")
    basis = shown.select_one(".basis")
    assert basis
    said = " ".join(basis.get_text(" ", strip=True).split())
    assert said == (
        "依据 企业境外投资管理办法（国家发展改革委令第11号）第14条 · 国家发展改革委 · 2017-12-26 现行有效 "
        "官方网页（ndrc.gov.cn）"
    )
    link = basis.select_one(".official")
    assert link
    assert link["href"] == "https://www.ndrc.gov.cn/order"
    assert "2026-11-24" in shown.get_text()
    assert "钱塘企业出海助手知识库" not in shown.get_text()
    assert not shown.select(".details .validity")


@pytest.mark.parametrize("language", SERVICE_LANGUAGES)
def test_a_report_is_called_one_and_names_no_site(language: str) -> None:
    shown = card(replace(CITATION, bases=(CitedBasis("reported"),)), language)
    assert texts(language)["basis.reported"] in shown.get_text()


@pytest.mark.parametrize(("language", "spoken"), [("zh", "zh"), ("en", "en"), ("pt", "en")])
def test_a_law_is_read_out_in_the_language_of_its_title(language: str, spoken: str) -> None:
    assert card(CITATION, language).select(f'.basis > [lang="{spoken}"]')


def test_programs_get_the_basis_of_each_quote_and_the_day_of_the_check() -> None:
    answer = Answer("几天？", "几天？", "zh", Outcome.ANSWERED, "7个工作日。[1]", citations=(CITATION,))
    (cited,) = to_json_with_bases(answer)["citations"]
    assert (cited["kind"], cited["reviewed_on"]) == ("guide", "2026-11-24")
    (basis,) = cited["bases"]
    assert basis["text"] == "企业境外投资管理办法（国家发展改革委令第11号）第14条 · 国家发展改革委 · 2017-12-26"
    assert (basis["validity"], basis["url"], basis["report"]) == ("in_force", "https://www.ndrc.gov.cn/order", "")


def rows(*bases: CitedBasis) -> list[str]:
    return [
        " ".join(row.get_text(" ", strip=True).split())
        for row in card(replace(CITATION, bases=bases), "zh").select(".basis, .note")
    ]


LAW = replace(CITATION.bases[0], article="")
NAMED = "依据 企业境外投资管理办法（国家发展改革委令第11号） · 国家发展改革委 · 2017-12-26 现行有效"
REPORTED = "据报道，手头没有官方文本"
PAGE = "官方网页（ndrc.gov.cn）"


def test_a_law_that_is_only_reported_says_so_itself_and_as_of_when() -> None:
    assert rows(LAW, CitedBasis("reported")) == [f"{NAMED.removesuffix(' 现行有效')} · {REPORTED} {PAGE}"]
    assert rows(CitedBasis("reported", "截至2022年12月")) == [f"{REPORTED} · 截至2022年12月"]


def test_a_law_that_was_repealed_stays_so_although_it_is_only_reported() -> None:
    assert "已废止" in rows(replace(LAW, validity=Validity.REPEALED), CitedBasis("reported"))[0]


def test_a_title_leads_to_its_document_but_not_to_a_home_page() -> None:
    assert [each["href"] for each in card(CITATION, "en").select(".basis a")] == ["https://www.ndrc.gov.cn/order"] * 2
    assert ORDER.name("en") in card(CITATION, "en").select(".basis a")[0].text
    site = ORDER.model_copy(update={"url": "https://www.ndrc.gov.cn/"})
    home = card(replace(CITATION, bases=(replace(LAW, basis=site),)), "en").select(".basis a")
    assert [each.text for each in home] == ["Home page of ndrc.gov.cn"]


def test_a_report_that_is_about_no_law_beside_it_tells_the_rest_and_repeats_no_words() -> None:
    other = replace(LAW, id="other", basis=Basis(id="other", title={"zh": "另一部法"}))
    assert f"其余内容{REPORTED}" in rows(LAW, other, CitedBasis("reported"))
    spoken = [replace(each, words="7个工作日") for each in (CitedBasis("reported", "截至2022年12月"), LAW)]
    law = f"{NAMED} · 用于“7个工作日” {PAGE}"
    assert rows(*spoken) == [law, f"其余内容{REPORTED} · 截至2022年12月"], "the law is official"


def test_two_bases_for_two_parts_of_a_line_say_which_is_for_what() -> None:
    bases = (replace(LAW, words="7个工作日内"), CitedBasis("reported", words="出具备案通知书"))
    assert rows(*bases) == [f"{NAMED} · 用于“7个工作日内” {PAGE}", f"{REPORTED} · 用于“出具备案通知书”"]


def test_a_document_stands_once_with_all_its_articles_and_further_ones_are_folded() -> None:
    other = replace(LAW, id="other", basis=Basis(id="other", title={"zh": "另一部法"}))
    bases = (replace(LAW, article="第14条", words="7个工作日"), other, replace(LAW, article="第8条", words="备案"))
    shown = card(replace(CITATION, bases=bases), "zh")
    first, folded = shown.select(".basis")
    assert "第14条、第8条" in first.get_text() and "用于“7个工作日 … 备案”" in first.get_text()
    assert "另一部法" in folded.get_text() and folded.find_parent("details")
    assert " ".join(shown.select_one("summary").get_text().split()) == "依据 +1"  # type: ignore[union-attr]


def test_an_overdue_guide_says_since_when_it_should_have_been_reviewed() -> None:
    today = date(2026, 11, 26)
    assert "2026-11-25" in review_note(date(2026, 1, 1), date(2026, 11, 25), "en", today)
    assert "2026-01-01" in review_note(date(2026, 1, 1), today, "en", today)


def test_an_official_document_is_in_force_and_names_its_issuer() -> None:
    shown = card(replace(CITATION, kind="document", bases=()), "zh")
    assert shown.select_one(".validity.in_force")
    assert "钱塘企业出海助手知识库" in shown.get_text()
    assert not shown.select(".checked, .basis")


def test_the_page_of_a_guide_lists_all_that_it_rests_on_with_its_articles() -> None:
    marks = (
        BasisMark(0, 5, "ndrc-order-11", "第14条"),
        BasisMark(6, 9, "?"),
        BasisMark(10, 12, "ndrc-order-11", "第2条"),
        BasisMark(13, 15, "gone"),
    )
    document = Document("guide.md", "文" * 20, Metadata(kind="guide"), bases=marks)
    lines = document_basis_lines(document, {ORDER.id: ORDER}, "zh", date(2026, 11, 26))
    assert [line.text for line in lines] == [
        "企业境外投资管理办法（国家发展改革委令第11号）第14条、第2条 · 国家发展改革委 · 2017-12-26",
        texts("zh")["basis.unknown"],
    ]


def test_the_page_of_a_guide_calls_a_law_reported_that_is_so_in_each_of_its_lines() -> None:
    marks = (
        BasisMark(0, 5, "ndrc-order-11"),
        BasisMark(0, 5, "reported"),
        BasisMark(6, 9, "other"),
        BasisMark(10, 12, "other"),
        BasisMark(10, 12, "reported"),
    )
    document = Document("guide.md", "文" * 20, Metadata(kind="guide"), bases=marks)
    bases = {each: ORDER.model_copy(update={"id": each}) for each in ("ndrc-order-11", "other")}
    lines = document_basis_lines(document, bases, "zh", date(2026, 11, 26))
    assert [(line.validity, line.report) for line in (lines[0], lines[2])] == [
        (Validity.UNKNOWN, REPORTED),
        (Validity.IN_FORCE, ""),
    ]
