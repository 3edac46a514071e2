"""Before Gradio is there: what stands at once, that it loses nothing, and that nothing jumps when it gives way."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from bs4 import BeautifulSoup
from markupsafe import Markup
from playwright.sync_api import BrowserContext, Page, Route, expect
from starlette.testclient import TestClient

from evals.serving import serve
from tests.support.scripted import Offered
from tests.web.conftest import behind
from tests.web.http.test_security import Echo
from text.catalog import SERVICE_LANGUAGES
from web.app import build
from web.chat.prerender import add_prerendered, static
from web.chat.start_page import masthead, welcome
from web.i18n import direction, texts

Visitor = Callable[..., BrowserContext]
# Where things stand, in the static block or in Gradio's page.
PLACES = """(root) => Object.fromEntries(
  [".masthead", ".wave", ".masthead strong", ".masthead small", "h1", ".lead", ".door", ".door h2", ".door p",
   ".door li > *", ".door.inbound", ".door.inbound li:last-child > *", "p.notice", "[id$=composer]", "[id$=asking]",
   "[id$=question] :is(input, textarea)", "[id$=ask]"].map((name) => {
    const {x, y, width, height} = document.querySelector(`${root} ${name}`).getBoundingClientRect();
    return [name, [x, y, width, height].map(Math.round)];
  }))"""
# What is wrong at any moment at which both stand.
BOTH = """new MutationObserver(() => {
  if (!document.querySelector("#first") || !document.querySelector("gradio-app .masthead")) return;
  const ids = [...document.querySelectorAll("[id]")].map((each) => each.id).filter(Boolean);
  const field = document.querySelector("gradio-app #question textarea");
  window.both = {
    twice: ids.filter((id, place) => ids.indexOf(id) !== place),
    shown: getComputedStyle(field).visibility === "visible",
  };
}).observe(document, {childList: true, subtree: true})"""


def site(folder: Path, **settings: Any) -> TestClient:
    return TestClient(build(behind(Echo(), folder), **settings))


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    with serve(build(behind(Echo(), tmp_path))) as address:
        yield address


@pytest.mark.parametrize("language", SERVICE_LANGUAGES)
def test_the_document_is_in_the_language_of_its_visitor(tmp_path: Path, language: str) -> None:
    answer = site(tmp_path).get("/", headers={"accept-language": language})
    soup = BeautifulSoup(answer.text, "html.parser")
    assert soup.html and (soup.html["lang"], soup.html["dir"]) == (language, direction(language))
    assert soup.title and soup.title.string == texts(language)["page.title"]
    assert soup.select_one("#first h1").string == texts(language)["welcome.heading"]  # type: ignore[union-attr]
    assert soup.select_one("meta[name=description]")["content"]  # type: ignore[index]
    assert answer.headers["cache-control"] == "no-cache" and "Accept-Language" in answer.headers["vary"]


@pytest.mark.parametrize(("root_path", "path"), [("", "/"), ("/assistant", "/assistant/"), ("/assistant", "/")])
def test_its_length_is_right_also_for_head_and_under_a_sub_path(tmp_path: Path, root_path: str, path: str) -> None:
    client = site(tmp_path, root_path=root_path)
    plain = {"accept-encoding": "identity"}
    answer = client.get(path, headers=plain)
    assert 'id="first"' in answer.text and answer.headers["content-length"] == str(len(answer.content))
    assert client.head(path, headers=plain).headers["content-length"] == answer.headers["content-length"]


def test_only_the_page_itself_is_dressed(tmp_path: Path) -> None:
    client = site(tmp_path)
    for path in ("/source?path=none", "/nowhere", "/theme.css"):
        assert 'id="first"' not in client.get(path).text
    assert client.get("/config").json()["title"]


def test_nothing_of_gradio_itself_is_told_or_loaded(tmp_path: Path) -> None:
    document = site(tmp_path).get("/").text
    assert 'name="twitter' not in document and 'property="og' not in document and "githubusercontent" not in document
    assert "iframeResizer.contentWindow" not in document and "/manifest.json" not in document


def test_a_hostile_question_in_the_address_stays_a_value() -> None:
    hostile = '"><script>alert(1)</script>'
    soup = BeautifulSoup(
        add_prerendered("<html lang='en'><head></head><body></body></html>", "zh", Markup(), hostile), "html.parser"
    )
    assert soup.select_one("input[name=q]")["value"] == hostile  # type: ignore[index]
    assert "alert" not in "".join(script.text for script in soup.select("script"))


def test_a_question_in_the_address_is_cut_to_what_may_be_asked(tmp_path: Path) -> None:
    soup = BeautifulSoup(site(tmp_path).get("/", params={"q": "税" * 5000}).text, "html.parser")
    field = soup.select_one("input[name=q]")
    assert field and len(field["value"]) == int(str(field["maxlength"]))


@pytest.mark.parametrize("language", SERVICE_LANGUAGES)
def test_the_block_shares_no_id_with_the_page_and_its_labels_still_lead_somewhere(language: str) -> None:
    page = BeautifulSoup(masthead(language, conversing=False) + welcome(language, Offered()), "html.parser")
    block = BeautifulSoup(
        static(masthead(language, conversing=False)) + static(welcome(language, Offered())), "html.parser"
    )
    ids = {each["id"] for each in block.select("[id]")}
    assert ids and not ids & {each["id"] for each in page.select("[id]")}
    assert {each["aria-labelledby"] for each in block.select("[aria-labelledby]")} <= ids
    assert len(block.select('a[href^="?q="]')) == 8 and not block.select("button[data-question]")


def test_an_example_in_another_language_still_says_so_before_any_script() -> None:
    door = Markup('<button type="button" data-question="Q?" lang="{}" dir="auto" class="own">Q?</button>').format("en")
    assert static(door) == '<a class="own" data-question="Q?" dir="auto" href="?q=Q%3F" lang="en">Q?</a>'


def test_text_is_sent_compressed_and_hashed_files_are_kept(tmp_path: Path) -> None:
    client = site(tmp_path)
    document = client.get("/", headers={"accept-encoding": "gzip"})
    assert document.headers["content-encoding"] == "gzip"
    assert int(document.headers["content-length"]) < 42_500
    assert "/* " not in document.text and " // " not in document.text, "comments are for readers of the files"
    script = BeautifulSoup(document.text, "html.parser").select_one("script[type=module]")
    assert script
    kept = client.get(str(script["src"]), headers={"accept-encoding": "br"}).headers
    assert kept["content-encoding"] == "br" and "immutable" in kept["cache-control"]
    assert "immutable" not in client.get("/assets/index-aaaaaaaa.js").headers.get("cache-control", "")


def early(context: BrowserContext, address: str) -> tuple[Page, Callable[[], None]]:
    """The page while Gradio's files are still on their way, and what lets them arrive."""
    held: list[Route] = []
    arriving = Event()
    page = context.new_page()
    page.add_init_script(BOTH)
    page.route("**/assets/**", lambda route: route.continue_() if arriving.is_set() else held.append(route))

    def arrive() -> None:
        arriving.set()
        for route in held:
            route.continue_()
        expect(page.locator("#first")).to_have_count(0)

    page.goto(address, wait_until="commit")
    expect(page.locator("#first-ask")).to_be_visible()
    return page, arrive


