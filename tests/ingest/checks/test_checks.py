"""The check tells the staff what to mend and what to renew in the knowledge folder."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from ingest.checks import Problem, check_documents, check_offices
from ingest.checks.folder_problems import FileOutsideError, sort_problems, source_below
from ingest.checks.text import figures_apart
from ingest.watcher import WatchedLibrary
from settings import Settings
from store.bases import NO_BASES, BasesRead, Basis
from store.basis_marks import split_marks
from store.contacts import read_contacts
from store.documents import Document, Metadata
from tests.ingest.sync.test_sync import command

TODAY = date(2026, 11, 24)
SOUND = Metadata(title="Guide", language="en", issuer="Center", status="in_force")


def found(metadata: Metadata, text: str = "Text.", source: str = "guide.md") -> list[tuple[str, str]]:
    problems = check_documents([Document(source, text, metadata)], [source], TODAY)
    return [(problem.level, str(problem.text)) for problem in problems]


def test_nothing_is_said_about_a_sound_document() -> None:
    assert found(SOUND) == []


GUIDE = replace(SOUND, kind="guide")


@pytest.mark.parametrize(
    "text",
    [
        "向〔机关全称〕申请。",
        "Ask [Full name of the authority] for it.",
    ],
)
def test_a_hint_of_the_template_is_told_in_a_guide(text: str) -> None:
    [problem] = problems_of(f"{text}[^center]")
    assert (problem.level, "1 hints of the template" in str(problem.text)) == ("error", True)
    assert found(SOUND, text) == []


def test_a_document_number_a_link_and_a_box_are_no_hints() -> None:
    text = "依照汇发〔2015〕号。[^?] See [This guide](https://example.org/x.md), Guofa [2019].[^?]\n- [ ] Done[^center]"
    assert problems_of(text) == []


@pytest.mark.parametrize("mark", ["[^《办法》]", "[^NDRC-order]", "[^ 依据]", "[^ndrc-order"])
def test_a_mark_that_cannot_be_read_is_told(mark: str) -> None:
    [problem] = problems_of(f"企业要备案。{mark}")
    assert (problem.level, problem.text.code, problem.text.params["mark"]) == ("error", "bases.unreadable", mark)


def test_a_footnote_that_a_guide_defines_is_no_mark() -> None:
    assert problems_of("企业要备案。[^a]\n\n[^a]: 见公告。") == []


def test_a_line_without_a_basis_is_told_also_if_it_states_no_figure() -> None:
    table = "| 国家 | 签证 |\n|---|---|\n| 中国 | 不适用 |\n| 巴西 | 须核实[^?] |"
    [problem] = problems_of(f"企业要交：\n\n---\n\n敏感类项目须核准。\n\n备案向省级部门办理。[^center]\n\n{table}")
    assert (problem.level, problem.text.code, problem.text.params["count"]) == ("note", "bases.unmarked", 2)


@pytest.mark.parametrize(
    ("line", "count"),
    [
        ("外资股东缴10%的税；巴西的税率没有查到。[^reported][^?]", 1),
        ("外资股东缴10%的税[^reported]；巴西的税率没有查到。[^?]", 0),
        ("巴西的税率没有查到。[^?]", 0),
    ],
)
def test_words_that_are_marked_known_and_unknown_at_once_are_told(line: str, count: int) -> None:
    found = [problem for problem in problems_of(line) if problem.text.code == "bases.mixed"]
    assert [(each.level, each.text.params["count"]) for each in found] == [("note", 1)] * count


@pytest.mark.parametrize(
    ("marks", "count"),
    [
        ("[^told][^reported]", 1),
        ("[^told][^reported state of 2022]", 0),
        ("[^told][^read][^reported]", 0),
        ("[^told]", 0),
        ("[^reported]", 0),
    ],
)
def test_a_mark_is_needless_where_each_document_beside_it_is_called_reported(marks: str, count: int) -> None:
    known = {
        each.id: each
        for each in (Basis(id="told", title={"en": "A"}, reported=True), Basis(id="read", title={"en": "B"}))
    }
    found = [
        each for each in problems_of(f"The tax is 5%.{marks}", BasesRead(known)) if each.text.code == "bases.needless"
    ]
    assert [(each.level, each.text.params["count"]) for each in found] == [("note", 1)] * count


def problems_of(written: str, known: BasesRead = NO_BASES) -> list[Problem]:
    """Problems of a guide, from its text with marks."""
    text, bases = split_marks(written)
    return check_documents([Document("guide.md", text, GUIDE, bases=bases)], ["guide.md"], TODAY, known)


@pytest.mark.parametrize(
    ("change", "level", "says"),
    [
        ({"title": ""}, "error", "has no title"),
        ({"issuer": ""}, "note", "names no issuer"),
        ({"status": None}, "note", "does not say from when it applies"),
        ({"reviewed_on": TODAY}, "note", "Write `review_by: ...`"),
        ({"effective_from": TODAY, "effective_to": date(2026, 1, 1), "status": None}, "error", "before it begins"),
        ({"issued": TODAY, "effective_to": date(2026, 1, 1), "status": None}, "error", "before it was issued"),
        ({"reviewed_on": TODAY, "review_by": date(2026, 1, 1)}, "error", "before its last review"),
        ({"reviewed_on": date(2027, 1, 1), "review_by": date(2027, 6, 1)}, "error", "reviewed in the future"),
        ({"issued": date(2027, 1, 1)}, "note", "issued in the future"),
        ({"effective_to": date(2026, 1, 1)}, "note", "says in_force but ended"),
        ({"status": "draft", "effective_from": date(2026, 1, 1)}, "note", "says draft, but also in effect"),
        ({"effective_to": date(2026, 12, 31)}, "note", "expires on 2026-12-31"),
        ({"reviewed_on": date(2026, 1, 1), "review_by": date(2026, 11, 1)}, "note", "was due for review by"),
        ({"reviewed_on": TODAY, "review_by": date(2026, 12, 31)}, "note", "is due for review by 2026-12-31"),
        ({"supersedes": ("nothing here",)}, "note", "no document of that name"),
        ({"supersedes": ("Guide",)}, "error", "which is the document itself"),
        ({"translation_of": "gone.md"}, "error", "which is not in the folder"),
    ],
)
def test_missing_contradictory_and_ending_metadata_is_named(change: dict[str, object], level: str, says: str) -> None:
    problems = found(replace(SOUND, **change))  # type: ignore[arg-type]
    assert any(each == level and says in text for each, text in problems), problems


def test_a_repeal_clause_read_from_a_law_may_name_what_is_not_in_the_folder() -> None:
    assert found(replace(SOUND, supersedes=("旧法",), guessed=frozenset({"supersedes"}))) == []


@pytest.mark.parametrize(
    ("one", "other", "says"),
    [
        ({}, {}, "has the same title as a.md, and no date tells which one applies"),
        ({"issued": date(2024, 1, 1)}, {"issued": date(2025, 1, 1)}, "has the same title as a.md: b.md applies"),
        (
            {"title": "A", "document_number": "国发〔2026〕1号", "issued": date(2026, 1, 1)},
            {"title": "B", "document_number": "国发[2026]1号", "issued": date(2026, 2, 1)},
            "has the same number as a.md: b.md applies",
        ),
    ],
)
def test_two_documents_of_one_title_or_number_are_named(
    one: dict[str, object], other: dict[str, object], says: str
) -> None:
    documents = [
        Document("a.md", "Text.", replace(SOUND, **one)),  # type: ignore[arg-type]
        Document("b.md", "Text.", replace(SOUND, **other)),  # type: ignore[arg-type]
    ]
    (problem,) = check_documents(documents, ["a.md", "b.md"], TODAY)
    assert (problem.source, problem.level) == ("b.md", "note")
    assert says in str(problem.text)


def pair(chinese: str, english: str, **changes: object) -> list[Problem]:
    translation = replace(SOUND, language="en", translation_of="guide.zh.md", **changes)  # type: ignore[arg-type]
    documents = [
        Document("guide.zh.md", chinese, replace(SOUND, title="指南", language="zh")),
        Document("guide.en.md", english, translation),
    ]
    return check_documents(documents, ["guide.zh.md", "guide.en.md"], TODAY)


def test_a_translation_with_the_same_figures_is_sound() -> None:
    assert (
        pair("# 题\n\n自2026年5月1日起，3亿美元以下，两份。", "# T\n\nFrom 1 May 2026, below US$300 million, 2 copies.")
        == []
    )


@pytest.mark.parametrize("english", ["The rate is 43%.", "The rate is 34%, in 5 days."])
def test_a_translation_with_another_figure_is_an_error(english: str) -> None:
    (problem,) = pair("税率为34%。", english)
    assert (problem.source, problem.level) == ("guide.en.md", "error")
    assert problem.text.code == "check.other_figures"


def test_a_figure_in_another_part_of_the_translation_does_not_hide_a_difference() -> None:
    assert pair("## 一\n\n7日。\n\n## 二\n\n5日。", "## A\n\n5 days.\n\n## B\n\n7 days.") != []


def test_a_second_check_compares_only_what_is_new() -> None:
    """After an upload to a large folder nobody waits until all other translations were compared once more."""
    known, new = "The rate is 34% in all cases.", "The rate is 35% in all cases."
    pair("税率均为34%。", known)
    compared = figures_apart.cache_info().misses
    assert pair("税率均为34%。", known) == []
    assert figures_apart.cache_info().misses == compared
    assert pair("税率均为34%。", new) != []
    assert figures_apart.cache_info().misses == compared + 1


@pytest.mark.parametrize("changes", [{"language": "zh"}, {"effective_from": TODAY}, {"status": "draft"}])
def test_a_translation_that_contradicts_its_original_is_an_error(changes: dict[str, object]) -> None:
    translation = replace(SOUND, translation_of="guide.zh.md", **changes)  # type: ignore[arg-type]
    documents = [
        Document("guide.zh.md", "文。", replace(SOUND, title="指南", language="zh")),
        Document("guide.en.md", "Text.", translation),
    ]
    assert [problem.level for problem in check_documents(documents, [], TODAY)] == ["error"]


@pytest.mark.parametrize("link", ["other.md", "../b/other.md", "forms/a%20form.pdf", "./other.md#part"])
def test_links_between_files_are_followed(link: str) -> None:
    document = Document(
        "a/guide.md", f"See [this]({link}) and [that](https://example.org/x.md) and [part](#part).", SOUND
    )
    files = ["a/guide.md", "a/other.md", "b/other.md", "a/forms/a form.pdf"]
    assert check_documents([document], files, TODAY) == []
    (problem,) = check_documents([document], ["a/guide.md"], TODAY)
    assert problem.level == "error"
    assert problem.text.code == "check.broken_link"


def test_what_is_only_reported_is_a_thing_to_check_once() -> None:
    ((level, text),) = found(SOUND, "As reported, 5%. The tax is 6% (as reported).")
    assert level == "note"
    assert "in 2 places" in text


def test_a_title_taken_from_the_name_of_the_file_is_a_thing_to_check() -> None:
    guessed = replace(SOUND, title="扫描件", guessed=frozenset({"title"}))
    ((level, text),) = found(guessed, "临时通行证有效期为九十天。", "扫描件.pdf")
    assert level == "note"
    assert "扫描件" in text
    assert found(guessed, "# 扫描件\n\n正文。", "扫描件.pdf") == []


def offices(folder: Path, text: str) -> list[Problem]:
    (folder / "contacts.yaml").write_text(text, encoding="utf-8")
    return list(check_offices(*read_contacts(folder)))


def test_offices_whose_telephone_is_not_known_are_listed(tmp_path: Path) -> None:
    problems = offices(tmp_path, "- authority: {zh: 商务局, en: Bureau}\n  topics: [general]\n  hotline: '12345'\n")
    assert [(problem.source, problem.level) for problem in problems] == [("contacts.yaml", "note")]
    assert str(problems[0].text) == "Bureau (商务局): address, hours, url not known. Fill in what you know."


@pytest.mark.parametrize("text", ["- authority: {}\n", "- hotlin: '1'\n", "authority: x\n", "- authority: [\n"])
def test_a_list_of_offices_that_cannot_be_used_is_an_error(tmp_path: Path, text: str) -> None:
    assert "error" in {problem.level for problem in offices(tmp_path, text)}


def test_a_folder_without_a_list_of_offices_is_sound(tmp_path: Path) -> None:
    assert list(check_offices(*read_contacts(tmp_path))) == []


def test_the_command_reads_the_folder_as_it_is_and_exits_1_on_errors(
    settings: Settings, put: Callable[[str, str], Path]
) -> None:
    put("a.md", "---\ntitle: A\neffective_from: 2026-02-30\n---\nSee [the form](gone.pdf).")
    put("empty.md", " ")
    checked = command(settings, "ingest", "check", "--json")
    assert checked.returncode == 1
    problems = json.loads(checked.stdout)["problems"]
    assert [problem["level"] for problem in problems] == sorted(problem["level"] for problem in problems)
    errors = {(problem["source"], problem["text"][:12]) for problem in problems if problem["level"] == "error"}
    assert {source for source, _ in errors} == {"a.md", "empty.md"}
    assert ("a.md", "links to gon") in errors


def test_with_the_name_of_a_file_only_its_problems_are_told(
    library: WatchedLibrary, put: Callable[[str, str], Path]
) -> None:
    put("a.md", "See [the form](gone.pdf).")
    put("b.md", "See [the form](gone.pdf).")
    library.sync(embeds_new=False)
    assert {each.source for each in sort_problems(library)} >= {"a.md", "b.md"}
    assert {each.source for each in sort_problems(library, ["b.md"])} == {"b.md"}


def test_a_file_is_named_from_the_folder_or_from_where_one_is(
    settings: Settings, put: Callable[[str, str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, path = settings.knowledge_dir, put("outbound/a.md", "Text.")
    monkeypatch.chdir(path.parent)
    assert {source_below(each, folder) for each in ("outbound/a.md", "a.md", str(path))} == {"outbound/a.md"}
    for elsewhere in ("b.md", __file__):
        with pytest.raises(FileOutsideError, match="is not in the knowledge folder"):
            source_below(elsewhere, folder)
