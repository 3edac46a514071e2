"""A program asks and searches as a person does on the page: the same answers, limits, masks and records."""

from __future__ import annotations

import json
from urllib.parse import parse_qs, urlsplit

import pytest
from starlette.testclient import TestClient

from records import Off, Scope
from store.embeddings import EmbeddingFailedError
from tests.web.api.conftest import Center

QUESTION = "俄罗斯的增值税一般税率是多少？"


def test_an_answer_has_the_json_of_the_command_line_and_a_link_to_each_passage(
    center: Center, client: TestClient
) -> None:
    answer = client.post("/api/v1/ask", json={"question": QUESTION}).raise_for_status().json()
    assert answer["outcome"] == "answered" and answer["mode"] == "extractive" and not answer["ai_generated"]
    assert "22%" in answer["text"] and answer["citations"][0]["source"] == "outbound/russia.zh.md"
    first = answer["citations"][0]
    assert {"kind", "reviewed_on", "bases"} <= first.keys()
    linked = {name: values[0] for name, values in parse_qs(urlsplit(first["link"]).query).items()}
    assert first["link"].startswith("http://testserver/source?") and linked["start"] == str(first["start"])
    wanted = {name: linked[name] for name in ("start", "end", "seen")}
    passage = client.get(f"/api/v1/sources/{first['source']}", params=wanted).raise_for_status().json()
    assert passage["text"] == first["quote"] and not passage["is_changed"]
    changed = client.get(f"/api/v1/sources/{first['source']}", params=wanted | {"seen": "0" * 12}).json()
    assert changed["is_changed"] and changed["start"] == 0 and changed["text"]


def test_a_question_is_kept_with_its_channel_and_without_personal_data(center: Center, client: TestClient) -> None:
    asked = client.post("/api/v1/ask", json={"question": f"{QUESTION} 我的手机是13812345678"}).json()
    assert "13812345678" not in json.dumps(asked) and "personal_data" in str(asked["warnings"])
    kept = client.get("/api/v1/exchanges").raise_for_status().json()["exchanges"][0]
    assert kept["channel"] == "api" and "13812345678" not in kept["question"] and kept["outcome"] == "answered"
    assert asked["id"] not in json.dumps(kept)
    assert client.delete(f"/api/v1/answers/{asked['id']}").status_code == 204
    handles = [each["handle"] for each in client.get("/api/v1/exchanges").json()["exchanges"]]
    assert kept["handle"] not in handles


def test_a_follow_up_is_understood_after_its_history(client: TestClient) -> None:
    history = [{"role": "user", "content": QUESTION}, {"role": "assistant", "content": "22%。[1]"}]
    answer = client.post("/api/v1/ask", json={"question": "那利润税呢？", "history": history}).json()
    assert "俄罗斯" in answer["standalone_question"]


@pytest.mark.parametrize("asked_back", [True, False])
def test_nothing_is_asked_back_twice_if_the_outcome_of_an_answer_is_sent(client: TestClient, asked_back: bool) -> None:
    outcome = "needs_clarification" if asked_back else "answered"
    history = [
        {"role": "user", "content": "你好"},
        {"role": "assistant", "content": "请说明。", "outcome": outcome},
    ]
    answer = client.post("/api/v1/ask", json={"question": "怎么办理？", "history": history}).json()
    assert (answer["outcome"] == "needs_clarification") is not asked_back
    assert client.post("/api/v1/ask", json={"question": "？", "history": [history[1] | {"outcome": "x"}]}).is_error


def test_the_events_of_an_answer_end_with_all_of_it(client: TestClient) -> None:
    with client.stream("POST", "/api/v1/ask/stream", json={"question": QUESTION}) as response:
        assert response.headers["content-type"].startswith("text/event-stream")
        told = [each.split("\n") for each in "".join(response.iter_text()).strip().split("\n\n")]
    assert told[-1][0] == "event: done" and all(each[0] == "event: answer" for each in told[:-1])
    assert "22%" in json.loads(told[-1][1].removeprefix("data: "))["text"]