@pytest.mark.browser
@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("locale", ["zh-CN", "en-GB"])
def test_nothing_jumps_when_the_page_takes_over(visitor: Visitor, address: str, locale: str, width: int) -> None:
    page, arrive = early(visitor(locale, width, color_scheme="dark"), address)
    before, paper = page.evaluate(PLACES, "#first"), page.evaluate("getComputedStyle(document.body).backgroundColor")
    arrive()
    assert page.evaluate(PLACES, "gradio-app") == before
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == paper == "rgb(14, 26, 30)"


@pytest.mark.browser
def test_never_are_both_offered(visitor: Visitor, address: str) -> None:
    page, arrive = early(visitor(), address)
    arrive()
    assert page.evaluate("window.both") == {"twice": [], "shown": False}
    expect(page.locator("#question textarea")).to_be_visible()


@pytest.mark.browser
def test_what_is_being_written_goes_on_in_the_page(visitor: Visitor, address: str) -> None:
    page, arrive = early(visitor(), address)
    page.locator("#first-question input").press_sequentially("俄罗斯")
    page.keyboard.press("ArrowLeft")
    arrive()
    page.keyboard.type("联邦")
    expect(page.locator("#question textarea")).to_have_value("俄罗联邦斯")
    page.keyboard.press("Enter")
    expect(page.locator("#current .words")).to_have_text("俄罗联邦斯")


