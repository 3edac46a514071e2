"""Opens the chat platforms that the settings name."""

from __future__ import annotations

from settings import Settings, SettingsError
from web.bots.dingtalk import DingTalk
from web.bots.feishu import Feishu
from web.bots.platform import Platform
from web.bots.wecom import WeCom

AES_KEY_CHARACTERS = 43


def open_platforms(settings: Settings) -> dict[str, Platform]:
    """Returns the configured platforms by name.

    Raises SettingsError for incomplete settings.
    """
    found: dict[str, Platform] = {}
    if secret := settings.dingtalk_app_secret.get_secret_value():
        found["dingtalk"] = DingTalk(secret)
    if values := all_or_none(settings, "feishu_app_id", "feishu_app_secret", "feishu_encrypt_key"):
        app_id, app_secret, encrypt_key = values
        found["feishu"] = Feishu(app_id, app_secret, encrypt_key)
    wecom = ("wecom_corp_id", "wecom_agent_id", "wecom_app_secret", "wecom_token", "wecom_aes_key")
    if values := all_or_none(settings, *wecom):
        corp_id, agent_id, app_secret, token, aes_key = values
        if len(aes_key) != AES_KEY_CHARACTERS:
            raise SettingsError(f"ASSISTANT_WECOM_AES_KEY: copy all {AES_KEY_CHARACTERS} characters of EncodingAESKey.")
        found["wecom"] = WeCom(corp_id, agent_id, app_secret, token, aes_key)
    return found


def all_or_none(settings: Settings, *names: str) -> list[str]:
    """Returns the values of settings that belong together; empty if none is set.

    Raises SettingsError if some are missing.
    """
    given = [getattr(settings, name) for name in names]
    values = [each if isinstance(each, str) else each.get_secret_value() for each in given]
    if any(values) and not all(values):
        lacking = ", ".join(f"ASSISTANT_{name.upper()}" for name, value in zip(names, values, strict=True) if not value)
        raise SettingsError(f"The bot needs these settings too: {lacking}.")
    return values if all(values) else []
