"""The systemd units: systemd understands them, and they shut the services in."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from settings import PREFIX, Settings
from tests.conftest import ROOT
from tests.deploy.proxies import program, replaced

DEPLOY = ROOT / "deploy"
UNITS = sorted(DEPLOY.glob("*.service"))
MOST_EXPOSED = 2.0
"""systemd's own figure, from 0 for a service that is shut in to 10."""


def analyzed(*arguments: str | Path) -> str:
    command = ["systemd-analyze", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.stem)
def test_systemd_finds_nothing_wrong_with_the_unit(unit: Path, tmp_path: Path) -> None:
    program("systemd-analyze")
    text = unit.read_text(encoding="utf-8")
    (command,) = re.findall(r"^ExecStart=(.*)$", text, re.MULTILINE)
    here = {command: "/bin/true", "Documentation=file:///opt/qiantang-assistant/docs/operations.md\n": ""}
    here |= {"User=qiantang\nGroup=qiantang\n": ""} if "\nUser=qiantang\n" in text else {}
    (tmp_path / unit.name).write_text(replaced(text, here), encoding="utf-8")
    assert analyzed("verify", tmp_path / unit.name).strip() == ""


def test_systemd_starts_several_processes_of_one_unit_each_on_the_port_of_its_name(tmp_path: Path) -> None:
    program("systemd-analyze")
    addition = (DEPLOY / "qiantang-assistant-port.conf").read_text(encoding="utf-8")
    own = re.findall(r"^ExecStart=(?!$)(.*)$", addition, re.MULTILINE)
    (command,) = re.findall(r"^ExecStart=(.*)$", (DEPLOY / "qiantang-assistant.service").read_text(), re.MULTILINE)
    assert own == [f"/usr/bin/env ASSISTANT_PORT=%i {command}"]
    here = {own[0]: "/usr/bin/env ASSISTANT_PORT=%i /bin/true"}
    unit = tmp_path / "several@.service"
    unit.write_text("[Service]\nType=notify\nExecStart=/bin/false\n", encoding="utf-8")
    (tmp_path / "several@.service.d").mkdir()
    (tmp_path / "several@.service.d/port.conf").write_text(replaced(addition, here), encoding="utf-8")
    instance = tmp_path / "several@7861.service"
    instance.symlink_to(unit)
    assert analyzed("verify", instance).strip() == ""


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.stem)
def test_the_service_is_shut_in(unit: Path) -> None:
    program("systemd-analyze")
    told = analyzed("security", "--offline=true", unit)
    exposure = re.search(r"exposure level for \S+: ([\d.]+)", told)
    assert exposure and float(exposure[1]) <= MOST_EXPOSED


def test_each_setting_in_the_example_is_one() -> None:
    named = re.findall(rf"^#?{PREFIX}(\w+)=", (DEPLOY / "environment.example").read_text(), re.MULTILINE)
    assert len(named) > 5
    assert {name.lower() for name in named} <= set(Settings.model_fields)
