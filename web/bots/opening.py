"""Opens the chat platforms that the settings name."""

from __future__ import annotations

from settings import Settings, SettingsError
from store.endpoints import AES_KEY_CHARACTERS, FEISHU, WECOM, all_or_none
from text.messages import message
from web.bots.dingtalk import DingTalk
from web.bots.feishu import Feishu
from web.bots.platform import Platform
from web.bots.wecom import WeCom


def open_platforms(settings: Settings) -> dict[str, Platform]:
    """Returns the configured platforms by name.

    Raises SettingsError for incomplete settings.
    """
    found: dict[str, Platform] = {}
    if secret := settings.dingtalk_app_secret.get_secret_value():
        found["dingtalk"] = DingTalk(secret)
    if values := all_or_none(settings, FEISHU):
        app_id, app_secret, encrypt_key = values
        found["feishu"] = Feishu(app_id, app_secret, encrypt_key)
    if values := all_or_none(settings, WECOM):
        corp_id, agent_id, app_secret, token, aes_key = values
        if len(aes_key) != AES_KEY_CHARACTERS:
            raise SettingsError(message("setting.aes_key", characters=AES_KEY_CHARACTERS))
        found["wecom"] = WeCom(corp_id, agent_id, app_secret, token, aes_key)
    return found
