"""Countries compared get the rows of one table, one for each country, under one header."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest

from bot.answer import Turn
from bot.outcomes import Outcome
from bot.pipeline import Bot
from bot.retrieval.comparison_rows import are_as_close, come_near, countries_to_compare, put_in_place, rest_of_tables
from bot.retrieval.message_parts import lines_about
from bot.retrieval.snippet_ranking import RankedSnippet
from bot.retrieval.snippets import Snippet
from ingest.watcher import open_watched_library
from settings import Settings
from store.documents import Chunk, Metadata, Passage
from tests.bot.retrieval.exemplars import query_close_to

ON = date(2026, 11, 25)
TAXES = """---
title: 各国税率对照表
language: zh
audience: outbound
---
# 各国税率对照表

## 企业所得税对照表

| 国家 | 企业所得税税率 | 依据 |
|---|---|---|
| 巴西 | 34% | 据报道 |
| 中国 | 25% | 企业所得税法 |
| 俄罗斯 | 25% | 税法典 |
| 埃及 | 22.5% | 目前资料中没有依据 |
| 埃塞俄比亚 | 30% | 目前资料中没有依据 |

## 增值税对照表

| 国家 | 增值税税率 | 依据 |
|---|---|---|
| 俄罗斯 | 22% | 第425号法律 |
| 埃及 | 14% | 2016年第67号法律 |
| 埃塞俄比亚 | 15% | 第1341号公告 |

## 常见问题

### 俄罗斯企业所得税是多少？

俄罗斯企业所得税税率为25%，自2025年1月1日起。
"""


BRAZIL = """---
title: 巴西国别指南
language: zh
audience: outbound
countries: [BR]
---
# 巴西国别指南

## 巴西企业所得税对比说明

| 国家 | 企业所得税对比 | 说明 |
|---|---|---|
| 巴西 | 企业所得税 | 合计34% |
"""

ETHIOPIA, UGANDA = (
    f"""---
title: {name}国别指南
language: zh
audience: outbound
countries: [{code}]
---
# {name}国别指南

## 最低投资

外国投资者在{name}每个项目至少投入{amount}美元。
"""
    for name, code, amount in (("埃塞俄比亚", "ET", "20万"), ("乌干达", "UG", "25万"))
)

FILING = """---
title: 境外投资备案
language: zh
audience: outbound
---
# 境外投资备案

