"""The command line, run as the staff and their scripts run it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from records import PersonRequest, Reason, Records
from tests.conftest import ROOT
from tests.records.conftest import asked
from tests.support.commands import called

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def run(address: str) -> Run:
    """Does what `python -m records` does with these records."""

    def start(*arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
        return called("records", *arguments, **{"ASSISTANT_RECORDS_URL": address} | settings)

    return start


def test_it_runs_in_a_process_of_its_own(address: str, records: Records) -> None:
    given = asked("几天？")
    records.keep(given)
    own = {name: value for name, value in os.environ.items() if not name.startswith(("ASSISTANT_", "OPENAI_"))}
    command = [sys.executable, "-m", "records", "list", "--json"]
    environment = own | {"ASSISTANT_RECORDS_URL": address}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    assert [each["id"] for each in json.loads(done.stdout)["exchanges"]] == [given.id]


def test_questions_are_listed_as_one_line_of_json(run: Run, records: Records) -> None:
    bad, other = asked("几天？"), asked("上海", "failed")
    for each in (bad, other):
        records.keep(each)
    records.rate(bad.id, False, Reason.NOT_ASKED)
    (line,) = run("list", "--json", "--outcome", "answered", "--badly-rated").stdout.splitlines()
    (read,) = json.loads(line)["exchanges"]
    assert (read["id"], read["question"], read["rating"]["reason"]) == (bad.id, "几天？", "not_asked")
    assert read["citations"][0]["source"] == "outbound/russia.zh.md"


def test_days_count_back_from_today(run: Run, records: Records) -> None:
    for question, days in (("new", 0), ("old", 2)):
        records.keep(asked(question, asked_at=datetime.now(UTC) - timedelta(days)))
    assert [line.strip() for line in run("list", "--days", "1").stdout.splitlines()[1:]] == ["new"]
    assert len(run("list", "--days", "99999999999").stdout.splitlines()) == 4


def test_what_people_wrote_cannot_steer_the_terminal(run: Run, records: Records) -> None:
    given = asked("a\x1b]0;title\x07\n2026-01-01  answered")
    records.keep(given)
    records.rate(given.id, False, Reason.OTHER, "b\x1b[2Jc")
    lines = run("list").stdout.splitlines()
    assert lines[1:] == ["  a ]0;title  2026-01-01  answered", "  not useful other: b [2Jc"]
    records.ask_person(PersonRequest(given.id, "王\x1b芳", "0571\n1", datetime.now(UTC), page_language="\x1b[2J\nzh"))
    head, person, *_ = run("requests").stdout.splitlines()
    assert head.endswith("   [2J zh") and person == "  王 芳: 0571 1"


def test_a_request_is_listed_until_it_is_done(run: Run, records: Records) -> None:
    given = asked()
    records.keep(given)
    records.ask_person(PersonRequest(given.id, "王芳", "0571-1", datetime.now(UTC), "请回电"))
    (request,) = json.loads(run("requests", "--open", "--json").stdout)["requests"]
    assert (request["name"], request["contact"], request["done_at"]) == ("王芳", "0571-1", None)
    assert "王芳: 0571-1" in run("requests").stdout
    assert run("done", str(request["id"])).returncode == 0
    assert run("requests", "--open").stdout == ""
    missing = run("done", "999")
    assert (missing.returncode, missing.stderr) == (1, "There is no request 999.\n")


def test_questions_are_deleted_expired_and_exported(run: Run, records: Records, tmp_path: Path) -> None:
    gone, left = asked(), asked("留下")
    for each in (gone, left):
        records.keep(each)
    assert run("delete", gone.id, "unknown").stdout == "1 deleted\n"
    assert run("expire").stdout == "What is older than 180 days is removed.\n"
    table = tmp_path / "out.csv"
    assert run("export", str(table)).stdout == f"1 questions in {table}\n"
    assert "留下" in table.read_text(encoding="utf-8-sig")
    assert run("expire", ASSISTANT_RETENTION_DAYS="0").stdout == "Nothing is kept.\n"
    assert records.exchanges() == []


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"ASSISTANT_RECORDS_URL": "mysql://a:hunter2@h/n"}, "Give sqlite:///"),
        ({"ASSISTANT_RECORDS_URL": "postgresql://a:hunter2@127.0.0.1:1/n"}, "Can't create a connection"),
        ({"ASSISTANT_RETENTION_DAYS": "3651"}, "ASSISTANT_RETENTION_DAYS"),
    ],
)
def test_a_setting_that_cannot_be_used_is_explained(run: Run, settings: dict[str, str], said: str) -> None:
    done = run("list", **settings)
    assert (done.returncode, done.stdout) == (1, "")
    assert said in done.stderr
    assert "hunter2" not in done.stderr
    assert "Traceback" not in done.stderr
