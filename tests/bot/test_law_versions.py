"""Two versions of one real law in the folder: the one in force answers, the other is named; so for the past."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from bot.pipeline import Bot
from ingest.watcher import open_watched_library
from settings import Settings
from store.documents import Validity
from store.embeddings import Embedder

TODAY = date(2026, 6, 1)
PAIRS = {
    "公司法": ("民法商法__公司法(2018-10-26).md", "民法商法__公司法(2023-12-29).md", 2020),
    "反垄断法": ("经济法__反垄断法(2007-08-30).md", "经济法__反垄断法(2022-06-24).md", 2015),
    "对外贸易法": ("经济法__对外贸易法(2016-11-07).md", "经济法__对外贸易法(2022-12-30).md", 2019),
    "专利法实施细则": ("行政法规__专利法实施细则(2010-01-09).md", "行政法规__专利法实施细则(2023-12-11).md", 2018),
    "上海市优化营商环境条例": (
        "上海地方法规__上海市优化营商环境条例(2020-04-10).md",
        "上海地方法规__上海市优化营商环境条例(2024-09-27).md",
        2021,
    ),
    "北京市优化营商环境条例": (
        "北京地方法规__北京市优化营商环境条例(2020-03-27).md",
        "北京地方法规__北京市优化营商环境条例(2024-11-29).md",
        2022,
    ),
}
"""A law, the files of its older and its newer version, and a year in which the older one applied."""

FIRST_ARTICLES = {"公司法": 48}
"""How many articles are read from the beginning of a law, if not FEW: one question asks for the 47th."""
FEW = 15


def without_middle(text: str, law: str) -> str:
    """The first articles of a law, and the last, which says from when it applies: embedding is not what is tried."""
    head, *articles = re.split(r"^(?=第[一二三四五六七八九十百]+条\s)", text, flags=re.MULTILINE)
    return "".join([head, *articles[: FIRST_ARTICLES.get(law, FEW)], articles[-1]])


@pytest.fixture(scope="module")
def bot(shared: Path, tmp_path_factory: pytest.TempPathFactory, remembering_embedder: Embedder) -> Iterator[Bot]:
    """A bot that has read both versions of each law."""
    place = tmp_path_factory.mktemp("versions")
    settings = Settings(_env_file=None, knowledge_dir=place / "knowledge", data_dir=place / "data")
    settings.knowledge_dir.mkdir()
    for law, (older, newer, _) in PAIRS.items():
        for each in (older, newer):
            whole = (shared / "laws" / each).read_text(encoding="utf-8")
            (settings.knowledge_dir / each).write_text(without_middle(whole, law), encoding="utf-8")
    with open_watched_library(settings, embedder=remembering_embedder) as library:
        assert not library.sync().failed
        yield Bot(library.index, library.embedder)


@pytest.mark.parametrize("law", PAIRS)
def test_the_version_in_force_answers_and_the_other_is_named(bot: Bot, law: str) -> None:
    older, newer, _ = PAIRS[law]
    answer = bot.answer(f"{law}第十条", on=TODAY)
    assert {(each.source, each.validity) for each in answer.citations} == {(newer, Validity.IN_FORCE)}
    named = next(warning.text for warning in answer.warnings if warning.kind == "other_version")
    assert newer in named
    assert older in named


@pytest.mark.parametrize("law", PAIRS)
def test_a_year_in_the_past_is_answered_from_the_version_of_then(bot: Bot, law: str) -> None:
    older, newer, year = PAIRS[law]
    answer = bot.answer(f"{year}年{law}第十条怎么规定", on=TODAY)
    assert {each.source for each in answer.citations} == {older}
    assert [warning.kind for warning in answer.warnings[:2]] == ["not_in_force", "other_version"]
    assert f"{year}-12-31" in answer.text.splitlines()[0]
    assert newer in answer.warnings[1].text


@pytest.mark.parametrize("law", PAIRS)
def test_the_day_of_the_question_decides(bot: Bot, law: str) -> None:
    older, _, year = PAIRS[law]
    answer = bot.answer(f"{law}第十条", on=date(year, 7, 1))
    assert {(each.source, each.validity) for each in answer.citations} == {(older, Validity.IN_FORCE)}
    assert "not_in_force" not in {warning.kind for warning in answer.warnings}


def test_a_question_that_names_no_law_gets_the_rule_in_force(bot: Bot) -> None:
    answer = bot.answer("有限责任公司全体股东认缴的出资额应当几年内缴足？", on=TODAY)
    assert "五年内" in answer.text
    assert {each.source for each in answer.citations} == {PAIRS["公司法"][1]}
