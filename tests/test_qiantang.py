"""The package installs as a wheel with all that it needs to run, and one command has all others."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from zipfile import ZipFile

import pytest

import qiantang
from tests.conftest import ROOT

PACKAGES = ("bot", "ingest", "records", "store", "text", "web")
MODULES = (
    "app.py", "circuit_breaker.py", "database_address.py", "qiantang.py", "settings.py", "sqlite_files.py",
    "time_limit.py",
)  # fmt: skip
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ZipFile]:
    place = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(place)]
    built = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert not built.returncode, built.stderr
    (path,) = place.glob("*.whl")
    with ZipFile(path) as opened:
        yield opened


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """What a command says, and how it ends."""

    def called(*arguments: str, **settings: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["qiantang", *arguments])
        for name, value in settings.items():
            monkeypatch.setenv(name, value)
        try:
            code = qiantang.main()
        except SystemExit as ended:
            code = int(ended.code or 0)
        said = capsys.readouterr()
        return code, said.out, said.err

    return called


def test_the_wheel_holds_every_file_of_the_packages_and_the_guides(wheel: ZipFile) -> None:
    held = set(wheel.namelist())
    files = [path for name in PACKAGES for path in (ROOT / name).rglob("*") if path.is_file()]
    wanted = {path.relative_to(ROOT).as_posix() for path in files if "__pycache__" not in path.parts}
    guides = {f"qiantang_guides/{path.relative_to(ROOT / 'knowledge').as_posix()}" for path in guide_files()}
    assert len(guides) > 100
    assert sorted((wanted | guides | set(MODULES)) - held) == []


def guide_files() -> list[Path]:
    return [path for path in (ROOT / "knowledge").rglob("*") if path.is_file()]


def test_the_wheel_holds_nothing_else(wheel: ZipFile) -> None:
    top = {name.partition("/")[0] for name in wheel.namelist()}
    information = {name for name in top if name.endswith(".dist-info")}
    assert top - information == {*PACKAGES, *MODULES, "qiantang_guides"}


def test_the_wheel_brings_the_command_and_its_licence(wheel: ZipFile) -> None:
    (folder,) = {name.partition("/")[0] for name in wheel.namelist() if ".dist-info/" in name}
    assert "qiantang = qiantang:main" in wheel.read(f"{folder}/entry_points.txt").decode()
    assert wheel.read(f"{folder}/licenses/LICENSE") == (ROOT / "LICENSE").read_bytes()


def test_the_guides_are_copied_for_a_first_look_and_never_over_a_folder_that_exists(run: Run, tmp_path: Path) -> None:
    code, said, _ = run("guides", str(tmp_path / "knowledge"))
    assert code == 0 and "qiantang serve" in said
    assert len(list((tmp_path / "knowledge").rglob("*.md"))) > 100
    code, _, error = run("guides", str(tmp_path / "knowledge"))
    assert code == 1 and "exists" in error


def test_questions_and_documents_have_the_commands_that_they_have_alone(run: Run, tmp_path: Path) -> None:
    place = {"ASSISTANT_KNOWLEDGE_DIR": str(tmp_path), "ASSISTANT_DATA_DIR": str(tmp_path / "data")}
    (tmp_path / "fee.md").write_text("# 园区巴士\n\n园区巴士的票价是 7 元。\n", encoding="utf-8")
    code, said, _ = run("ingest", "sync", **place)
    assert code == 0 and said.startswith("1 added")
    code, said, _ = run("search", "园区巴士", **place)
    assert code == 0 and "fee.md" in said
    code, said, _ = run("records", "list", **place)
    assert (code, said) == (0, "")
    code, _, error = run("staff", "new-link", "Li", **place)
    assert code == 1 and "There is no account 'Li'" in error
    code, _, error = run("alerts", **place)
    assert code == 1 and "ASSISTANT_ALERT_EMAILS" in error


def test_what_is_wrong_is_said_under_the_name_that_was_typed(run: Run) -> None:
    code, _, error = run("ask")
    assert code == 2 and error.startswith("usage: qiantang") and "QUESTION" in error
    code, _, error = run("ingest", "nothing")
    assert code == 2 and "usage: qiantang ingest" in error
    code, _, error = run()
    assert code == 2 and "COMMAND" in error


def test_a_shell_completes_commands_and_options(run: Run, tmp_path: Path) -> None:
    _, script, _ = run("completion", "bash")
    (tmp_path / "completion").write_text(script, encoding="utf-8")
    assert completed(tmp_path, "qiantang", "do") == []
    assert completed(tmp_path, "qiantang", "in") == ["ingest"]
    assert completed(tmp_path, "qiantang", "ingest", "do") == ["doctor"]
    assert completed(tmp_path, "qiantang", "staff", "new") == ["new-link"]
    assert completed(tmp_path, "qiantang", "ask", "--ba") == ["--batch"]


def completed(place: Path, *words: str) -> list[str]:
    """What bash offers for the last word."""
    typed = " ".join(f"'{word}'" for word in words)
    program = f"source {place}/completion; COMP_WORDS=({typed}); COMP_CWORD={len(words) - 1}; "
    offered = "_shtab_qiantang; printf '%s\\n' \"${COMPREPLY[@]}\""
    told = subprocess.run(["bash", "-c", program + offered], capture_output=True, text=True, check=True)
    return told.stdout.split()
