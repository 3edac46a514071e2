"""What the staff write in the form stands in the file as if they had written it there by hand."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from ingest.metadata.change_yaml import FrontMatterNotWritableError, change_yaml
from ingest.metadata.front_matter import read_keys
from ingest.metadata.write_front_matter import read_written, write_metadata

TEXT = some.text(some.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=40).map(str.strip)
AWKWARD = some.sampled_from(
    ["no", "null", "~", "1E-07", "2026", "2026-01-05", "a: b", "# x", "- x", "[", "'", "国办发〔2025〕12号"]
)
WORDS = (TEXT | AWKWARD).filter(bool)
DAYS = some.dates(date(1949, 1, 1), date(2050, 12, 31))
VALUES = some.fixed_dictionaries(
    {},
    optional={
        "title": WORDS,
        "language": some.sampled_from(["no", "zh", "en", "pt"]),
        "topics": some.lists(WORDS, max_size=3).map(tuple),
        "supersedes": some.lists(WORDS, max_size=3).map(tuple),
        "document_number": WORDS,
        "effective_to": DAYS,
        "issued": some.none() | DAYS,
        "status": some.sampled_from(["draft", "in_force", None]),
        "summary": some.lists(WORDS, min_size=1, max_size=3).map("\n".join),
        "download": some.booleans(),
    },
)
BEFORE = """# 王芳 2026-01-10
title: Alt # the title
topics:   # by hand
  - tax
  - trade
# days
issued: 2026-1-5
summary: |
  first line
  second line

# what it rests on
facts: ["1E-07", a]
colour: {deep: [1E-07, yes]}
language: 'no'
"""
KEYS = ["title", "topics", "issued", "summary", "facts", "language", "effective_to"]


@given(
    VALUES, some.lists(some.sampled_from(KEYS), unique=True), some.sampled_from(["", BEFORE, "{title: a, issuer: b}"])
)
def test_what_is_written_is_read_back_the_same_and_the_rest_as_it_was(
    values: dict[str, Any], without: list[str], before: str
) -> None:
    without = [key for key in without if key not in values]
    known, _ = read_keys(before, "sidecar")
    expected = {key: value for key, value in known.items() if key not in without} | values
    assert read_keys(change_yaml(before, values, without), "sidecar")[0] == expected


def test_comments_order_and_other_lines_stay_as_they_are() -> None:
    new = change_yaml(BEFORE, {"title": "Neu", "topics": ("visa",), "effective_to": date(2026, 12, 31)}, ["issued"])
    expected = BEFORE.replace("title: Alt", "title: Neu").replace(
        "topics:   # by hand\n  - tax\n  - trade", "topics: [visa]"
    )
    assert new == expected.replace("issued: 2026-1-5\n", "") + "effective_to: 2026-12-31\n"


@pytest.mark.parametrize("break_", ["\n", "\r\n"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_the_body_of_a_file_keeps_every_byte(tmp_path: Path, encoding: str, break_: str) -> None:
    path = tmp_path / "guide.md"
    body = "# 俄罗斯税收指南\n\n利润税的一般税率为25%。  \n---\ntitle: no front matter\n".replace("\n", break_)
    head = "---\ntitle: 俄罗斯税收指南\nissuer: 江城区商务局\n".replace("\n", break_)
    path.write_bytes((head + f"---{break_}" + body).encode(encoding))
    write_metadata(path, {"effective_to": date(2026, 12, 31)}, ["issuer"])
    lines = ["---", "title: 俄罗斯税收指南", "effective_to: 2026-12-31", "---", body]
    assert path.read_bytes().decode(encoding) == break_.join(lines)
    assert [each.name for each in tmp_path.iterdir()] == ["guide.md"]


def test_a_file_without_front_matter_gets_a_sidecar_which_goes_with_its_last_key(tmp_path: Path) -> None:
    path = tmp_path / "law.pdf"
    path.write_bytes(b"%PDF")
    write_metadata(path, {"title": "江城市办法", "countries": ("CN",)})
    assert (tmp_path / "law.pdf.yaml").read_text(encoding="utf-8") == "title: 江城市办法\ncountries: [CN]\n"
    write_metadata(path, {}, ["title", "countries"])
    assert path.read_bytes() == b"%PDF"
    assert [each.name for each in tmp_path.iterdir()] == ["law.pdf"]


def test_a_key_is_taken_out_of_the_front_matter_and_of_the_sidecar(tmp_path: Path) -> None:
    path = tmp_path / "guide.md"
    path.write_text("---\ntitle: a\nissuer: b\n---\nText\n", encoding="utf-8")
    (tmp_path / "guide.md.yaml").write_text("issuer: c\ncontact: d\n", encoding="utf-8")
    write_metadata(path, {"title": "x"}, ["issuer"])
    assert read_written(path).values == {"title": "x", "contact": "d"}


def test_what_cannot_be_used_is_shown_as_it_stands_there(tmp_path: Path) -> None:
    path = tmp_path / "guide.md"
    path.write_text("---\ntitle: a\nissued: 2026-13-45\nstatus: dead\n---\nText\n", encoding="utf-8")
    written = read_written(path)
    assert (written.values, written.unusable) == ({"title": "a"}, {"issued": "2026-13-45", "status": "dead"})
    assert len(written.problems) == 2


@pytest.mark.parametrize("head", ["title: [a", "- a\n- b", "title: &t a\nissuer: *t", "? title\n: a"])
def test_what_cannot_be_changed_line_by_line_is_refused_and_stays(tmp_path: Path, head: str) -> None:
    path = tmp_path / "guide.md"
    path.write_text(f"---\n{head}\n---\nText\n", encoding="utf-8")
    before = path.read_bytes()
    with pytest.raises(FrontMatterNotWritableError):
        write_metadata(path, {"issuer": "x"}, ["title"])
    assert path.read_bytes() == before
