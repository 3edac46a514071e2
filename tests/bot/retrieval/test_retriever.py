"""What guides mark as not known may stand in another document, in any language."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from bot.answer import Answer
from bot.outcomes import Outcome
from bot.pipeline import Bot
from bot.retrieval.retriever import assess_in_turn
from ingest.watcher import open_watched_library
from settings import Settings
from store.embeddings import Embedder

GUIDE = """---
title: "Industrial land: getting land and building permits in Qiantang"
language: en
kind: guide
audience: inbound
---
# Industrial land: getting land and building permits in Qiantang

## What does land cost?

Current industrial land prices in Qiantang were not found and are to be checked with the planning authority.[^?]

## How long may land be used?

Industrial land in China may be used for at most 50 years.
"""
NOTICE = """# 杭州市钱塘区工业用地价格公告（2026年）

杭州市规划和自然资源局钱塘分局

一、自2026年6月1日起，钱塘区工业用地出让起始价为每亩48万元。

二、租金按每亩每年1.6万元收取。
"""
QUESTION = "How much is industrial land per mu in Qiantang?"


def answer_beside_guide(folder: Path, embedder: Embedder, notice: str, question: str) -> Answer:
    knowledge = folder / "knowledge"
    knowledge.mkdir()
    (knowledge / "land.en.md").write_text(GUIDE, encoding="utf-8")
    if notice:
        (knowledge / "notice.md").write_text(notice, encoding="utf-8")
    settings = Settings(_env_file=None, knowledge_dir=knowledge, data_dir=folder / "data")
    with open_watched_library(settings, embedder=embedder) as library:
        library.sync()
        return Bot(library.index, library.embedder).answer(question)


@pytest.mark.parametrize(
    ("notice", "outcome"), [(NOTICE, Outcome.ANSWERED), ("", Outcome.NOT_IN_KNOWLEDGE_BASE)], ids=["there", "missing"]
)
def test_a_notice_in_another_language_answers_what_a_guide_does_not_know(
    tmp_path: Path, remembering_embedder: Embedder, notice: str, outcome: Outcome
) -> None:
    answer = answer_beside_guide(tmp_path, remembering_embedder, notice, QUESTION)
    assert answer.outcome is outcome
    assert ("48万元" in answer.text) is bool(notice)


HALL = """# 江澜企业服务中心多功能厅租用办法

一、租金：工作日半天1200元，全天2100元；周末半天1500元，全天2600元。

二、押金2400元，活动结束后3个工作日内退还。

三、多功能厅最多容纳185人，不接受现金付款。
"""


@pytest.mark.parametrize(
    ("question", "outcome"),
    [
        ("多功能厅押金多少钱", Outcome.ANSWERED),
        ("租厅可以付现金吗？", Outcome.ANSWERED),
        ("怎么办理？", Outcome.NEEDS_CLARIFICATION),
    ],
)
def test_what_a_notice_answers_beyond_the_guides_is_neither_asked_back_nor_outside(
    tmp_path: Path, remembering_embedder: Embedder, question: str, outcome: Outcome
) -> None:
    assert answer_beside_guide(tmp_path, remembering_embedder, HALL, question).outcome is outcome


def test_what_reads_best_answers_where_the_line_that_was_put_before_it_does_not(bot: Bot) -> None:
    found = bot.retrieve("俄罗斯的利润税是多少？", "zh", date.today())
    row, sentence = (replace(each, score=odds, read=odds) for each, odds in zip(found.ranked, (3.0, 2.0), strict=False))
    weak = replace(sentence, read=-30.0)
    for ranked, first in (([sentence, row], sentence), ([weak, row], row), ([row, weak], row)):
        again, verdict = assess_in_turn(found.question, found.found, ranked, ())
        assert again[0] is first and verdict.support > 0
    refused, verdict = assess_in_turn(found.question, found.found, [weak, replace(row, read=-30.0)], ())
    assert refused[0] is weak and verdict.support <= 0


def test_the_sentence_that_introduces_a_notice_is_quoted_for_no_question(
    tmp_path: Path, remembering_embedder: Embedder
) -> None:
    opening = "为支持我区企业赴境外参加展会，现将2026年度境外参展展位补助有关事项通知如下："
    notice = f"# 境外参展展位补助通知\n\n{opening}\n\n一、每个展位补助8000元。\n\n二、每年9月30日前申报。\n"
    answer = answer_beside_guide(tmp_path, remembering_embedder, notice, "2026年境外参展展位补助多少钱？")
    quoted = [each.quote for each in answer.citations]
    assert any("8000元" in each for each in quoted)
    assert not any("通知如下" in each for each in quoted)
