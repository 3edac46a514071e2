"""The systemd unit: systemd understands it, and it shuts the service in."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

from settings import PREFIX, Settings
from tests.conftest import ROOT
from tests.deploy.proxies import program, replaced

UNIT = ROOT / "deploy" / "qiantang-assistant.service"
MOST_EXPOSED = 2.0
"""systemd's own figure, from 0 for a service that is shut in to 10."""


def analyzed(*arguments: str | Path) -> str:
    command = ["systemd-analyze", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def test_systemd_finds_nothing_wrong_with_the_unit(tmp_path: Path) -> None:
    program("systemd-analyze")
    here = {
        "/opt/qiantang-assistant/.venv/bin/python /opt/qiantang-assistant/app.py": "/bin/true",
        "User=qiantang\nGroup=qiantang\n": "",
        "Documentation=file:///opt/qiantang-assistant/docs/operations.md\n": "",
    }
    unit = tmp_path / UNIT.name
    unit.write_text(replaced(UNIT.read_text(encoding="utf-8"), here), encoding="utf-8")
    assert analyzed("verify", unit).strip() == ""


def test_the_service_is_shut_in() -> None:
    program("systemd-analyze")
    told = analyzed("security", "--offline=true", UNIT)
    exposure = re.search(r"exposure level for \S+: ([\d.]+)", told)
    assert exposure and float(exposure[1]) <= MOST_EXPOSED


def test_each_setting_in_the_example_is_one() -> None:
    named = re.findall(rf"^#?{PREFIX}(\w+)=", (UNIT.parent / "environment.example").read_text(), re.MULTILINE)
    assert len(named) > 5
    assert {name.lower() for name in named} <= set(Settings.model_fields)
