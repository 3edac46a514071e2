"""What all platforms have in common: access tokens, and how old a signature may be."""

from __future__ import annotations

import pytest

from tests.web.bots.conftest import PlatformServer
from web.bots.feishu import Feishu
from web.bots.platform import BotRefusedError, BotSendError, Reply, check_age
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


@pytest.mark.parametrize("seconds", ["6399", "10301", "13000", "", "x", "-10000", "²", "9" * 400, "9" * 5_000])
def test_a_signature_without_a_time_too_old_or_from_the_future_is_refused(seconds: str) -> None:
    with pytest.raises(BotRefusedError, match="timestamp"):
        check_age(seconds, 10_000.0)


@pytest.mark.parametrize("seconds", ["6400", "10000", "10300"])
def test_a_signature_of_the_last_hour_counts_also_if_the_clocks_differ_by_minutes(seconds: str) -> None:
    check_age(seconds, 10_000.0)
