"""Saving takes what the browser keeps and nothing else, within limits, and gives a file with a safe name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import docx
import pytest
from starlette.testclient import TestClient

from tests.web.http.test_security import site
from tests.web.word_export.test_conversation import ANSWER, saved, styles, text_of, wanted
from web.chat.conversation_state import serialize
from web.http.limits import LONGEST_TEXT, MOST_KEPT, MOST_TURNS
from web.i18n import texts
from web.word_export.routes import AT_ONCE, RETRY_SECONDS, file_name

TODAY = date(2026, 1, 31)


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with site(tmp_path_factory.mktemp("knowledge")) as client:
        yield client


def test_the_file_is_named_after_the_question_and_the_day() -> None:
    assert file_name("税率？", "zh", TODAY) == "税率？ 2026-01-31.docx"
    assert file_name('../a\\b:*?"<>|\r\n\u202excod.exe', "zh", TODAY) == "a b xcod.exe 2026-01-31.docx"
    assert file_name("?? \x00", "en", TODAY) == "Answers 2026-01-31.docx"
    assert len(file_name("很" * 500, "zh", TODAY).encode()) < 255


def test_the_day_of_a_file_is_that_of_the_browser_and_its_properties_are_in_utc(client: TestClient) -> None:
    far = datetime(2026, 1, 31, 23, 30, tzinfo=timezone(timedelta(hours=14)))
    response = client.post("save.docx", json=wanted(ANSWER, saved_at=far.isoformat()))
    assert "2026-01-31" in response.headers["content-disposition"]
    document = docx.Document(BytesIO(response.content))
    assert "保存日期：2026-01-31" in text_of(document)
    made = document.core_properties.created
    assert made and abs((datetime.now(UTC) - made.replace(tzinfo=UTC)).total_seconds()) < 600


def test_the_name_is_safe_in_the_header(client: TestClient) -> None:
    response = client.post("save.docx", json=wanted(replace(ANSWER, question='税"\r\nx: y; ../')))
    plain, encoded = response.headers["content-disposition"].split("; ")[1:]
    assert re.fullmatch(r'filename="answers-\d{4}-\d\d-\d\d\.docx"', plain)
    assert re.fullmatch(r"税 x y; \d{4}-\d\d-\d\d\.docx", unquote(encoded.removeprefix("filename*=UTF-8''")))
    assert response.headers["cache-control"] == "no-store"


def test_answers_that_are_damaged_are_refused_in_the_language_of_the_page(client: TestClient) -> None:
    for language in ("zh", "en"):
        body = wanted(ANSWER, language=language)
        body["conversations"][0]["answers"][0]["outcome"] = "unheard_of"
        response = client.post("save.docx", json=body)
        assert (response.status_code, response.text) == (422, texts(language)["save.unreadable"])


@pytest.mark.parametrize(
    "body",
    [
        {},
        wanted(ANSWER, more=1),
        {"language": "en", "conversations": []},
        {"language": "en", "conversations": wanted(ANSWER)["conversations"] * 51},
        {
            "language": "en",
            "conversations": [{"title": "", "at": "", "answers": serialize([ANSWER]) * (MOST_KEPT + 1)}],
        },
        {"language": "en", "conversations": [{"title": "", "at": "", "answers": []}]},
        {"language": "en", "conversations": [{"title": "", "at": "yesterday", "answers": serialize([ANSWER])}]},
    ],
)
def test_anything_else_is_refused_in_the_language_of_the_browser(client: TestClient, body: dict[str, Any]) -> None:
    response = client.post("save.docx", json=body, headers={"accept-language": "en"})
    assert (response.status_code, response.text) == (422, texts("en")["save.unreadable"])


def test_fifty_conversations_of_twenty_answers_are_saved(client: TestClient) -> None:
    short = replace(ANSWER, citations=(), text="答")
    body = wanted(*[short] * 20)
    body["conversations"] *= 50
    response = client.post("save.docx", json=body)
    assert response.status_code == 200
    assert len(styles(docx.Document(BytesIO(response.content)), "Heading 2")) == 1000


def test_what_a_form_of_another_site_can_send_is_refused(client: TestClient) -> None:
    body = client.build_request("POST", "save.docx", json=wanted(ANSWER)).content
    assert client.post("save.docx", content=body, headers={"content-type": "text/plain"}).status_code == 422
    assert client.post("save.docx", content=body, headers={"content-type": "application/json"}).status_code == 200


def test_more_than_two_megabytes_are_refused(client: TestClient) -> None:
    assert client.post("save.docx", json=wanted(*[replace(ANSWER, text="x" * LONGEST_TEXT)] * 70)).status_code == 413


def test_a_third_document_at_once_is_asked_to_wait(client: TestClient) -> None:
    for _ in range(2):
        assert AT_ONCE.acquire(blocking=False)
    busy = client.post("save.docx", json=wanted(ANSWER))
    for _ in range(2):
        AT_ONCE.release()
    assert (busy.status_code, busy.headers["retry-after"]) == (503, str(RETRY_SECONDS))
    assert busy.text == texts("zh")["save.busy"].format(seconds=RETRY_SECONDS)
    assert client.post("save.docx", json=wanted(ANSWER)).status_code == 200


def test_places_are_given_back_after_every_refusal(client: TestClient) -> None:
    body = wanted(ANSWER)
    body["conversations"][0]["answers"] = [{}]
    assert {client.post("save.docx", json=body).status_code for _ in range(6)} == {422}


def test_the_longest_answer_in_one_paragraph_is_saved_whole(client: TestClient) -> None:
    assert text_of(saved(client, replace(ANSWER, text="x" * LONGEST_TEXT))).count("x") >= LONGEST_TEXT


def test_an_office_of_thirty_behind_one_address_saves_an_answer_each(tmp_path: Path) -> None:
    with site(tmp_path) as client:
        assert {client.post("save.docx", json=wanted(ANSWER)).status_code for _ in range(30)} == {200}


def test_a_text_that_would_become_a_giant_file_is_refused(client: TestClient) -> None:
    giant = "a\n" * (LONGEST_TEXT // 2)
    response = client.post("save.docx", json=wanted(*[replace(ANSWER, text=giant)] * MOST_TURNS, language="en"))
    assert (response.status_code, response.text) == (413, texts("en")["save.too_long"])
