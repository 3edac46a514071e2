"""Questions with the passages that answer them are kept in a file, and recognised however documents are cut later."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

from bot.diagnostics.relevance_labels import Labels, RelevanceLabel, by_question, rank_of_first_match
from store.documents import Passage
from tests.bot.conftest import passage_of

DAY = date(2026, 6, 1)
QUOTE = "第一条 停车费每小时最高为8元。\n第二条 违反规定停车的，处100元罚款。\n第三条 本条例自6月1日起施行。"
RIGHT = RelevanceLabel("停车费多少？", "zh", DAY, "laws/parking.md", QUOTE, by="王芳")
NONE = RelevanceLabel("停车费多少？", "zh", DAY)


def labels(folder: Path) -> Labels:
    return Labels.below(folder)


def parking(text: str) -> Passage:
    return passage_of(text, "laws/parking.md")


def test_a_label_is_kept_once_and_can_be_taken_back(tmp_path: Path) -> None:
    kept, other = labels(tmp_path), replace(RIGHT, quote="另一段正确的文字。")
    for each in (RIGHT, other, replace(RIGHT, by="李明")):
        kept.add(each)
    assert sorted(each.quote for each in labels(tmp_path).read_all()) == sorted([QUOTE, other.quote])
    assert len(kept.path.read_text(encoding="utf-8").splitlines()) == 2
    kept.remove(RIGHT.id)
    assert kept.read_all() == [other]


def test_no_document_and_a_passage_exclude_each_other(tmp_path: Path) -> None:
    kept = labels(tmp_path)
    kept.add(NONE)
    kept.add(RIGHT)
    assert kept.read_all() == [RIGHT]
    kept.add(NONE)
    assert kept.read_all() == [NONE]


def test_for_another_day_or_country_it_is_another_question(tmp_path: Path) -> None:
    kept = labels(tmp_path)
    others = [RIGHT, replace(RIGHT, on=date(2020, 1, 1)), replace(RIGHT, about="BR"), replace(NONE, about="RU")]
    for each in others:
        kept.add(each)
    assert len(by_question(kept.read_all())) == len(kept.read_all()) == len(others)


def test_a_line_that_cannot_be_read_stays_where_it_is(tmp_path: Path) -> None:
    kept = labels(tmp_path)
    kept.add(RIGHT)
    kept.path.write_text(kept.path.read_text(encoding="utf-8") + "{half a line\n", encoding="utf-8")
    kept.remove(RIGHT.id)
    assert kept.read_all() == []
    assert kept.path.read_text(encoding="utf-8") == "{half a line\n"


def test_the_passages_of_one_question_belong_together() -> None:
    other, second = replace(RIGHT, quote="另一段。"), replace(NONE, question="别的问题？")
    assert sorted(by_question([RIGHT, second, other]), key=len) == [[second], [RIGHT, other]]


def test_the_right_passage_is_recognised_however_the_document_is_cut() -> None:
    whole, longer = parking(QUOTE), parking(f"总则\n{QUOTE}\n附则")
    half = parking("第一条 停车费每小时最高为8元。\n第二条 违反规定停车的，处100元罚款。")
    small, next_one = (
        parking("第三条 本条例自6月1日起施行。"),
        parking("第三条 本条例自6月1日起施行。第四条 其他。" * 3),
    )
    reset = parking(QUOTE.replace("\n", "\n\n").replace("8元", " 8 元"))
    renamed = passage_of(QUOTE, "laws/parking-new.md")
    for found in (whole, longer, half, small, reset, renamed):
        assert rank_of_first_match([RIGHT], [parking("别的内容。"), found]) == 2
    assert rank_of_first_match([RIGHT], [next_one]) == 0
    assert rank_of_first_match([NONE], [whole]) == 0