发展改革委在受理境外投资项目备案后7个工作日内出具备案通知书。
"""


@pytest.fixture(scope="module")
def comparing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bot]:
    folder = tmp_path_factory.mktemp("knowledge")
    (folder / "taxes.md").write_text(TAXES, encoding="utf-8")
    (folder / "brazil.md").write_text(BRAZIL, encoding="utf-8")
    (folder / "filing.md").write_text(FILING, encoding="utf-8")
    (folder / "ethiopia.md").write_text(ETHIOPIA, encoding="utf-8")
    (folder / "uganda.md").write_text(UGANDA, encoding="utf-8")
    settings = Settings(_env_file=None, knowledge_dir=folder, data_dir=tmp_path_factory.mktemp("data"), chat_model="")
    with open_watched_library(settings) as library:
        library.sync()
        yield Bot(library.index, library.embedder)


def rows(bot: Bot, question: str) -> list[str]:
    answer = bot.answer(question)
    assert answer.outcome is Outcome.ANSWERED
    return [line for line in answer.text.splitlines() if line.startswith("|")]


def test_each_country_asked_about_has_its_row_under_one_header(comparing: Bot) -> None:
    header, rule, brazil, russia = rows(comparing, "巴西和俄罗斯的企业所得税哪个高？")
    assert header == "| 国家 | 企业所得税税率 | 依据 |" and set(rule) <= set("|- ")
    assert brazil == "| 巴西 | 34% | 据报道 [1] |" and russia == "| 俄罗斯 | 25% | 税法典 [2] |"


def test_the_table_is_the_one_whose_heading_says_what_was_asked(comparing: Bot) -> None:
    assert [row.split("|")[2].strip() for row in rows(comparing, "埃塞俄比亚和埃及的增值税率比较")[2:]] == [
        "14%",
        "15%",
    ]


def test_a_question_on_two_taxes_gets_the_table_of_each(comparing: Bot) -> None:
    found = comparing.retrieve("埃及和埃塞俄比亚，企业所得税和增值税哪个低？", "zh", ON).rows
    assert sorted(snippet.text.split("|")[2].strip() for snippet in found) == ["14%", "15%", "22.5%", "30%"]
    alone = comparing.retrieve("埃及和埃塞俄比亚，增值税哪个低？", "zh", ON).rows
    assert [snippet.text.split("|")[2].strip() for snippet in alone] == ["14%", "15%"]


def test_who_asks_for_a_table_gets_all_of_it_and_who_asks_which_is_lowest_does_not(comparing: Bot) -> None:
    found = comparing.retrieve("各国企业所得税税率对照表", "zh", ON).rows
    assert [snippet.text.split("|")[2].strip() for snippet in found] == ["34%", "25%", "25%", "22.5%", "30%"]
    assert comparing.retrieve("对照表里企业所得税最低的是哪个国家？", "zh", ON).rows == []
    assert comparing.retrieve("境外投资备案的列表", "zh", ON).rows == [], "no table is about that"


def test_a_further_table_is_one_that_exemplars_speak_for_as_much_as_for_the_first() -> None:
    def rows(header: str, start: int) -> dict[str, Snippet]:
        texts = {"RU": f"| 俄罗斯 | {header} |", "BY": f"| 白俄罗斯 | {header} |"}
        return {
            code: Snippet(0, start + at, start + at + 1, text, kind="row", header=header)
            for at, (code, text) in enumerate(texts.items())
        }

    first, near, far, unknown = (rows(*each) for each in (("甲税", 0), ("乙税", 10), ("丙税", 20), ("丁税", 30)))
    close = {
        snippet.text: cosine for own, cosine in ((first, 0.9), (near, 0.88), (far, 0.83)) for snippet in own.values()
    }
    asked = query_close_to(dict(close))
    assert are_as_close(asked, near, [first])
    assert not are_as_close(asked, far, [first])
    assert not are_as_close(asked, unknown, [first])
    assert not are_as_close(asked, first, [first])


def test_a_table_on_another_matter_does_not_stand_in_where_a_country_has_no_row(comparing: Bot) -> None:
    assert not comparing.retrieve("巴西和俄罗斯的增值税哪个高？", "zh", ON).rows


def test_the_guide_to_one_country_does_not_stand_in_the_way(comparing: Bot) -> None:
    found = rows(comparing, "巴西和埃及的企业所得税对比")
    assert [row.split("|")[2].strip() for row in found[2:]] == ["34%", "22.5%"]


@pytest.mark.parametrize(
    ("question", "history", "compared"),
    [
        ("巴西的企业所得税比中国高吗？", [], True),
        ("比中国高吗？", ["巴西的企业所得税是多少？"], True),
        ("中国公司在巴西的企业所得税是多少？", [], False),
    ],
)
def test_china_is_compared_where_a_question_compares(
    comparing: Bot, question: str, history: list[str], compared: bool
) -> None:
    turns = [turn for said in history for turn in (Turn("user", said), Turn("assistant", "34%"))]
    answer = comparing.answer(question, turns)
    assert answer.outcome is Outcome.ANSWERED
    assert "| 巴西 |" in answer.text
    assert ("| 中国 | 25% |" in answer.text) == compared


@pytest.mark.parametrize(
    ("question", "is_compared"),
    [
        ("巴西、俄罗斯和中国哪个企业所得税低？", True),
        ("Which has lower corporate tax: Brazil, Russia or China?", True),
        ("Quem tem imposto menor: o Brasil, a Rússia ou a China?", True),
        ("中国公司在巴西和俄罗斯，哪个企业所得税低？", False),
    ],
)
def test_china_is_compared_with_several_in_one_row(question: str, is_compared: bool) -> None:
    query = replace(query_close_to({}), text=question, countries=("BR", "RU"), home=True)
    assert countries_to_compare(query, query) == {"BR", "RU"} | ({"CN"} if is_compared else set())


def test_one_country_is_no_comparison(comparing: Bot) -> None:
    assert not comparing.retrieve("俄罗斯的企业所得税是多少？", "zh", ON).rows
    assert len(comparing.retrieve("俄罗斯和埃及的企业所得税", "zh", ON).rows) == 2


def test_after_a_comparison_its_table_answers_only_what_it_compares(comparing: Bot) -> None:
    history = [Turn("user", "俄罗斯和埃及的企业所得税对比"), Turn("assistant", "25%和22.5%。")]
    other = comparing.answer("火星移民签证的担保金是多少？", history)
    assert other.outcome is not Outcome.ANSWERED and "22.5%" not in other.text
    assert "14%" in comparing.answer("增值税呢？", history).text


def test_what_begins_a_new_subject_is_answered_as_if_nothing_was_asked_before(comparing: Bot) -> None:
    history = [Turn("user", "俄罗斯和埃及的企业所得税对比"), Turn("assistant", "25%和22.5%。")]
    answer = comparing.answer("企业到境外投资以前在发改委办理备案需要几个工作日？", history)
    assert answer.outcome is Outcome.ANSWERED and "7个工作日" in answer.text


def test_countries_that_no_table_compares_are_answered_one_by_one(comparing: Bot) -> None:
    answer = comparing.answer("埃塞俄比亚和乌干达，外国投资者每个项目至少投入多少？")
    assert answer.outcome is Outcome.ANSWERED
    lines = [line for line in answer.text.splitlines() if line.startswith("### ") or "美元" in line]
    assert [line.split(" [")[0] for line in lines] == [
        "### 埃塞俄比亚",
        "外国投资者在埃塞俄比亚每个项目至少投入20万美元。",
        "### 乌干达",
        "外国投资者在乌干达每个项目至少投入25万美元。",
    ]


def test_a_country_without_an_answer_is_named_beside_two_that_have_one(comparing: Bot) -> None:
    answer = comparing.answer("埃塞俄比亚、乌干达和哈萨克斯坦，外国投资者每个项目至少投入多少？")
    assert answer.outcome is Outcome.PARTLY_ANSWERED
    assert "20万美元" in answer.text and "25万美元" in answer.text
    assert "### 哈萨克斯坦" in answer.text


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("马来西亚、泰国和越南企业所得税哪个最低", "泰国企业所得税哪个最低"),
        ("Which is lower, the tax in Malaysia, in Thailand or in Vietnam?", "Which is lower, the tax in Thailand?"),
        ("泰国分红扣多少，跟越南比哪个低", "泰国分红扣多少，跟泰国比哪个低"),
        ("杭州企业在泰国和越南的税哪个低", "杭州企业在泰国的税哪个低"),
    ],
)
def test_each_country_is_asked_about_in_place_of_all(text: str, asked: str) -> None:
    assert put_in_place(text, "TH", ("MY", "TH", "VN")) == asked


def test_the_rest_of_a_table_that_is_split_is_compared_as_well() -> None:
    def passage(source: str, row: str) -> Passage:
        text = f"| 国家 | 税率 |\n|---|---|\n{row}"
        return Passage(source, Chunk(0, len(text), text, ("税率",)), Metadata("税率"), 0.0)

    first, second = passage("taxes.md", "| 巴西 | 34% |"), passage("taxes.md", "| 泰国 | 20% |")
    other = passage("visas.md", "| 泰国 | 互免 |")
    assert rest_of_tables([first], [second, other]) == [second]


def test_a_country_that_is_compared_is_answered_by_a_line_about_it(comparing: Bot) -> None:
    found = comparing.retrieve("埃塞俄比亚和乌干达，外国投资者每个项目至少投入多少？", "zh", ON)
    by_country = {each: lines_about(each, found) for each in ("ET", "UG", "KZ")}
    assert "20万美元" in by_country["ET"].ranked[0].snippet.text
    assert "25万美元" in by_country["UG"].ranked[0].snippet.text
    assert by_country["KZ"] is found


@pytest.mark.parametrize(
    ("scores", "lag", "is_kept"), [((1.0, 1.0), 6.9, True), ((1.0, 1.0), 7.1, False), ((None, 1.0), 4.0, True)]
)
def test_a_table_is_left_where_another_line_answers_far_better(
    scores: tuple[float | None, ...], lag: float, is_kept: bool
) -> None:
    snippets = [Snippet(0, at, at + 1, f"| {at} | 34% |", "row") for at in range(2)]
    best = RankedSnippet(Snippet(1, 0, 1, "股息预提税", "sentence"), 0.0, 1.0 + lag)
    assert come_near(snippets, scores, best, replace(query_close_to({}), countries=("BR", "RU"))) is is_kept


@pytest.mark.parametrize(
    ("named", "is_kept"),
    [("巴西、俄罗斯、印度", True), ("巴西、印度、南非", True), ("巴西、俄罗斯和印度尼西亚", False)],
)
def test_a_line_that_lacks_a_country_asked_about_has_to_answer_better_still(named: str, is_kept: bool) -> None:
    rows = [Snippet(0, at, at + 1, f"| {name} | 34% |", "row") for at, name in enumerate(("巴西", "俄罗斯", "印尼"))]
    best = RankedSnippet(Snippet(1, 0, 1, f"{named}的企业所得税分别为34%、25%、22%。", "sentence"), 0.0, 11.0)
    query = replace(query_close_to({}), countries=("BR", "RU", "ID"))
    assert come_near(rows, (0.0, 1.0, 2.0), best, query) is is_kept
