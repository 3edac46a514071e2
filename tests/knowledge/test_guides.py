"""The guides have one shape, say the same in every language, and show how long they may be trusted."""

from __future__ import annotations

import re
from datetime import date

import pytest

from ingest.checks import check_documents, check_offices
from store.bases import read_bases
from store.contacts import read_contacts
from store.documents import Validity
from store.folder import walk
from store.validity import validities
from tests.knowledge.guides import KNOWLEDGE, SLUGS, Guide, each_guide, each_topic, guides, read_guide, versions
from tests.support.for_each import for_each

FIRST_REVIEW = date(2026, 11, 24)
"""Day on which the first guides were checked."""
DOCUMENT_NUMBER = re.compile(r"〔\d{4}〕\d+号")
LENGTHS = {"zh": (600, 2620), "en": (400, 1520), "es": (400, 2010), "pt": (400, 1860)}
"""Ideographs and words, at least and at most."""
COUNTRY_SHEET = {
    "zh": ["主管机构", "步骤", "公司形式", "税收", "税收协定", "经济区", "外资限制", "签证", "支付", "争议解决"],
    "en": ["Authorit", "Steps", "Form", "Tax", "treaty", "zones", "Limits", "Visa", "Payment", "Disputes"],
}
NAMES_COUNTRIES = "outbound/other-countries"
"""The guide whose `also_asked` names the countries that people ask about, besides words and situations."""
NO_OWN_SITE = ("github", "chambers", "lawfirm", "sina", "sohu", "163.com", "weixin")


def length(guide: Guide) -> int:
    """Ideographs of a Chinese guide, words of another one."""
    word = r"[\u4e00-\u9fff]" if guide.language == "zh" else r"[^\W_\u4e00-\u9fff][\w'.,/-]*"
    return len(re.findall(word, guide.text))


def test_no_guide_is_called_in_force_which_only_laws_are() -> None:
    valid = validities({each.source: each.document.metadata for each in guides()}, FIRST_REVIEW)
    assert {each for each, _ in valid.values()} <= {Validity.UNKNOWN, Validity.DRAFT, Validity.EXPIRED}


@each_topic
def test_each_topic_is_there_in_chinese_and_english(slug: str) -> None:
    found = versions(slug)
    assert {"zh", "en"} <= found.keys()
    for language, guide in found.items():
        assert guide.source == f"{slug}.{language}.md"
        assert guide.document.metadata.translation_of == ("" if language == "zh" else f"{slug}.zh.md")


def test_brazil_and_russia_are_there_in_their_own_languages() -> None:
    assert "pt" in versions("outbound/country-brazil")
    assert "ru" in versions("outbound/country-russia")


@each_topic
def test_translations_name_the_same_documents_by_number(slug: str) -> None:
    numbers = {language: set(DOCUMENT_NUMBER.findall(guide.text)) for language, guide in versions(slug).items()}
    assert all(each == numbers["zh"] for each in numbers.values()), numbers


@each_topic
def test_translations_list_the_same_facts_countries_and_days(slug: str) -> None:
    def said(guide: Guide) -> tuple[object, ...]:
        metadata = guide.document.metadata
        days = (metadata.effective_from, metadata.effective_to, metadata.reviewed_on, metadata.review_by)
        return {*metadata.facts}, {*metadata.countries}, metadata.status, metadata.audience, days

    first, *others = versions(slug).values()
    assert all(said(other) == said(first) for other in others)


@each_guide
def test_the_front_matter_is_complete(guide: Guide) -> None:
    metadata = guide.document.metadata
    assert guide.problems == ()
    assert not metadata.guessed & {"title", "language"}
    assert metadata.kind == "guide"
    assert metadata.topics
    assert metadata.issuer
    assert metadata.summary
    assert 10 <= len(metadata.also_asked) <= (25 if guide.slug != NAMES_COUNTRIES else 35)
    assert metadata.reviewed_on and metadata.reviewed_on >= FIRST_REVIEW
    assert metadata.review_by and metadata.review_by > metadata.reviewed_on
    assert not any(site in metadata.source_url for site in NO_OWN_SITE)


