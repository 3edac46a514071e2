"""Which of two documents counts on a given day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from evals.reading.metadata import read_law
from store.documents import Metadata, Validity
from store.validity import find_replacements, validities, validity, versions

TODAY = date(2026, 11, 24)
OLD = Metadata(title="出海政策", language="zh", issuer="商务局", issued=date(2020, 1, 1))
NEW = replace(OLD, issued=date(2024, 1, 1), effective_from=date(2024, 3, 1))


def laws(shared: Path, *names: str) -> dict[str, Metadata]:
    return {name: read_law(shared / "laws" / f"{name}.md") for name in names}


def test_the_old_company_law_is_in_force_until_the_new_one_takes_effect(shared: Path) -> None:
    old, new = "民法商法__公司法(2018-10-26)", "民法商法__公司法(2023-12-29)"
    documents = laws(shared, old, new)
    assert validities(documents, date(2024, 6, 30)) == {old: (Validity.IN_FORCE, ""), new: (Validity.NOT_YET, "")}
    assert validities(documents, date(2024, 7, 1)) == {old: (Validity.SUPERSEDED, new), new: (Validity.IN_FORCE, "")}


def test_among_all_the_laws_only_the_replaced_ones_are_superseded(shared: Path) -> None:
    documents = {path.stem: read_law(path) for path in (shared / "laws").glob("*.md")}
    assert find_replacements(documents) == {
        "上海地方法规__上海市优化营商环境条例(2020-04-10)": "上海地方法规__上海市优化营商环境条例(2024-09-27)",
        "北京地方法规__北京市优化营商环境条例(2020-03-27)": "北京地方法规__北京市优化营商环境条例(2024-11-29)",
        "民法商法__公司法(2018-10-26)": "民法商法__公司法(2023-12-29)",
        "经济法__反垄断法(2007-08-30)": "经济法__反垄断法(2022-06-24)",
        "经济法__对外贸易法(2016-11-07)": "经济法__对外贸易法(2022-12-30)",
        "行政法规__专利法实施细则(2010-01-09)": "行政法规__专利法实施细则(2023-12-11)",
        "行政法规__增值税暂行条例(2017-11-19)": "经济法__增值税法(2024-12-25)",
        "行政法规__核两用品及相关技术出口管制条例(2007-01-26)": "行政法规__两用物项出口管制条例(2024-09-30)",
    }


def test_a_repeal_clause_supersedes_from_the_day_of_the_repealing_law(shared: Path) -> None:
    old, new = "行政法规__增值税暂行条例(2017-11-19)", "经济法__增值税法(2024-12-25)"
    documents = laws(shared, old, new)
    assert validities(documents, date(2025, 12, 31))[old] == (Validity.IN_FORCE, "")
    assert validities(documents, date(2026, 1, 1))[old] == (Validity.SUPERSEDED, new)


def test_one_number_and_two_dates_are_two_versions() -> None:
    first = Metadata(title="甲", document_number="国办发[2025]12号", language="zh", issued=date(2025, 1, 1))
    second = Metadata(title="乙", document_number="国办发〔2025〕12号", language="zh", issued=date(2025, 6, 1))
    assert find_replacements({"a": first, "b": second}) == {"a": "b"}


def test_a_title_alone_makes_no_version() -> None:
    unknown = replace(OLD, issuer=""), replace(NEW, issuer="")
    assert find_replacements({"a": unknown[0], "b": unknown[1]}) == {}
    assert find_replacements({"a": OLD, "b": replace(NEW, issuer="发展改革局")}) == {}


def test_a_translation_is_no_version() -> None:
    translated = replace(NEW, language="en", translation_of="a.md")
    assert find_replacements({"a.md": OLD, "b.md": translated, "c.md": replace(NEW, language="en")}) == {}


def test_a_translation_follows_its_original() -> None:
    documents = {"p/a.md": OLD, "p/a.en.md": replace(OLD, language="en", translation_of="a.md"), "p/b.md": NEW}
    assert validities(documents, TODAY)["p/a.en.md"] == (Validity.SUPERSEDED, "p/b.md")


def test_the_versions_of_a_document_are_found_by_path_or_by_name_beside() -> None:
    documents = {
        "a/tax.zh.md": Metadata(language="zh"),
        "a/tax.en.md": Metadata(language="en", translation_of="tax.zh.md"),
        "a/tax.pt.md": Metadata(language="pt", translation_of="a/tax.zh.md"),
        "a/visa.zh.md": Metadata(language="zh"),
    }
    all_three = {"zh": "a/tax.zh.md", "en": "a/tax.en.md", "pt": "a/tax.pt.md"}
    assert all(versions(each, documents) == all_three for each in all_three.values())
    assert versions("a/visa.zh.md", documents) == {"zh": "a/visa.zh.md"}
    assert versions("gone.md", documents) == {}


def test_a_draft_replaces_nothing_and_stays_a_draft() -> None:
    documents = {"a": OLD, "b": replace(NEW, status="draft", supersedes=("a",))}
    assert validities(documents, TODAY) == {"a": (Validity.IN_FORCE, ""), "b": (Validity.DRAFT, "")}


def test_copies_of_one_version_do_not_supersede_each_other() -> None:
    published_later = replace(NEW, issued=date(2024, 1, 9))
    assert find_replacements({"new.pdf": NEW, "new.docx": published_later}) == {}


def test_of_three_versions_the_one_that_counts_on_the_day_is_named() -> None:
    newest = replace(NEW, issued=date(2026, 1, 1), effective_from=date(2026, 2, 1))
    documents = {"1": OLD, "2": NEW, "3": newest}
    assert validities(documents, date(2025, 1, 1))["1"] == (Validity.SUPERSEDED, "2")
    assert validities(documents, TODAY)["1"] == (Validity.SUPERSEDED, "3")


@pytest.mark.parametrize("name", ["a.md", "《出海政策》", "钱商〔2020〕3号"])
def test_the_staff_name_what_is_superseded_by_path_title_or_number(name: str) -> None:
    documents = {
        "a.md": replace(OLD, document_number="钱商〔2020〕3号"),
        "b.md": Metadata(title="新政", supersedes=(name,)),
    }
    assert validities(documents, TODAY)["a.md"] == (Validity.SUPERSEDED, "b.md")


def test_a_clause_that_names_the_documents_own_title_means_an_earlier_one() -> None:
    documents = {
        "old": OLD,
        "new": replace(NEW, issuer="商务局办公室", supersedes=("出海政策",)),
        "undated": Metadata(title="出海政策"),
    }
    assert find_replacements(documents) == {"old": "new"}


def test_two_documents_that_repeal_each_other_come_to_an_end() -> None:
    documents = {"a": Metadata(title="甲", supersedes=("乙",)), "b": Metadata(title="乙", supersedes=("甲",))}
    assert validities(documents, TODAY) == {"a": (Validity.SUPERSEDED, "b"), "b": (Validity.SUPERSEDED, "a")}


@pytest.mark.parametrize(
    ("metadata", "expected"),
    [
        (Metadata(), Validity.UNKNOWN),
        (Metadata(status="in_force"), Validity.IN_FORCE),
        (Metadata(status="repealed", issued=TODAY), Validity.REPEALED),
        (Metadata(effective_from=date(2026, 11, 25)), Validity.NOT_YET),
        (Metadata(effective_from=TODAY), Validity.IN_FORCE),
        (Metadata(effective_to=TODAY), Validity.IN_FORCE),
        (Metadata(effective_to=date(2026, 11, 23)), Validity.EXPIRED),
        (Metadata(reviewed_on=TODAY), Validity.IN_FORCE),
        (Metadata(kind="guide", reviewed_on=TODAY, effective_from=TODAY), Validity.UNKNOWN),
        (Metadata(kind="guide", effective_to=date(2026, 11, 23)), Validity.EXPIRED),
        (Metadata(kind="guide", status="draft"), Validity.DRAFT),
    ],
)
def test_what_is_known_decides_whether_a_document_applies(metadata: Metadata, expected: Validity) -> None:
    assert validity(metadata, None, TODAY) is expected


def test_a_document_is_superseded_from_the_day_of_the_other_on() -> None:
    assert validity(OLD, date(2026, 11, 25), TODAY) is Validity.IN_FORCE
    assert validity(OLD, TODAY, TODAY) is Validity.SUPERSEDED
