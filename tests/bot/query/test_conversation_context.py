"""A conversation is about a country or about coming to China, until it turns to another."""

from __future__ import annotations

import pytest

from bot.query.conversation_context import NO_SCOPE, Scope, conversation_scope


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (["想去巴西设厂", "发改委备案要几天"], Scope("outbound", ("BR",), "巴西")),
        (["想去巴西设厂", "那俄罗斯呢"], Scope("outbound", ("RU",), "俄罗斯")),
        (["we are a dutch biotech and come to Qiantang", "minimum capital?"], Scope("inbound", (), "Qiantang")),
        (["we open a lab in Hangzhou", "can a foreign firm own all of it"], Scope("inbound", (), "Hangzhou")),
        (["外商在钱塘设公司", "我们想去印尼投资"], Scope("outbound", ("ID",), "印尼")),
        (["境外投资要备案吗"], Scope("outbound")),
        (["A Hangzhou company invests abroad"], Scope("outbound")),
        (["你好", "多少钱"], NO_SCOPE),
        ([], NO_SCOPE),
    ],
)
def test_the_last_text_that_says_it_decides(texts: list[str], expected: Scope) -> None:
    assert conversation_scope(texts) == expected
