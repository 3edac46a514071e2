"""The doctor names each fault, which is made for real here, with what to do; a well installation has none."""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import sqlite3
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock

from ingest.doctor import machine, request
from ingest.doctor.written import settings_problems
from ingest.watcher import open_watched_library
from records import Role, Scope, open_records
from records.models import now
from settings import Settings
from store.answerability import rerank_endpoint
from store.index import Condition
from store.index.sharing import IndexServer, serve_index
from tests.support.commands import called
from tests.support.ports import free_port
from text.messages import as_it_is, sentences

Place = dict[str, str]
NOBODY = 65_534


@pytest.fixture(scope="module")
def indexed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A knowledge folder and its index, which no process holds."""
    place = tmp_path_factory.mktemp("well")
    (place / "knowledge").mkdir()
    (place / "knowledge/fee.md").write_text("# 园区巴士\n\n园区巴士的票价是 7 元。\n", encoding="utf-8")
    with open_watched_library(Settings(knowledge_dir=place / "knowledge", data_dir=place / "data")) as library:
        library.sync()
    with closing(sqlite3.connect(place / "data/index/catalog.sqlite")) as last:
        last.execute("PRAGMA wal_checkpoint")  # who leaves last takes the write-ahead log along, not the doctor
    return place


@pytest.fixture
def place(indexed: Path, tmp_path: Path) -> Place:
    """Settings of a well installation, a copy of that one."""
    shutil.copytree(indexed, tmp_path, dirs_exist_ok=True)
    tmp_path.chmod(0o755)
    return {
        "ASSISTANT_KNOWLEDGE_DIR": str(tmp_path / "knowledge"),
        "ASSISTANT_DATA_DIR": str(tmp_path / "data"),
        "ASSISTANT_PORT": str(free_port()),
    }


def found(place: Place, *arguments: str) -> dict[str, dict[str, str]]:
    """The problems by their codes; the exit code must fit."""
    ended = called("ingest", "doctor", "--json", *arguments, **place)
    told: dict[str, Any] = json.loads(ended.stdout)
    assert ended.returncode == (1 if told["errors"] else 0)
    assert len(told["problems"]) == told["errors"] + told["notes"]
    return {each["code"].removeprefix("doctor."): each for each in told["problems"]}


def data(place: Place) -> Path:
    return Path(place["ASSISTANT_DATA_DIR"])


def test_a_well_installation_has_no_problem_and_is_not_changed(place: Place) -> None:
    before = {path: path.read_bytes() for path in data(place).rglob("*") if path.is_file()}
    ended = called("ingest", "doctor", **place)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert ended.stdout.splitlines()[-1] == "0 errors, 0 notes" and ended.stdout.count(": well") == 10
    assert {path: path.read_bytes() for path in before} == before


def test_it_speaks_chinese_too(place: Place) -> None:
    shutil.rmtree(data(place))
    told = called("ingest", "doctor", "--language", "zh", **place).stdout
    assert "还没有索引" in told and "1 个错误，0 个提示" in told


def test_a_setting_that_cannot_be_read_is_a_problem_like_others(place: Place) -> None:
    (problem,) = found(place | {"ASSISTANT_OCR": "maybe"}).values()
    assert problem["check"] == "settings" and "ASSISTANT_OCR" in problem["text"]


def test_settings_that_do_not_fit_together_are_named(place: Place) -> None:
    wrong = {"ROOT_PATH": "assistant/", "HOST": "0.0.0.0", "EMBEDDING_MODEL": "other-model"}  # noqa: S104
    codes = found(place | {f"ASSISTANT_{name}": value for name, value in wrong.items()})
    assert {"root_path", "open_host", "no_trusted_proxy"} <= codes.keys()
    assert any("ASSISTANT_EMBEDDING_MODEL" in each["text"] for each in codes.values())
    assert "key_without_model" in found(place | {"OPENAI_API_KEY": "x"})


def test_an_address_of_a_database_that_is_none_is_named_once_and_stops_no_other_check(place: Place) -> None:
    told = json.loads(called("ingest", "doctor", "--json", **place, ASSISTANT_DATABASE_URL="nonsense").stdout)
    (problem,) = told["problems"]
    assert "ASSISTANT_DATABASE_URL" in problem["text"] and "postgresql://" in problem["text"]
    assert "endpoints" in told["well"]


def test_settings_of_which_a_part_is_missing_are_named_with_the_others() -> None:
    half = {"feishu_app_id": "x", "wecom_token": "x", "oidc_client_id": "x", "smtp_from": "a@example.org"}
    wrong = {"alert_emails": "b@example.org", "wecom_aes_key": "short", "oidc_issuer": "http://sign-on.example.org"}
    told = [each.text for each in settings_problems(Settings(_env_file=None, **half))]
    said = " ".join(map(str, told))
    for name in ("FEISHU_APP_SECRET", "WECOM_CORP_ID", "OIDC_ISSUER", "SMTP_URL"):
        assert f"ASSISTANT_{name}" in said
    assert all("还需要设置" in each.say(sentences("zh")) for each in told)
    codes = {each.text.code for each in settings_problems(Settings(_env_file=None, **wrong))}
    assert {"doctor.alerts_without_mail", "doctor.aes_key", "doctor.sign_on_unsafe"} <= codes


def test_a_missing_and_an_old_package_are_named(place: Place, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    project = '[project]\ndependencies = ["no-such-package", "pydantic>=99", "httpx>=0.1"]\n'
    (tmp_path / "pyproject.toml").write_text(project, encoding="utf-8")
    monkeypatch.setattr(machine, "ROOT", tmp_path)
    codes = found(place)
    assert codes.keys() == {"package_missing", "package_old"}
    assert "no-such-package" in codes["package_missing"]["text"] and ">=99" in codes["package_old"]["text"]


def test_a_python_that_is_not_supported_is_named(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "NEWEST", (3, 10))
    assert f"3.{sys.version_info[1]}" in found(place)["python"]["text"]


def test_a_missing_folder_is_named(place: Place) -> None:
    shutil.rmtree(place["ASSISTANT_KNOWLEDGE_DIR"])
    assert place["ASSISTANT_KNOWLEDGE_DIR"] in found(place)["folder_missing"]["text"]


@contextmanager
def as_nobody() -> Iterator[None]:
    """As another user, if this one is root, whom no right stops."""
    is_root = os.geteuid() == 0
    if is_root:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        if is_root:
            os.seteuid(0)


def test_rights_that_lack_are_named_with_the_file(place: Place, indexed: Path) -> None:
    with tempfile.TemporaryDirectory() as home:  # that of the tests is closed to other users
        shutil.copytree(indexed, home, dirs_exist_ok=True)
        Path(home).chmod(0o755)
        moved = place | {"ASSISTANT_KNOWLEDGE_DIR": f"{home}/knowledge", "ASSISTANT_DATA_DIR": f"{home}/data"}
        Path(home, "knowledge/fee.md").chmod(0o200)
        Path(home, "data/index").chmod(0o555)
        Path(home, "data/index/catalog.sqlite").chmod(0o444)
        with as_nobody():
            codes = found(moved)
        assert "index_damaged" not in codes, "nothing is known of a catalog that cannot be opened"
        assert "fee.md" in codes["file_unreadable"]["text"] and f"{home}/data" in codes["data_unwritable"]["text"]
        Path(home, "knowledge").chmod(0o200)
        with as_nobody():
            assert "folder_unreadable" in found(moved)


def test_a_disk_that_is_full_or_nearly_is_named(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    free = shutil.disk_usage(data(place)).free
    monkeypatch.setattr(machine, "LOW", free * 2)
    assert found(place).keys() == {"disk_low"}
    monkeypatch.setattr(machine, "FEWEST_FILES", 10**15)
    assert found(place).keys() == {"no_more_files"}
    monkeypatch.setattr("store.free_space.RESERVE", free * 2)
    monkeypatch.setattr("store.free_space.RESERVE_SHARE", 1.0)
    assert found(place).keys() == {"disk_full"}


def test_a_clock_behind_what_was_written_here_is_named(place: Place) -> None:
    tomorrow = time.time() + 86_400
    os.utime(data(place) / "index/catalog.sqlite", (tomorrow, tomorrow))
    assert "catalog.sqlite" in found(place)["clock_behind"]["text"]


def test_a_clock_that_may_have_been_set_forward_is_named(place: Place) -> None:
    with open_records("", 180, data(place)) as records:
        records.expire(now())
    assert found(place) == {}
    with sqlite3.connect(data(place) / "records.sqlite") as connection:
        connection.execute("UPDATE records_state SET expired_at = '2026-01-31 12:00:00.000000'")
    assert "2026-01-31" in found(place)["clock_ahead"]["text"]


def test_records_of_a_newer_program_are_named(place: Place) -> None:
    with open_records("", 180, data(place)) as records:
        records.expire(now())
    with sqlite3.connect(data(place) / "records.sqlite") as connection:
        connection.execute("UPDATE records_state SET version = 99")
    assert "newer version" in str(found(place))


def test_a_process_that_holds_the_index_and_is_silent_is_named(place: Place) -> None:
    with FileLock(data(place) / "index/owner.lock"):
        assert "owner.lock" in found(place)["owner_silent"]["text"]


def test_another_program_on_the_port_is_named(place: Place) -> None:
    with listening(lambda _: (404, "")) as port:
        assert str(port) in found(place | {"ASSISTANT_PORT": str(port)})["port_taken"]["text"]


def test_an_app_whose_parts_are_stuck_is_named(place: Place) -> None:
    health = json.dumps({"checks": {"search": {"state": "stuck"}, "folder": {"state": "ok"}}})
    with listening(lambda _: (503, health)) as port:
        assert "search" in found(place | {"ASSISTANT_PORT": str(port)})["app_stuck"]["text"]
    well = json.dumps({"checks": {"search": {"state": "ok"}}})
    with listening(lambda _: (200, well)) as port:
        assert found(place | {"ASSISTANT_PORT": str(port)}) == {}


def test_an_index_that_is_missing_empty_or_damaged_is_named(place: Place) -> None:
    catalog = data(place) / "index/catalog.sqlite"
    with sqlite3.connect(catalog) as connection:
        connection.execute("DELETE FROM documents")
    assert found(place).keys() == {"index_empty"}
    catalog.write_bytes(b"no database" * 1_000)
    assert "doctor.index_damaged" in {each["code"] for each in found(place).values()}
    catalog.unlink()
    assert found(place).keys() == {"index_missing"}


def test_vectors_that_are_damaged_or_lie_elsewhere_are_named(place: Place) -> None:
    vectors = data(place) / "index/vectors"
    database = vectors / "chroma.sqlite3"
    with listening(lambda _: (200, "{}")) as port:
        asked = place | {"ASSISTANT_CHROMA_URL": f"http://127.0.0.1:{port}"}
        assert "move --to" in found(asked)["vectors_in_files"]["text"]
    database.write_bytes(database.read_bytes()[:4096] + bytes(8192))
    assert found(place).keys() == {"vectors_damaged"}
    database.unlink()
    assert found(place).keys() == {"vectors_missing"}
    (vectors / "collection").write_text("qiantang-1", encoding="utf-8")
    assert "ASSISTANT_CHROMA_URL" in found(place)["vectors_on_server"]["text"]


def test_a_provider_of_single_sign_on_that_is_away_is_named(place: Place) -> None:
    asked = place | {"ASSISTANT_OIDC_ISSUER": f"http://127.0.0.1:{free_port()}", "ASSISTANT_OIDC_CLIENT_ID": "x"}
    assert "ASSISTANT_OIDC_ISSUER" in found(asked)["endpoint_away"]["text"]


def test_an_index_of_other_rules_and_files_that_could_not_be_read_are_named(place: Place) -> None:
    with sqlite3.connect(data(place) / "index/catalog.sqlite") as connection:
        connection.execute("UPDATE recipe SET value = 'older' WHERE name = 'recipe'")
        connection.execute("INSERT INTO failures VALUES ('scan.pdf', '', '', '')")
    (data(place) / "damaged-1-records.sqlite").touch()
    codes = found(place)
    assert codes.keys() == {"recipe", "unread_files", "set_aside"}
    assert "--rebuild" in codes["recipe"]["text"] and "scan.pdf" in codes["unread_files"]["text"]


def test_records_that_are_damaged_and_a_database_that_is_away_are_named(place: Place) -> None:
    (data(place) / "records.sqlite").write_bytes(b"no database" * 1_000)
    assert found(place).keys() == {"records_damaged"}
    away = f"postgresql+pg8000://asker:secret@127.0.0.1:{free_port()}/none"
    (problem,) = found(place | {"ASSISTANT_RECORDS_URL": away}).values()
    assert problem["code"] == "doctor.database_away" and "secret" not in problem["text"]
    assert "ASSISTANT_RECORDS_URL" in str(found(place | {"ASSISTANT_RECORDS_URL": "nonsense"}))


def test_a_key_of_who_administers_no_more_and_approval_by_one_person_are_named(place: Place) -> None:
    with open_records("", 30, data(place)) as records:
        former = records.accounts.add("Li", Role.ADMINISTRATOR)
        records.api_keys.create("portal", [Scope.ASK], 30, "Li")
        records.accounts.set_password(former.id, "hash")
    assert found(place) == {}
    with open_records("", 30, data(place)) as records:
        records.accounts.disable(former.id)
    told = found(place | {"ASSISTANT_APPROVAL": "on"})
    assert told.keys() == {"key_of_former", "approval_alone"}
    assert all(name in told["key_of_former"]["text"] for name in ("portal", "Li"))


def test_endpoints_that_are_away_refuse_the_key_fail_or_lack_the_model_are_named(place: Place) -> None:
    def chat(port: int) -> Place:
        return place | {"ASSISTANT_CHAT_MODEL": "m", "OPENAI_BASE_URL": f"http://127.0.0.1:{port}/v1"}

    assert "127.0.0.1" in found(chat(free_port()))["endpoint_away"]["text"]
    for status, body, code in ((401, "", "key_refused"), (502, "", "endpoint_fails"), (200, LISTED, "model_unknown")):
        with listening(lambda _, status=status, body=body: (status, body)) as port:
            assert found(chat(port)).keys() == {code}
    with listening(lambda path: (200, LISTED.replace("other", "m")) if path == "/v1/models" else (404, "")) as port:
        assert found(chat(port)) == {}


LISTED = json.dumps({"data": [{"id": "other"}]})


def test_a_server_of_the_vectors_that_is_away_frozen_refuses_or_is_another_is_named(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    def asked(port: int) -> dict[str, dict[str, str]]:
        shutil.rmtree(data(place) / "index/vectors", ignore_errors=True)
        return found(place | {"ASSISTANT_CHROMA_URL": f"http://127.0.0.1:{port}"})

    monkeypatch.setattr(request, "SECONDS", 0.3)
    assert "ASSISTANT_CHROMA_URL" in asked(free_port())["endpoint_away"]["text"]
    with socket.create_server(("127.0.0.1", 0)) as frozen:
        assert asked(frozen.getsockname()[1]).keys() == {"endpoint_away"}
    for status, body, code in (
        (401, "", "key_refused"),
        (500, "", "endpoint_fails"),
        (200, '"0.6.3"', "chroma_version"),
    ):
        with listening(lambda _, status=status, body=body: (status, body)) as port:
            assert asked(port).keys() == {code}
    with listening(lambda _: (200, '"1.0.0"')) as port:
        assert asked(port) == {}


def test_an_endpoint_that_judges_is_asked_for_relevances_of_a_sample(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rerank_endpoint, "SECONDS", 0.3)

    def asked(port: int) -> dict[str, dict[str, str]]:
        return found(place | {"ASSISTANT_RERANK_URL": f"http://127.0.0.1:{port}/rerank"})

    with socket.create_server(("127.0.0.1", 0)) as frozen:
        told = asked(frozen.getsockname()[1])["rerank_fails"]["text"]
        assert "TimeoutError" in told or "ReadTimeout" in told, "whichever limit ends it on a busy machine"
    for scores in ((0.9, 0.1), (7.0, -3.0)):
        rated = json.dumps([{"index": number, "score": score} for number, score in enumerate(scores)])
        with listening(lambda _, rated=rated: (200, rated)) as port:
            assert asked(port).keys() == ({"rerank_fails"} if max(scores) > 1 else set())


def test_a_search_by_words_only_is_named_also_by_a_process_that_holds_no_lock(place: Place) -> None:
    """As of several processes on servers, of which one syncs and answers for all."""
    syncing = IndexServer(Any)
    syncing.share("condition", lambda _: Condition("words only", as_it_is("The vectors are away.")))
    with serve_index(data(place) / "index", syncing):
        (problem,) = found(place).values()
    assert "by words only" in problem["text"] and "The vectors are away." in problem["text"]


def test_a_mail_server_that_is_away_is_named_without_its_password(place: Place) -> None:
    mail = place | {"ASSISTANT_SMTP_FROM": "a@example.org"}
    (problem,) = found(mail | {"ASSISTANT_SMTP_URL": f"smtp://me:secret@127.0.0.1:{free_port()}"}).values()
    assert problem["code"] == "doctor.endpoint_away" and "secret" not in problem["text"]
    (problem,) = found(mail | {"ASSISTANT_SMTP_URL": "me:secret@mail.example.org"}).values()
    assert problem["code"] == "doctor.address_form" and "secret" not in problem["text"]


def test_a_clock_that_differs_from_that_of_an_endpoint_is_named(place: Place) -> None:
    with listening(lambda _: (200, "{}"), seconds=-3_600) as port:
        asked = place | {"ASSISTANT_CHAT_MODEL": "m", "OPENAI_BASE_URL": f"http://127.0.0.1:{port}"}
        assert re.search(r" 360\d s\.", found(asked)["clock_differs"]["text"])


def test_a_proxy_in_the_way_to_this_machine_is_named(place: Place) -> None:
    with listening(lambda _: (200, "{}")) as port:
        asked = place | {"ASSISTANT_CHAT_MODEL": "m", "OPENAI_BASE_URL": f"http://127.0.0.1:{port}"}
        through = {
            "HTTP_PROXY": f"http://127.0.0.1:{port}",
            "http_proxy": f"http://127.0.0.1:{port}",
            "NO_PROXY": "",
            "no_proxy": "",
        }
        assert "NO_PROXY" in found(asked | through)["proxied"]["text"]
        assert "proxied" not in found(asked | through | {"NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1"})


def test_each_problem_says_the_same_in_both_languages() -> None:
    """Each names the same settings and commands."""
    for code, english in sentences("en").items():
        if code.startswith("doctor."):
            chinese = sentences("zh")[code]
            names = {word for word in english.replace("`", " ").split() if word.isupper() and "_" in word}
            assert all(name.strip(".,:;()") in chinese for name in names), code


@contextmanager
def listening(answer: Callable[[str], tuple[int, str]], seconds: float = 0.0) -> Iterator[int]:
    """A server on this machine that answers as told; its clock differs by `seconds`."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.do_GET()

        def do_GET(self) -> None:
            status, body = answer(self.path)
            self.send_response_only(status)
            self.send_header("Date", formatdate(time.time() + seconds, usegmt=True))
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, format: str, *arguments: object) -> None:
            """Says nothing."""

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()
            thread.join()
