"""An amount in a yes-or-no question is held against the limit that is quoted, where that is certain."""

from __future__ import annotations

import pytest

from bot.generation.limit_comparison import compare_with_limits

SMALL_FIRMS = "小型微利企业年应纳税所得额不超过300万元、从业人数不超过300人、资产总额不超过5000万元。"


@pytest.mark.parametrize(
    ("question", "quoted", "language", "said"),
    [
        ("我们有320人，能按小微5%交所得税吗", SMALL_FIRMS, "zh", "比对：320人高于300人。"),
        ("备案写的是4000万美元，要不要去北京", "中方投资额3亿美元以上的项目", "zh", "比对：4000万美元低于3亿美元。"),
        (
            "境外传12万人的一般信息，要走标准合同吗",
            "10万人以上不满100万人的订立标准合同",
            "zh",
            "比对：12万人在10万人以上不满100万人之内。",
        ),
        ("May we own 8% of it?", "A share of up to 10% may use it.", "en", "Compared: 8% is below 10%."),
    ],
)
def test_what_is_asked_is_above_below_or_within_the_limit(question: str, quoted: str, language: str, said: str) -> None:
    assert compare_with_limits(question, quoted, language) == said


@pytest.mark.parametrize(
    ("question", "quoted"),
    [
        ("May we own 10% of it?", "A share of up to 10% may use it."),
        ("利润500万元，要交多少", SMALL_FIRMS),
        ("利润500万元，能算小微吗", SMALL_FIRMS),
        ("从4000万美元加到4700万美元，要不要改备案", "3亿美元以上的项目"),
        ("Is it due within 30 days?", "It is due within 20 days."),
    ],
)
def test_nothing_is_said_of_what_is_not_certain(question: str, quoted: str) -> None:
    assert compare_with_limits(question, quoted, "en") == ""
