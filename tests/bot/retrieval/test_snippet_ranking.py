"""Snippets whose limits exclude the amount asked about stand behind those whose limits hold it."""

from __future__ import annotations

from bot.retrieval.snippet_ranking import EXCLUDED, RankedSnippet, behind_what_holds
from bot.retrieval.snippets import Snippet
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
