"""A query tells whether it is about going to a country that no document is about."""

from __future__ import annotations

import pytest

from bot.pipeline import Bot
from bot.query.query import understand


@pytest.mark.parametrize(
    ("question", "is_abroad"),
    [
        ("我们公司想去摩洛哥设厂，那边的公司税是多少？", True),
        ("We are a Hangzhou firm and want to build a plant in Morocco. How do we register it with the NDRC?", True),
        ("我们公司想去巴西设厂，那边的公司税是多少？", False),
        ("摩洛哥的股东在钱塘设外资公司，注册资本多久缴足？", False),
        ("我们公司想在国外设厂，去哪里备案？", False),
    ],
)
def test_it_is_abroad_if_somebody_goes_to_a_country_without_a_document(
    bot: Bot, question: str, is_abroad: bool
) -> None:
    assert understand(question, "", bot.index, bot.meaning).is_abroad is is_abroad