def test_passages_are_found_with_their_place_and_validity(client: TestClient) -> None:
    found = client.post("/api/v1/search", json={"query": "增值税 税率", "limit": 2}).raise_for_status().json()
    assert len(found["passages"]) == 2 and found["passages"][0]["source"] == "outbound/russia.zh.md"
    first = found["passages"][0]
    place = {"start": first["start"], "end": first["end"]}
    assert client.get(f"/api/v1/sources/{first['source']}", params=place).json()["text"] == first["text"]
    assert first["validity"] and "#passage" in first["link"]


def test_passages_are_found_by_words_while_the_embedding_endpoint_is_away(
    center: Center, client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise EmbeddingFailedError("the endpoint is away")

    monkeypatch.setattr(type(center.room.bot.embedding_model), "embed_query", fail)
    found = client.post("/api/v1/search", json={"query": "增值税 税率", "limit": 2}).raise_for_status().json()
    assert found["passages"][0]["source"] == "outbound/russia.zh.md"


def test_an_answer_is_rated_and_sent_to_a_person(center: Center, client: TestClient) -> None:
    asked = client.post("/api/v1/ask", json={"question": QUESTION}).json()["id"]
    rating = {"id": asked, "useful": False, "reason": "out_of_date", "comment": "旧"}
    assert client.post("/api/v1/feedback", json=rating).status_code == 204
    assert client.post("/api/v1/feedback", json=rating | {"comment": "旧\0"}).status_code == 204
    wish = {"id": asked, "contact": "anna@example.org", "name": "Anna", "consent": True, "language": "en"}
    reference = client.post("/api/v1/requests", json=wish).raise_for_status().json()["reference"]
    (waiting,) = client.get("/api/v1/requests").raise_for_status().json()["requests"]
    (entry,) = center.room.audit.entries(("requests.read",))
    assert (entry.who, entry.details) == ("API: portal", {"count": "1"})
    assert (waiting["reference"], waiting["contact"]) == (reference, "anna@example.org")
    log = client.get("/api/v1/exchanges", params={"limit": 1}).json()
    assert log["exchanges"][0]["rating"]["reason"] == "out_of_date"
    assert client.post("/api/v1/requests", json=wish | {"consent": False}).status_code == 422
    unknown = client.post("/api/v1/feedback", json=rating | {"id": "0" * 32})
    assert unknown.status_code == 404 and unknown.json()["type"].endswith("#problem-no_answer")


def test_while_the_service_is_paused_programs_are_told_as_people_are(center: Center, client: TestClient) -> None:
    announcing = center.room.records.announcing
    announcing.pause(Off("王芳", "维护", {"zh": "系统维护中"}))
    try:
        answer = client.post("/api/v1/ask", json={"question": QUESTION, "language": "zh"}).json()
        assert (answer["outcome"], answer["reason"]) == ("blocked", "switched_off") and "系统维护中" in answer["text"]
        refused = client.post("/api/v1/search", json={"query": "税"})
        assert refused.status_code == 503 and refused.json()["type"].endswith("#problem-paused")
        assert client.post("/v1/embeddings", json={"input": "税"}).status_code == 503
        assert client.get("/api/v1/status").json()["is_paused"]
    finally:
        announcing.resume()


def test_the_status_says_what_there_is_and_what_the_key_allows(center: Center) -> None:
    status = center.program(Scope.ASK, per_minute=9).get("/api/v1/status").raise_for_status().json()
    assert status["is_ready"] and status["documents"] == 2 and status["chunks"] > 2
    assert (status["scopes"], status["per_minute"]) == (["ask"], 9)


@pytest.mark.parametrize("question", ["", "   ", "长" * 100_000, "a\0b"])
def test_a_question_that_the_page_would_not_send_is_refused(client: TestClient, question: str) -> None:
    refused = client.post("/api/v1/ask", json={"question": question})
    assert refused.status_code == 422 and "question" in refused.json()["detail"]


def test_what_is_wrong_with_a_value_is_said_in_the_language_of_the_program(client: TestClient) -> None:
    for language, said in (("en", "contains NUL"), ("zh", "含有 NUL 字符")):
        refused = client.post("/api/v1/ask", json={"question": "a\0b"}, headers={"accept-language": language})
        assert [each["problem"] for each in refused.json()["errors"]] == [said]
