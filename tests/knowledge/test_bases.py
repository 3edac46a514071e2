"""Each line of a guide that states a figure names the law, order or page behind it, as the fact sheets do."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ingest.checks.bases import check_bases, lines_without_basis, sentences_without_basis, stating_lines
from store.bases import Basis, read_bases
from store.basis_marks import RESERVED, BasisMark
from tests.knowledge.facts import Fact, articles, numerals, read_facts, with_plain_dates
from tests.knowledge.guides import KNOWLEDGE, Guide, each_guide, each_topic, guides, versions
from tests.support.for_each import for_each

PROMISED = 0.95
OFFICIAL_AFTER_ALL = {
    "qinqing-online": "the site itself",
    "zj-government-service": "the site itself",
    "mofcom-gac-steel-2025": "told by the ministry in its own press conference",
    "mofcom-order-4-2020": "the report in the same source is on another announcement",
}
"""Bases whose facts look like reports and are none."""
NOT_FOUND = {"sc-order-837", "brics-new-delhi-declaration-2026", "kazan-speech-2024"}
"""Documents whose official text the fact sheets call not found, or read only in a file on GitHub."""
INVESTORS = ("pt", "ru", "es", "ar")
each_language = for_each(INVESTORS)


@pytest.fixture(scope="module")
def facts(shared: Path) -> dict[str, Fact]:
    return read_facts(shared)


def bases() -> dict[str, Basis]:
    return dict(read_bases(KNOWLEDGE).by_id)


def named(guide: Guide) -> list[BasisMark]:
    """The marks of a guide that name an entry of a list."""
    return [mark for mark in guide.document.bases if mark.id not in RESERVED]


def sources(basis: Basis, facts: dict[str, Fact]) -> str:
    """Where the facts of a basis were read."""
    return " ".join(facts[each].source for each in basis.facts if each in facts)


def test_the_lists_are_sound_and_each_mark_finds_its_basis_and_is_needed() -> None:
    documents = {guide.source: guide.document for guide in guides()}
    found = check_bases(documents, read_bases(KNOWLEDGE))
    problems = [each for each in found if each.level == "error" or each.text.code == "bases.needless"]
    assert [(each.source, str(each.text)) for each in problems] == []


@each_guide
def test_nearly_each_line_with_a_figure_names_its_basis(guide: Guide) -> None:
    stating = list(stating_lines(guide.document))
    bare = lines_without_basis(guide.document)
    assert len(bare) <= (1 - PROMISED) * len(stating), bare


@each_guide
def test_each_further_line_names_what_it_rests_on(guide: Guide) -> None:
    assert sentences_without_basis(guide.document) == []


def test_no_basis_is_listed_in_vain() -> None:
    used = {mark.id for guide in guides() for mark in guide.document.bases}
    assert sorted(bases().keys() - used) == []


def test_each_basis_rests_on_facts_that_there_are_or_is_one_that_clerks_added(facts: dict[str, Fact]) -> None:
    assert [(each.id, fact) for each in bases().values() for fact in each.facts if fact not in facts] == []
    assert len([each for each in bases().values() if not each.facts]) <= (1 - PROMISED) * len(bases())


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("signed 30 September 2024", "signed 2024-09-30"),
        ("in force May 2025 – 54 articles", "in force 2025-05 - 54 articles"),
        ("1 July 2026", "2026-07-01"),
    ],
)
def test_dates_are_compared_in_one_form(text: str, plain: str) -> None:
    assert with_plain_dates(text) == plain


def test_a_range_of_numbers_stands_for_each_of_them() -> None:
    assert numerals("Nos. 55–58 of 2025") == {55, 56, 57, 58, 2025}


def test_an_article_is_told_from_a_day_and_a_share() -> None:
    text = "within 30 days, 15 percent. | NPC Law, Arts. 27–28, 44 [law text]; Order No. 37, Art. 4; Act s 36; note 2"
    assert articles(text) == {27, 28, 44, 4, 36, 2}


def test_number_and_days_of_a_basis_are_those_of_its_facts(facts: dict[str, Fact]) -> None:
    wrong = list[tuple[str, str]]()
    for each in bases().values():
        told = with_plain_dates(" ".join(f"{facts[it].text} {facts[it].source}" for it in each.facts if it in facts))
        days = [each.issued, *(str(day) for day in (each.effective_from, each.effective_to) if day)]
        wrong += [(each.id, day) for day in days if day not in told]
        wrong += [(each.id, each.number)] if not numerals(each.number) <= numerals(told) else []
    assert wrong == []


def test_a_statute_whose_text_was_read_says_whether_it_is_in_force(facts: dict[str, Fact]) -> None:
    bare = [each.id for each in bases().values() if each.status is None and "[law text" in sources(each, facts)]
    assert bare == ["zj-ftz-regulations-2017"], "of this one the facts say that it was revised since"


def test_nothing_is_called_in_force_of_which_the_facts_are_all_to_be_checked(facts: dict[str, Fact]) -> None:
    called = [each for each in bases().values() if each.status == "in_force" and each.facts]
    assert [each.id for each in called if {facts[it].mark for it in each.facts if it in facts} <= {"C"}] == []


def test_a_description_without_number_or_day_is_not_called_in_force() -> None:
    vague = [each for each in bases().values() if each.described and not (each.number or each.effective_from)]
    assert [each.id for each in vague if each.status == "in_force" and not each.effective_to] == []


def test_what_only_reports_tell_is_called_reported_by_one_rule(facts: dict[str, Fact]) -> None:
    told = {
        each.id: [facts[it] for it in each.facts if it in facts and facts[it].mark != "C"] for each in bases().values()
    }
    by_rule = {each for each, its in told.items() if its and all(it.mark == "A" and it.is_report for it in its)}
    assert {each.id for each in bases().values() if each.reported} == by_rule - OFFICIAL_AFTER_ALL.keys() | NOT_FOUND


@pytest.mark.parametrize(
    ("source", "is_report"),
    [
        ("MoF & STA Announcement No. 11 of 2026; regfollower.com", True),
        ("National Immigration Administration, via Xinhua en.people.cn 2025-11-03", True),
        ("Hangzhou 2026 policies [sec]", True),
        ("ezhejiang.gov.cn via zhejiang.chinadaily.com.cn 2025-11-03", True),
        ("ehangzhou.gov.cn, “How Hangzhou is powering BRICS cooperation”, 2026", True),
        ("NDRC consultation page yyglxxbsgw.ndrc.gov.cn, reported in news digests of 2026-08-21", True),
        ("Hangzhou DRC, official reading, zfgb.hangzhou.gov.cn (via GitHub research file 2026-09-28)", True),
        ("MoF & STA Announcement No. 2 of 2026, 2026-01-08; fgk.chinatax.gov.cn", False),
        ("Qiantang District Government, via qt.cneiport.com p/3203077992604169", False),
        ("STA Announcement No. 4 of 2025; fgk.chinatax.gov.cn; china-briefing.com", False),
        ("Implementing Regulations, Art. 91 [law text]; lexology.com", False),
        ("MOF, STA, MOFCOM, Announcement 2025 No. 2, published 2025-06-30 [sec copies read]", False),
        ("NDRC Order No. 11 Art. 42", False),
    ],
)
def test_a_source_tells_whether_a_fact_is_a_report(source: str, is_report: bool) -> None:
    assert Fact("X-1", "", "A", source).is_report is is_report


@each_language
def test_what_a_card_names_has_a_title_in_the_language_of_its_reader(language: str) -> None:
    known, used = bases(), {mark.id for each in guides() if each.language == language for mark in named(each)}
    assert {each for each in used if not known[each].title.get(language)} == set()


@each_language
def test_each_issuing_body_has_a_name_in_the_language_of_its_reader(language: str) -> None:
    assert {each.issuer["zh"] for each in bases().values() if each.issuer and not each.issuer.get(language)} == set()


def test_a_translated_title_has_no_figures_of_its_own() -> None:
    for each in bases().values():
        own = numerals(f"{each.title.get('zh', '')} {each.title.get('en', '')} {each.number}")
        assert {code: text for code, text in each.title.items() if numerals(text) - own} == {}, each.id


@each_guide
def test_what_a_guide_rests_on_are_documents_of_its_facts(guide: Guide) -> None:
    own = {*guide.document.metadata.facts}
    known = bases()
    foreign = {mark.id for mark in named(guide) if own and (facts := {*known[mark.id].facts}) and not own & facts}
    assert foreign == set(), "no fact of the guide rests on these"


@each_guide
def test_an_article_is_one_that_the_facts_name(guide: Guide, facts: dict[str, Fact]) -> None:
    known = bases()
    for mark in named(guide):
        told = " ".join(f"{facts[each].text} {facts[each].source}" for each in known[mark.id].facts if each in facts)
        assert numerals(mark.article) <= articles(told), (mark.id, mark.article)


@each_topic
def test_translations_rest_on_the_same(slug: str) -> None:
    found = {language: {mark.id for mark in guide.document.bases} for language, guide in versions(slug).items()}
    assert all(each == found["zh"] for each in found.values()), {
        language: each ^ found["zh"] for language, each in found.items()
    }


@each_guide
def test_the_site_of_a_report_is_never_an_authority(guide: Guide) -> None:
    known = bases()
    sites = re.compile(r"github|ehangzhou|chambers|law\.|lex|sina|sohu|163\.com|weixin|news|press", re.IGNORECASE)
    assert [mark.id for mark in named(guide) if sites.search(known[mark.id].url)] == []
