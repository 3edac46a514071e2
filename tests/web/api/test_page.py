"""The page of the API names every operation in both languages, and asks no other host for anything."""

from __future__ import annotations

import pytest
from lxml.html import fromstring
from playwright.sync_api import Page
from starlette.testclient import TestClient

from evals.serving import serve
from tests.support.scripted import Visitor
from tests.support.staff_desk import plain
from tests.web.api.conftest import Center
from tests.web.staff.conftest import service_of, violations_in_both_schemes
from web.api.i18n import api_texts
from web.app import build


@pytest.mark.parametrize("language", ["zh", "en"])
def test_each_operation_and_problem_stands_on_the_page(center: Center, language: str) -> None:
    visitor = TestClient(center.app)
    response = visitor.get("/api/v1/", headers={"accept-language": language})
    page, words = fromstring(response.text), api_texts(language)
    assert "[{role, content, outcome}]" in plain(page) and "wrong_figure | out_of_date" in plain(page)
    assert "script" not in response.text and "default-src 'none'" in response.headers["content-security-policy"]
    said = plain(page)
    for path, methods in visitor.get("/api/v1/openapi.json").json()["paths"].items():
        for operation in methods.values():
            assert path in said and words[f"operation.{operation['operationId']}"] in said
            assert words[f"operation.{operation['operationId']}.more"] in said
    ids = set(page.xpath("//@id"))
    assert {f"problem-{key.split('.')[1]}" for key in words if key.startswith("problem.")} <= ids
    assert {href[1:] for href in page.xpath("//a/@href") if href.startswith("#")} <= ids
    assert all(each.startswith("http://testserver/") for each in page.xpath("//link[@rel='stylesheet']/@href"))


def test_behind_a_proxy_addresses_have_its_path(center: Center) -> None:
    app = build(service_of(center.room), root_path="/assistant", room=center.room)
    visitor = TestClient(app)
    assert visitor.get("/assistant/api/v1/openapi.json").json()["servers"] == [{"url": "/assistant/api/v1"}]
    assert "http://testserver/assistant/api/v1" in visitor.get("/assistant/api/v1/").text
    assert visitor.get("/assistant/api/v1", follow_redirects=False).headers["location"] == "/assistant/api/v1/"
    problem = visitor.get("/assistant/api/v1/status").json()
    assert problem["type"] == "/assistant/api/v1/#problem-no_key"


@pytest.mark.browser
def test_axe_finds_nothing_on_the_page_of_a_phone(center: Center, visitor: Visitor) -> None:
    with serve(center.app) as address:
        page: Page = visitor("zh-CN", width=390).new_page()
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.goto(f"{address}api/v1/")
        assert violations_in_both_schemes(page) == {}
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        assert all(each.startswith((address, "data:")) for each in asked)
