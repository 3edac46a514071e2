"""A name in pinyin is read with its characters, if a document of the folder is called so."""

from __future__ import annotations

import pytest

from bot.query.pinyin_names import with_characters
from bot.query.query import Asked, understand
from ingest.watcher import WatchedLibrary

TITLES = [
    "云帆里国际人才公寓租住办法",
    "钱潮国际商事仲裁中心收费规则",
    "杭州市旅游条例",
    "Kedu Bay brochure",
    "关于西湖的通知",
]


@pytest.mark.parametrize(
    ("asked", "read"),
    [
        ("Would Yunfanli still rent to me?", "Would Yunfanli (云帆里) still rent to me?"),
        ("yunfanli rent", "yunfanli (云帆里) rent"),
        ("¿Y el centro de Qianchao?", "¿Y el centro de Qianchao (钱潮)?"),
    ],
)
def test_characters_stand_behind_a_name(asked: str, read: str) -> None:
    assert with_characters(asked, TITLES) == read


@pytest.mark.parametrize(
    "asked",
    [
        "Which visa do I need in Hangzhou?",  # known in every language
        "Would Yunfanli (云帆里) still rent to me?",  # its characters are there
        "Is the Lantingli park open?",  # no title has it
        "Is the anlig park open?",  # cuts a syllable
        "Women dating guide",  # 我们, 大厅 and 规的, and ordinary words
        "Xihu tickets",  # too short to be told from a word
        "云帆里的租金",
        "",
    ],
)
def test_anything_else_stays_as_it_was_asked(asked: str) -> None:
    assert with_characters(asked, TITLES) == asked


def test_the_characters_of_most_titles_are_taken() -> None:
    assert with_characters("Jiangdong", ["江东通告", "绛洞通告", "江东价目"]) == "Jiangdong (江东)"


def test_a_question_is_searched_for_and_read_with_the_characters_and_stays_as_it_was_asked(
    library: WatchedLibrary,
) -> None:
    question = understand("What is the parking fee in Jiangcheng?", "", library.index, library.embedder)
    assert (question.text, question.language) == ("What is the parking fee in Jiangcheng?", "en")
    assert "江城" in question.weights
    asked = Asked(question.text, [question])
    assert asked.to_read().text == "What is the parking fee in Jiangcheng (江城)?"
