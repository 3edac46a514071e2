"""A citation carries what its line rests on; what is marked as unknown never answers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

from bot.outcomes import Outcome
from bot.pipeline import Bot
from ingest.watcher import WatchedLibrary
from settings import Settings
from store.documents import Validity
from tests.support.library import embedder, library, put, settings

__all__ = ["embedder", "library", "put", "settings"]

BASES = """
- id: ndrc-order-11
  title: {zh: 企业境外投资管理办法}
  number: 国家发展改革委令第11号
  issuer: {zh: 国家发展改革委}
  issued: 2017-12-26
  effective_from: 2018-03-01
"""
GUIDE = """---
title: 境外投资备案指南
kind: guide
reviewed_on: 2026-11-24
review_by: 2027-05-24
---
# 境外投资备案指南

发改委境外投资备案在受理后7个工作日内出具备案通知书。[^ndrc-order-11 第14条]

## 费用

发改委境外投资备案的收费标准以浙江省发展改革委的说明为准。[^?]
"""
Put = Callable[[str, str], Path]


def bot(library: WatchedLibrary, put: Put, settings: Settings) -> Bot:
    put("guide.md", GUIDE)
    (settings.knowledge_dir / "bases.yaml").write_text(BASES, encoding="utf-8")
    library.sync()
    return Bot(library.index, library.embedder, lists=library.lists)


def test_a_quote_names_the_document_article_and_validity_behind_it(
    library: WatchedLibrary, put: Put, settings: Settings
) -> None:
    answer = bot(library, put, settings).answer("发改委受理后几个工作日内出具备案通知书？", on=date(2026, 11, 26))
    assert answer.outcome is Outcome.ANSWERED
    (cited,) = answer.citations[0].bases
    assert (cited.id, cited.article, cited.validity) == ("ndrc-order-11", "第14条", Validity.IN_FORCE)
    assert cited.basis
    assert "[^" not in answer.text


def test_a_quote_says_which_of_its_words_rest_on_what(library: WatchedLibrary, put: Put, settings: Settings) -> None:
    parts = "7个工作日内出具备案通知书[^ndrc-order-11 第14条]：大项目要30天[^reported 截至2022年]。"
    guide = GUIDE.replace("7个工作日内出具备案通知书。[^ndrc-order-11 第14条]", parts)
    put("guide.md", guide)
    library.sync()
    answer = Bot(library.index, library.embedder, lists=library.lists).answer(
        "发改委受理后几个工作日内出具备案通知书？"
    )
    told = [(each.id, each.article, each.words) for each in answer.citations[0].bases]
    assert told == [
        ("ndrc-order-11", "第14条", "发改委境外投资备案在受理后7个工作日内出具备案通知书"),
        ("reported", "截至2022年", "大项目要30天"),
    ]


def test_a_line_marked_as_unknown_is_no_answer_whatever_its_words(
    library: WatchedLibrary, put: Put, settings: Settings
) -> None:
    asked = bot(library, put, settings)
    answer = asked.answer("发改委境外投资备案怎么收费？", on=date(2026, 11, 26))
    assert answer.outcome is Outcome.NOT_IN_KNOWLEDGE_BASE
    both = asked.answer("发改委受理后几个工作日内出具备案通知书？发改委境外投资备案怎么收费？", on=date(2026, 11, 26))
    assert both.outcome is Outcome.PARTLY_ANSWERED
    assert "7个工作日" in both.text and "以浙江省发展改革委的说明为准" in both.text
