"""Snippets whose limits exclude the amount asked about stand behind those whose limits hold it."""

from __future__ import annotations

from dataclasses import replace
from math import log

import pytest

from bot.query.query import Asked
from bot.retrieval.snippet_ranking import (
    DECIDED,
    EXCLUDED,
    MOST_GAINED,
    SAID,
    RankedSnippet,
    amounts_asked,
    behind_what_holds,
    behind_what_was_not_said,
    decides_country,
    is_known,
    with_whole_lists,
)
from bot.retrieval.snippets import Snippet
from store.documents import Metadata
from tests.bot.conftest import passage_of
from tests.bot.retrieval.exemplars import query_close_to
from text.limits import amounts

SMALL = "不满10万人个人信息的，免予申报。"
MIDDLE = "10万人以上、不满100万人个人信息的，订立标准合同。"
OTHER = "数据出境由国家网信办负责。"


def ranked(*texts: str) -> list[RankedSnippet]:
    return [
        RankedSnippet(Snippet(0, at, at + 1, text, "sentence"), score=-float(at), read=1.0 - at)
        for at, text in enumerate(texts)
    ]


def lags(question: str, *texts: str) -> list[float]:
    before = ranked(*texts)
    after = behind_what_holds(amounts(question), before)
    assert [one.score - other.score for one, other in zip(before, after, strict=True)] == [
        one.read - other.read for one, other in zip(before, after, strict=True)
    ]
    return [one.score - other.score for one, other in zip(before, after, strict=True)]


def test_the_limit_that_holds_the_amount_leads() -> None:
    assert lags("30万人的个人信息出境要办什么", SMALL, MIDDLE, OTHER) == [EXCLUDED, 0.0, 0.0]
    assert lags("we send data of 60,000 people abroad", MIDDLE, SMALL, OTHER) == [EXCLUDED, 0.0, 0.0]


def test_where_no_limit_holds_it_or_none_was_asked_nothing_changes() -> None:
    assert lags("300万人的个人信息出境要办什么", SMALL, MIDDLE) == [0.0, 0.0]
    assert lags("个人信息出境要办什么", SMALL, MIDDLE) == [0.0, 0.0]
    assert lags("30天内要办什么", SMALL, MIDDLE) == [0.0, 0.0]


def test_a_country_is_decided_where_nothing_about_another_answers_nearly_as_well() -> None:
    places = (("BY",), ("RU",), (), ("BY", "RU"))
    passages = [replace(passage_of(""), metadata=Metadata(title="", countries=own)) for own in places]

    def decided(*scores: tuple[int, float]) -> bool:
        snippets = [replace(ranked("x")[0], score=score) for _, score in scores]
        placed = [
            replace(own, snippet=replace(own.snippet, passage=at))
            for own, (at, _) in zip(snippets, scores, strict=True)
        ]
        return decides_country(placed, passages)

    assert decided((0, 3.0), (0, 2.0), (1, 3.0 - DECIDED))
    assert not decided((0, 3.0), (1, 3.1 - DECIDED))
    assert decided((2, 3.0), (0, -9.0)) and not decided((2, 3.0), (0, 1.0))
    assert not decided((3, 3.0), (0, -9.0)) and not decided()


def test_what_the_answer_before_quotes_stands_behind_the_rest() -> None:
    row = "| 增值税 | 13% |"
    before = ranked(SMALL, row, OTHER)
    after = behind_what_was_not_said(f"{SMALL} [1]\n| 增值税 | 13% [2] |", before)
    assert [one.score - other.score for one, other in zip(before, after, strict=True)] == [SAID, SAID, 0.0]
    assert behind_what_was_not_said("", before) == before


@pytest.mark.parametrize(
    ("before", "asked", "amount"),
    [
        ("我们投8000万美元，备案找谁", "要是出到三亿五千万呢", (3.5e8, "usd")),
        ("每年传5万人的信息要备案吗", "那20万呢", (2e5, "people")),
        ("持股30%，投资8000万要备案吗", "要是出到两千万呢", (2e7, "")),
        ("税率是25%吗", "要是出到两千万呢", (2e7, "")),
        ("", "要是出到两千万呢", (2e7, "")),
    ],
)
def test_an_amount_without_a_unit_has_that_of_all_amounts_before(
    before: str, asked: str, amount: tuple[float, str]
) -> None:
    question = Asked(asked, [(query_close_to({}, asked, "zh"), 0.0)], before)
    assert [(each.least, each.unit) for each in amounts_asked(question)] == [amount]


def test_a_single_first_question_close_to_exemplars_of_the_first_snippet_is_known() -> None:
    line = Snippet(0, 0, 1, "It takes 7 working days.", "sentence")
    close, far = (query_close_to({line.text: cosine}) for cosine in (0.9, 0.3))
    assert is_known(Asked("How long does it take?", [(close, 0.0)]), close, line)
    assert not is_known(Asked("How long does it take?", [(far, 0.0)]), far, line)
    assert not is_known(Asked("How long does it take?", [(close, 0.0)], before="Who decides?"), close, line)
    assert not is_known(Asked("How long does it take, and who decides?", [(close, 0.0)]), close, line)


def test_a_list_answers_as_a_whole_if_one_is_asked_for() -> None:
    steps = [Snippet(0, at, at + 1, f"第{at}步", "item", "步骤") for at in range(3)]
    line = RankedSnippet(Snippet(1, 0, 1, "受理后7个工作日内出具。", "sentence"), -0.5, -0.5)
    before = [*(RankedSnippet(each, -1.0, -1.0) for each in steps), line]
    whole = with_whole_lists(before)
    assert whole[0].read == whole[0].score == pytest.approx(log(3) - 1.0) and whole[0].read > line.read
    assert whole[1:] == before[1:]


def test_a_long_list_gains_no_more_than_a_short_one() -> None:
    steps = [RankedSnippet(Snippet(0, at, at + 1, "x", "item", "步骤"), -2.0, -2.0) for at in range(20)]
    assert with_whole_lists(steps)[0].read == pytest.approx(MOST_GAINED - 2.0)


def test_an_item_that_says_that_it_is_not_known_gains_nothing() -> None:
    known = RankedSnippet(Snippet(0, 0, 1, "x", "item", "步骤"), 0.5, 0.5)
    unknown = RankedSnippet(replace(known.snippet, start=1, end=2, is_unknown=True), 1.0, 1.0)
    assert with_whole_lists([unknown, known]) == [unknown, known]


def test_items_that_were_not_read_add_nothing_to_their_list() -> None:
    steps = [RankedSnippet(Snippet(0, at, at + 1, "x", "item", "步骤"), -1.0, -1.0, at == 0) for at in range(2)]
    assert with_whole_lists(steps) == steps
