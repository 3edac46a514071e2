"""The container and the compose file: as nobody, on a read-only root, with nothing open that need not be."""

from __future__ import annotations

import re
import subprocess
import tomllib
from typing import Any

import pytest
import yaml

from settings import PREFIX, Settings
from tests.conftest import ROOT
from tests.deploy.proxies import replaced

CONTAINERFILE = (ROOT / "deploy" / "Containerfile").read_text(encoding="utf-8")
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "deploy" / "compose.yaml").read_text(encoding="utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
PROGRAM = {"assistant", "assistant-2", "assistant-3"}


def test_without_a_profile_one_process_starts_and_with_it_all_parts() -> None:
    assert [name for name, service in SERVICES.items() if "profiles" not in service] == ["assistant"]
    grown_up = {name for name, service in SERVICES.items() if service.get("profiles") == ["grown-up"]}
    assert grown_up | {"assistant"} == PROGRAM | {"postgresql", "chroma", "nginx"} == set(SERVICES)


@pytest.mark.parametrize("name", SERVICES)
def test_each_container_is_shut_in(name: str) -> None:
    service = SERVICES[name]
    assert service["read_only"] and service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    user, _, group = service["user"].partition(":")
    assert int(user) and int(group), "not root"
    assert "privileged" not in service and "network_mode" not in service


def test_strangers_reach_the_proxy_and_this_machine_one_process() -> None:
    ports = {name: service["ports"] for name, service in SERVICES.items() if "ports" in service}
    assert ports == {"assistant": ["127.0.0.1:7860:7860"], "nginx": ["443:443", "80:80"]}


def test_what_is_written_lies_in_a_volume_of_its_own() -> None:
    written = [
        each.partition(":")[0]
        for service in SERVICES.values()
        for each in service.get("volumes", ())
        if not each.startswith("./")
    ]
    assert set(written) == set(COMPOSE["volumes"])
    assert {each for each in written if written.count(each) > 1} == {"knowledge", "data"}, "what processes share"


def test_the_proxy_divides_visitors_among_the_three_processes_and_sends_staff_to_one() -> None:
    (shell, option, command) = SERVICES["nginx"]["command"]
    here = {"/qiantang.conf": "deploy/nginx.conf", "/containers.sed": "deploy/nginx-containers.sed"}
    written, _, _ = replaced(command, here).partition(" > ")
    done = subprocess.run([shell, option, written], cwd=ROOT, capture_output=True, text=True, check=True)
    visitors, staff = (
        re.findall(r"server (\S+):7860( backup)?;", own)
        for own in re.findall(r"^upstream qiantang\w* {(.*?)^}", done.stdout, re.MULTILINE | re.DOTALL)
    )
    for servers, backups in ((visitors, 0), (staff, 2)):
        assert {name for name, _ in servers} == PROGRAM
        assert sum(bool(backup) for _, backup in servers) == backups
    assert "\n    location = / {" in done.stdout, "a frozen process is passed over"
    logs = re.findall(r"^ *(?:access|error)_log (\S+?)[ ;]", done.stdout, re.MULTILINE)
    assert set(logs) == {"off", "/dev/stderr", "/dev/stdout"}, "podman logs shows them"


def test_the_image_runs_as_nobody_and_has_all_that_the_program_needs() -> None:
    assert re.findall(r"^USER (\S+)$", CONTAINERFILE, re.MULTILINE) == ["65534:65534"]
    copied = {
        word for line in re.findall(r"^COPY (?!--from)(.*)$", CONTAINERFILE, re.MULTILINE) for word in line.split()
    }
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wheel = project["tool"]["hatch"]["build"]["targets"]["wheel"]
    assert {*wheel["only-include"], *wheel["force-include"]} <= copied
    assert not copied & {"tests", "evals", "training", "."}
    assert all((ROOT / each).exists() for each in copied if not each.startswith(("-", "/", ".")))


def test_each_setting_of_the_image_is_one() -> None:
    named = re.findall(rf"{PREFIX}(\w+)=", CONTAINERFILE)
    assert named and {name.lower() for name in named} <= set(Settings.model_fields)
