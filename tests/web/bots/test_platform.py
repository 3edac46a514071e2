"""What all platforms have in common: access tokens, and how old a signature may be."""

from __future__ import annotations

import pytest

from tests.web.bots.conftest import PlatformServer
from web.bots.feishu import Feishu
from web.bots.platform import BotSendError, Reply
from web.bots.wecom import WeCom


@pytest.mark.parametrize("token", ["", None])
def test_a_reply_without_a_token_is_named_as_the_cause_and_nothing_is_sent(
    platform_server: PlatformServer, token: str | None
) -> None:
    platform_server.token = token
    feishu = Feishu("app", "secret", "key", platform_server.address)
    wecom = WeCom("corp", "1", "secret", "token", "key", platform_server.address)
    for platform in (feishu, wecom):
        with pytest.raises(BotSendError, match="no access token"):
            platform.send("someone", Reply("title", "text"))
    assert len(platform_server.taken) == 2  # the two questions for a token
    platform_server.token = "t-2"  # noqa: S105
    assert feishu.access_token() == wecom.access_token() == "t-2"
