"""Drafts of questions are checked before they are kept, and their labels hold when a guide moves."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from evals.independent.drafts import check_draft
from evals.independent.guides import file_lines, line_numbers, lines_of
from evals.independent.questions import Line

GUIDE = "inbound/visa-free-entry"
NUMBER = next(at for at, line in enumerate(file_lines(GUIDE), start=1) if line.startswith("40多个国家"))
GOOD = {
    "q": "持巴西护照来杭州参观工厂要签证吗",
    "l": "zh",
    "k": "answerable",
    "d": "inbound",
    "host": "CN",
    "origin": "BR",
    "a": {GUIDE: [NUMBER]},
    "fig": ["30天"],
}


def faults(tmp_path: Path, *rows: dict[str, object]) -> tuple[str, ...]:
    path = tmp_path / "draft.jsonl"
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    return check_draft(path, "train-x", ["月球上怎么开公司？"]).faults


def test_a_good_row_is_kept_with_the_lines_own_words(tmp_path: Path) -> None:
    path = tmp_path / "draft.jsonl"
    path.write_text(json.dumps(GOOD), encoding="utf-8")
    [kept] = check_draft(path, "train-x", []).questions
    [line] = kept.answers
    assert kept.id == "train-x-001"
    assert [lines_of(GUIDE)[at][:5] for at in line_numbers(line)] == ["40多个国"]


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"fig": ["99天"]}, "do not hold ['99天']"),
        ({"a": {GUIDE: [1]}}, "has no text"),
        ({"a": {GUIDE: [9999]}}, "has no text"),
        ({"a": {}, "fig": []}, "no line answers it"),
        ({"k": "outside"}, "lines answer it"),
        ({"k": "followup"}, "standalone"),
        ({"p": [{"q": "要签证吗？", "a": {}}]}, "one part is no parts"),
        ({"l": "xx"}, "language"),
        ({"q": "x"}, "question"),
        ({"host": "china"}, "host"),
        ({"hosts": "CN"}, "unknown keys ['hosts']"),
        ({"q": "月球上怎么开公司"}, "nearly the same"),
    ],
)
def test_a_row_with_a_fault_is_named_and_not_kept(tmp_path: Path, change: dict[str, object], fault: str) -> None:
    [found] = faults(tmp_path, GOOD | change)
    assert found.startswith("draft.jsonl:1: ")
    assert fault in found


def test_nearly_the_same_question_is_kept_once(tmp_path: Path) -> None:
    assert len(faults(tmp_path, GOOD, GOOD | {"q": "持巴西护照来杭州参观工厂，要签证吗？"})) == 1


def test_a_label_of_a_line_that_is_gone_says_so() -> None:
    with pytest.raises(LookupError, match="0 lines of inbound/visa-free-entry begin with"):
        line_numbers(Line(document=GUIDE, start="这一行不存在"))