@each_guide
def test_the_length_is_that_of_a_leaflet(guide: Guide) -> None:
    least, most = LENGTHS.get(guide.language, (400, 1720))
    assert least <= length(guide) <= most


@each_guide
def test_the_answer_stands_before_the_first_heading(guide: Guide) -> None:
    title, _, rest = guide.text.partition("\n")
    assert title.startswith("# ")
    first = [line for line in rest.split("\n## ")[0].splitlines() if line.strip()]
    assert 1 <= len(first) <= 3
    assert all(line.rstrip().endswith(("。", ".")) for line in first)


@for_each([slug for slug in SLUGS if "/country-" in slug])
def test_country_sheets_have_all_sections(slug: str) -> None:
    headings = {language: " | ".join(versions(slug)[language].headings).lower() for language in COUNTRY_SHEET}
    named = [(language, part) for language, parts in COUNTRY_SHEET.items() for part in parts]
    assert [(language, part) for language, part in named if part.lower() not in headings[language]] == []


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize(
    ("template", "example"),
    [
        ("service-guide", "outbound/ndrc-filing"),
        ("country-sheet", "outbound/country-brazil"),
        ("policy-digest", "inbound/reinvestment-credit"),
    ],
)
def test_each_template_has_a_filled_example_of_the_same_shape(template: str, example: str, language: str) -> None:
    path = KNOWLEDGE / "templates" / f"{template}.{language}.md"
    empty = read_guide(path, path.name)
    assert [heading.split("（")[0] for heading in empty.headings] == versions(example)[language].headings
    assert f"{example}.{language}.md" in (KNOWLEDGE / "templates/README.md").read_text(encoding="utf-8")


def countries(guide: Guide, heading: str) -> set[str]:
    """The first column of the table under a heading."""
    section = next(part for part in guide.text.split("\n## ") if part.startswith(heading))
    rows = [line for line in section.splitlines() if line.startswith("|")]
    return {row.strip("| ").split("|")[0].split("（")[0].split(" (")[0].strip() for row in rows[2:]}


@pytest.mark.parametrize(
    ("slug", "heading"),
    [
        ("outbound/compare-taxes", "企业所得税"),
        ("outbound/compare-taxes", "增值税"),
        ("outbound/tax-treaties", "协定税率对照表"),
        ("outbound/compare-entry", "签证对照表"),
        ("outbound/compare-entry", "最低资本对照表"),
        ("outbound/compare-entry", "投资主管机构对照表"),
    ],
)
def test_each_comparison_table_has_all_members_and_partners(slug: str, heading: str) -> None:
    members = "巴西 俄罗斯 印度 南非 埃及 埃塞俄比亚 伊朗 阿联酋 印度尼西亚 沙特阿拉伯".split()
    partners = "白俄罗斯 玻利维亚 古巴 哈萨克斯坦 马来西亚 尼日利亚 泰国 乌干达 乌兹别克斯坦 越南".split()
    assert {*members, *partners} - countries(versions(slug)["zh"], heading) == set()


def test_the_check_finds_no_error_in_the_folder() -> None:
    files = [path.relative_to(KNOWLEDGE).as_posix() for path in walk(KNOWLEDGE)]
    documents = [guide.document for guide in guides()]
    found = [
        *check_documents(documents, files, FIRST_REVIEW, read_bases(KNOWLEDGE)),
        *check_offices(*read_contacts(KNOWLEDGE)),
    ]
    assert [problem for problem in found if problem.level == "error"] == []


def test_nothing_but_the_list_of_offices_names_telephone_numbers() -> None:
    number = re.compile(r"(?<!\d)(?:0571[- ]?\d{7,8}|1[3-9]\d{9})(?!\d)")
    assert [guide.source for guide in guides() if number.search(guide.text)] == []