@pytest.mark.browser
def test_an_early_question_stays_in_the_address_and_is_seen_waiting(visitor: Visitor, address: str) -> None:
    page, _ = early(visitor("en-GB"), address)
    page.locator("#first-question input").fill("What & why?")
    page.keyboard.press("Enter")
    expect(page.locator("#first [role=status]")).to_have_text(texts("en")["first.waiting"])
    assert parse_qs(urlsplit(page.url).query) == {"q": ["What & why?"]}
    expect(page.locator("#first-question input")).to_have_value("What & why?")


@pytest.mark.browser
def test_an_early_example_stays_in_the_address(visitor: Visitor, address: str) -> None:
    page, _ = early(visitor(), address)
    page.locator("#first .door a").first.click(no_wait_after=True)
    page.wait_for_url("**/?q=*", wait_until="commit")
    assert parse_qs(urlsplit(page.url).query) == {"q": [texts("zh")["direction.outbound.question.1"]]}


@pytest.mark.browser
def test_without_scripts_the_block_stays_and_says_what_is_needed(visitor: Visitor, address: str) -> None:
    page = visitor(java_script_enabled=False).new_page()
    page.goto(address)
    expect(page.locator("#first h1")).to_be_visible()
    expect(page.get_by_text(texts("zh")["first.scripts"])).to_be_visible()


@pytest.mark.browser
def test_who_comes_back_to_a_conversation_sees_no_welcome(visitor: Visitor, address: str) -> None:
    context = visitor()
    page, arrive = early(context, address)
    expect(page.locator("#first h1")).to_be_visible()
    arrive()
    page.locator("#question textarea").fill("问题")
    page.keyboard.press("Enter")
    expect(page.locator("#current .words")).to_have_text("问题")
    page.wait_for_function("localStorage.getItem('conversation').length > 100")
    page, _ = early(context, address)
    expect(page.locator("#first h1")).to_be_hidden()


@pytest.mark.browser
def test_the_browser_is_told_at_once_which_files_it_needs_and_asks_no_other_host(
    visitor: Visitor, address: str
) -> None:
    page = visitor().new_page()
    loaded: list[str] = []
    page.on("request", lambda request: loaded.append(request.url))
    answer = page.goto(address, wait_until="networkidle")
    document = answer.text() if answer else ""
    assert [url for url in loaded if "/assets/" in url and f"./assets/{Path(url).name}" not in document] == []
    assert [url for url in loaded if not url.startswith((address, "data:", "blob:"))] == []


@pytest.mark.browser
def test_a_second_visit_loads_little(visitor: Visitor, address: str) -> None:
    context = visitor()
    for _ in range(2):
        page = context.new_page()
        page.goto(address, wait_until="networkidle")
    sizes = page.evaluate("performance.getEntriesByType('resource').map((entry) => entry.transferSize)")
    assert len(sizes) > 20 and sum(sizes) < 39_000
