"""Every setting is said, and README stays as short as a stranger reads."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from datetime import UTC, datetime

import pytest

from settings import Settings, SettingsError, load, use_time_zone
from tests.conftest import ROOT
from text.messages import sentences

NAME = re.compile(r"`((?:ASSISTANT|OPENAI|AWS)_[A-Z_]+)`")


def test_the_page_of_the_settings_names_each_of_them_and_no_other() -> None:
    fields = Settings.model_fields.items()
    names = {str(field.validation_alias or f"ASSISTANT_{name}".upper()) for name, field in fields}
    assert set(NAME.findall((ROOT / "docs/settings.md").read_text("utf-8"))) == names


def test_readme_is_read_in_a_minute() -> None:
    assert len((ROOT / "README.md").read_text("utf-8").splitlines()) <= 120


@pytest.mark.parametrize("command", ["app", "bot.__main__", "ingest.__main__", "web.mcp.__main__"])
def test_numpy_is_imported_with_one_thread_where_openvino_runs_the_models(command: str) -> None:
    pytest.importorskip("openvino")
    told = f"import os, sys, {command}; print(os.environ['OPENBLAS_NUM_THREADS'], *sys.modules)"
    environment = {name: value for name, value in os.environ.items() if name != "OPENBLAS_NUM_THREADS"}
    said = subprocess.run([sys.executable, "-c", told], cwd=ROOT, env=environment, capture_output=True, check=True)
    threads, *modules = said.stdout.decode().split()
    assert threads == "1"
    assert modules.index("settings") < modules.index("numpy")


def test_the_time_zone_is_that_of_the_office_and_must_exist(monkeypatch: pytest.MonkeyPatch) -> None:
    assert Settings(_env_file=None).time_zone == "Asia/Shanghai"
    assert Settings(_env_file=None, time_zone="").time_zone == ""
    with pytest.raises(ValueError, match="no time zone Mars/Olympus"):
        Settings(_env_file=None, time_zone="Mars/Olympus")
    monkeypatch.setenv("TZ", "UTC")
    use_time_zone("Asia/Shanghai")
    try:
        assert datetime(2026, 11, 30, tzinfo=UTC).astimezone().hour == 8
    finally:
        monkeypatch.undo()
        time.tzset()


@pytest.mark.parametrize(
    ("name", "value", "english", "chinese"),
    [
        ("TRUSTED_PROXIES", "proxy", "'proxy' is not an address or a network.", "不是 IP 地址或网段"),
        ("TRUSTED_PROXIES", "0.0.0.0/0", "is everybody, so any visitor could claim any address.", "包括所有人"),
        ("EMBED_ORIGINS", "ftp://x", "'ftp://x' is not a website.", "不是网站地址"),
        ("ALERT_EMAILS", "nobody", "'nobody' is not an e-mail address.", "不是电子邮箱地址"),
        ("TIME_ZONE", "Mars/Olympus", "there is no time zone Mars/Olympus on this machine", "没有时区 Mars/Olympus"),
        ("OCR", "maybe", "Correct it in the environment or in .env.", "请在环境变量或 .env 中更正"),
        ("OCRR", "on", "Did you mean ASSISTANT_OCR?", "是否应为 ASSISTANT_OCR"),
    ],
)
def test_a_wrong_setting_is_told_in_both_languages(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, english: str, chinese: str
) -> None:
    monkeypatch.setenv(f"ASSISTANT_{name}", value)
    with pytest.raises(SettingsError) as wrong:
        load()
    assert f"ASSISTANT_{name}" in str(wrong.value) and english in str(wrong.value)
    assert "Value error" not in str(wrong.value)
    told = wrong.value.message.say(sentences("zh"))
    assert f"ASSISTANT_{name}" in told and chinese in told
