"""Every request needs a key that allows it, and counts against the limit of its key."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient

from records import Scope
from tests.web.api.conftest import Center

ALL = {
    Scope.ASK: ("POST", "/api/v1/ask"),
    Scope.SEARCH: ("POST", "/api/v1/search"),
    Scope.DOCUMENTS: ("GET", "/api/v1/documents"),
    Scope.RECORDS: ("GET", "/api/v1/exchanges"),
}
BODY = {"/api/v1/ask": {"question": "你好"}, "/api/v1/search": {"query": "税", "limit": 1}}


@pytest.mark.parametrize("scope", Scope)
def test_a_key_allows_its_scopes_and_nothing_else(center: Center, scope: Scope) -> None:
    program = center.program(scope)
    for each, (method, path) in ALL.items():
        response = program.request(method, path, json=BODY.get(path))
        assert response.status_code == (200 if each is scope else 403), (each, response.text)
        if each is not scope:
            assert each.value in response.json()["detail"]


@pytest.mark.parametrize("header", [None, "Bearer wrong", "Basic YTpi", "Bearer "])
@pytest.mark.parametrize(("language", "words"), [("zh-CN", "密钥"), ("en", "key"), ("", "key")])
def test_without_a_valid_key_a_problem_says_where_to_get_one(
    center: Center, header: str | None, language: str, words: str
) -> None:
    sent = {"accept-language": language} | ({"authorization": header} if header else {})
    response = TestClient(center.app).get("/api/v1/status", headers=sent)
    problem = response.json()
    assert response.status_code == problem["status"] == 401 and response.headers["www-authenticate"] == "Bearer"
    assert response.headers["content-type"] == "application/problem+json"
    assert words in problem["title"] and problem["detail"] and problem["type"].startswith("/api/v1/#problem-")


def test_above_its_limit_a_key_is_told_when_to_go_on(center: Center) -> None:
    program = center.program(Scope.ASK, per_minute=2)
    assert [program.get("/api/v1/status").status_code for _ in range(3)] == [200, 200, 429]
    refused = program.get("/api/v1/search")
    assert 1 <= int(program.get("/api/v1/status").headers["retry-after"]) <= 60
    assert refused.status_code in (405, 429)
    assert center.program(Scope.ASK, per_minute=2).get("/api/v1/status").status_code == 200


def test_a_revoked_key_is_refused_at_once_and_the_last_use_is_seen(center: Center) -> None:
    program = center.program(Scope.ASK)
    assert program.get("/api/v1/status").status_code == 200
    key = center.room.records.api_keys.read_all()[0]
    assert key.last_used_at
    center.room.records.api_keys.revoke(key.id, "王芳")
    assert program.get("/api/v1/status").status_code == 401


def test_errors_before_a_route_are_problems_too(center: Center, client: TestClient) -> None:
    for response in (
        client.get("/api/v1/nothing"),
        client.delete("/api/v1/ask"),
        client.post("/api/v1/ask", content=b"{", headers={"content-type": "application/json"}),
        client.post("/api/v1/ask", content=(each for each in [b"{}"])),
        client.post("/api/v1/ask", content=b" " * 2_000_001),
        client.get("/api/v1/sources/%00"),
    ):
        problem = response.json()
        assert response.headers["content-type"] == "application/problem+json", response.text
        assert problem["status"] == response.status_code and problem["title"] and problem["detail"]
