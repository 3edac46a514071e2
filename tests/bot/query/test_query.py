"""A query is about the countries where it is to happen, not about those that the askers come from."""

from __future__ import annotations

import pytest

from bot.pipeline import Bot
from bot.query.query import understand


@pytest.mark.parametrize(
    ("question", "hosts"),
    [
        ("We are a Chilean company. Which approval do we need to set up a plant in China?", ()),
        ("秘鲁人来中国工作要什么证", ()),
        ("Голландская компания хочет открыть филиал в Ханчжоу", ()),
        ("Which tax does Chile take from our subsidiary's profits there?", ("CL",)),
        ("我们在俄罗斯设厂，增值税多少", ("RU",)),
    ],
)
def test_the_home_of_somebody_who_comes_to_china_is_no_host_country(
    bot: Bot, question: str, hosts: tuple[str, ...]
) -> None:
    assert understand(question, "", bot.index, bot.meaning).countries == hosts
