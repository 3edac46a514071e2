"""A QR code on paper leads to this page, with the question of the answer, and never elsewhere."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from playwright.sync_api import BrowserContext
from starlette.testclient import TestClient

from tests.support.scripted import QUESTION, Scripted, Visitor
from tests.web.conftest import behind
from web.app import build
from web.chat.qr_code import MOST_BYTES, address, draw
from web.http.limits import MOST_LINKED


def scanned(context: BrowserContext, code: str) -> str:
    """What a phone reads from the code as it is printed, 30 mm wide at 150 dots an inch."""
    page = context.new_page()
    page.set_content(f"<style>svg {{ width: 177px }}</style>{code}")
    picture = cv2.imdecode(np.frombuffer(page.locator("svg").screenshot(), np.uint8), cv2.IMREAD_COLOR)
    return str(cv2.QRCodeDetector().detectAndDecode(picture)[0])


@pytest.mark.browser
def test_a_phone_reads_the_address_of_the_page_with_the_question(
    visitor: Visitor, bot: Scripted, tmp_path: Path
) -> None:
    site = TestClient(build(behind(bot, tmp_path), "/assistant"), base_url="https://assistant.example")
    answer = site.get("/assistant/qr.svg", params={"q": QUESTION})
    assert answer.headers["content-type"] == "image/svg+xml"
    asking = address("https://assistant.example/assistant/", [QUESTION])
    assert asking.startswith("https://assistant.example/assistant/?q=%E4")
    assert scanned(visitor(), answer.text) == asking
    assert scanned(visitor(), site.get("/assistant/qr.svg").text) == "https://assistant.example/assistant/"


@pytest.mark.browser
def test_paper_names_the_public_address_where_one_is_set(visitor: Visitor, bot: Scripted, tmp_path: Path) -> None:
    site = TestClient(build(behind(bot, tmp_path, public_url="https://help.example/ask")), base_url="http://10.0.0.7")
    asking = address("https://help.example/ask/", [QUESTION])
    assert scanned(visitor(), site.get("/qr.svg", params={"q": QUESTION}).text) == asking


@pytest.mark.browser
def test_a_code_asks_the_questions_before_a_later_one_first(visitor: Visitor, bot: Scripted, tmp_path: Path) -> None:
    site = TestClient(build(behind(bot, tmp_path)), base_url="https://assistant.example")
    both = site.get("/qr.svg", params={"q": ["VAT in Cuba?", "How long?"]})
    assert scanned(visitor(), both.text) == "https://assistant.example/?q=VAT+in+Cuba%3F&q=How+long%3F"
    assert site.get("/qr.svg", params={"q": ["?"] * (MOST_LINKED + 1)}).status_code == 422


def test_a_question_too_long_for_paper_is_left_out_with_those_that_it_follows() -> None:
    assert address("https://a.example/", ["问" * 300]) == "https://a.example/"
    assert address("https://a.example/", ["问" * 300, "要几天？"]) == "https://a.example/"
    assert len(draw("https://a.example/" + "x" * (MOST_BYTES - 18))) > 1000


def test_a_question_longer_than_any_is_refused(bot: Scripted, tmp_path: Path) -> None:
    assert TestClient(build(behind(bot, tmp_path))).get("/qr.svg", params={"q": "x" * 9_000}).status_code == 422
