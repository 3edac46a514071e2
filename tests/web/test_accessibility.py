"""WCAG 2.2 AA as far as axe can see it, the keyboard alone, small and huge screens, dark mode, in-app browsers."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.support.scripted import QUESTION, Scripted, Visitor, answered, arrived, ask
from text.catalog import SERVICE_LANGUAGES
from web.i18n import texts

pytestmark = pytest.mark.browser

RULES = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]},
    "resultTypes": ["violations"],
}
SCHEMES = {"dark": re.compile(r"\bdark\b"), "light": re.compile(r"^(?!.*\bdark\b)")}
"""Classes of the page's body in either colour scheme."""
IN_THE_DARK = ("zh", "ar")
"""Languages in which the page is looked at in the dark, too, one in each direction: all have the same colours."""
GRADIO = {
    # rule: why it is left to Gradio
}
WECHAT = (
    "Mozilla/5.0 (Linux; Android 14; 2312DRA50C) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0"
    " Chrome/130.0.6723.103 Mobile Safari/537.36 XWEB/1300 MicroMessenger/8.0.57(0x28003933)"
)


AT_REST = """async () => {
  const drawn = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))
  await drawn()
  await new Promise((done) => setTimeout(done, 50))
  const ends = (each) => each.effect.getComputedTiming().endTime !== Infinity
  await Promise.allSettled(document.getAnimations().filter(ends).map((each) => each.finished))
  await drawn()
}"""
"""Waits until nothing fades in or moves any more: axe would measure colours that nobody sees."""


def violations(page: Page) -> dict[str, list[str]]:
    """What axe finds, by rule: where."""
    page.evaluate(AT_REST)
    if not page.evaluate("'axe' in window"):
        page.evaluate(Axe().axe_script)
    found: list[dict[str, Any]] = page.evaluate("options => axe.run(options)", RULES)["violations"]
    return {
        rule["id"]: [f"{node['target']}: {node['failureSummary']}" for node in rule["nodes"]]
        for rule in found
        if rule["id"] not in GRADIO
    }


def violations_of(page: Page, schemes: Collection[str]) -> dict[str, list[str]]:
    """What axe finds on a page in each of the colour schemes."""
    found: dict[str, list[str]] = {}
    for scheme in schemes:
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        expect(page.locator("body")).to_have_class(SCHEMES[scheme])
        found |= {f"{rule} ({scheme})": where for rule, where in violations(page).items()}
    return found


@pytest.mark.parametrize("language", SERVICE_LANGUAGES)
def test_axe_finds_nothing_on_any_state_of_the_page(visitor: Visitor, address: str, language: str) -> None:
    words, schemes = texts(language), tuple(SCHEMES) if language in IN_THE_DARK else ("light",)
    # as high as an answer, and without gliding: of a button at the edge of the view, a bar may cover half
    view = {"width": 390, "height": 4000, "color_scheme": schemes[0], "reduced_motion": "reduce"}
    page = arrived(visitor(language, **view), address)
    assert violations_of(page, schemes) == {}
    answered(page, "请写：俄罗斯的利润税率是多少？")
    page.get_by_role("button", name=words["tool.wrong"]).click()
    assert violations_of(page, schemes) == {}
    page.locator("#current a.marker").first.click()
    expect(page.locator("#sheet")).to_be_visible()
    assert violations_of(page, schemes) == {}
    page.keyboard.press("Escape")
    for tool in ("archive", "person"):
        page.locator(f"[data-tool={tool}]").first.click()
        expect(page.locator(f"#{tool}")).to_be_visible()
        assert violations_of(page, schemes) == {}
        page.keyboard.press("Escape")
    ask(page, "无人知道的问题")
    expect(page.locator(".next")).to_be_visible()
    assert violations_of(page, schemes) == {}


def test_axe_finds_nothing_on_a_source(visitor: Visitor, address: str) -> None:
    page = answered(arrived(visitor(), address))
    page.goto(address + str(page.locator(".place .open").first.get_attribute("href")))
    assert violations(page) == {}


def tabbed_to(page: Page, selector: str, most: int = 40) -> None:
    """Presses Tab until the focus is on `selector`."""
    for _ in range(most):
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{selector} cannot be reached with Tab")


def test_everything_can_be_done_with_the_keyboard_alone(visitor: Visitor, address: str, bot: Scripted) -> None:
    page = arrived(visitor(), address)
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#question textarea")).to_be_focused()
    page.keyboard.type(QUESTION)
    page.keyboard.press("Enter")
    expect(page.locator("#current .quote")).to_have_count(2)
    page.locator(".skip").focus()
    tabbed_to(page, "#current a.marker")
    page.keyboard.press("Enter")
    expect(page.locator("#exchange-1-1")).to_be_focused()
    tabbed_to(page, "#exchange-1-1 a.open")
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    page.keyboard.press("Enter")
    expect(page.locator("#sheet iframe")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#exchange-1-1 a.open")).to_be_focused()
    page.locator(".skip").focus()
    tabbed_to(page, "[data-tool=wrong]")
    page.keyboard.press("Enter")
    expect(page.locator("#current .why input").first).to_be_focused()
    page.keyboard.press("Space")
    tabbed_to(page, "#current .why .primary")
    page.keyboard.press("Enter")
    expect(page.locator("#toast")).to_have_text("谢谢，工作人员会看到")


@pytest.mark.parametrize("widths", [(320, 360), (768, 1280, 3840)])
def test_nothing_scrolls_sideways_on_any_screen(visitor: Visitor, address: str, widths: tuple[int, ...]) -> None:
    page = arrived(visitor(width=widths[0]), address)

    def is_never_wider() -> bool:
        """Whether the page is as wide as its window, in each of the widths."""
        found = []
        for width in widths:
            page.set_viewport_size({"width": width, "height": 800})
            found.append(page.evaluate("document.documentElement.scrollWidth"))
        return found == [*widths]

    assert is_never_wider()
    answered(page)
    page.get_by_role("button", name="有问题，告诉我们").click()
    assert is_never_wider()
    page.locator("[data-tool=archive]").click()
    assert is_never_wider()


def test_the_keyboard_follows_what_is_seen_on_the_start_page_and_is_never_below_the_question(
    visitor: Visitor, address: str
) -> None:
    page = arrived(visitor(width=390, height=500), address)
    page.locator(".skip").focus()
    tabbed_to(page, "#welcome button")
    places = []
    while page.evaluate("document.activeElement.matches('#welcome button')"):
        top, bottom, composer, place = page.evaluate(
            """() => {
              const { top, bottom } = document.activeElement.getBoundingClientRect();
              return [top, bottom, document.querySelector("#composer").getBoundingClientRect().top, top + scrollY];
            }"""
        )
        assert top >= 0 and bottom <= composer
        places.append(place)
        page.keyboard.press("Tab")
    assert len(places) == 12 and places == sorted(places)


def test_text_of_twice_the_size_leaves_the_question_field_whole(visitor: Visitor, address: str) -> None:
    page = arrived(visitor(locale="pt-BR", width=390, height=844), address)
    size = "getComputedStyle(document.querySelector('#question textarea')).fontSize"
    assert page.evaluate(size) == "16px"
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert page.evaluate(size) == "32px"
    page.locator("#question textarea").fill("quero contratar dez pessoas")
    button, field = page.locator("#ask"), page.locator("#question").bounding_box()
    assert button.evaluate("button => button.scrollHeight <= button.clientHeight")
    assert field and field["width"] > 300
    assert page.evaluate("document.documentElement.scrollWidth") == 390


def test_fingers_find_every_button_on_a_phone(visitor: Visitor, address: str) -> None:
    """WCAG 2.5.8 asks for 24 pixels; around a marker within a text, these take the finger as well."""
    page = answered(arrived(visitor(width=390, height=844), address))
    small = page.evaluate(
        """[...document.querySelectorAll(".exchange :is(button, a.open), .masthead :is(button, select), #ask")]
             .filter((each) => each.offsetParent && Math.min(each.offsetWidth, each.offsetHeight) < 24)
             .map((each) => each.outerHTML.slice(0, 80))"""
    )
    assert small == []
    assert page.locator("#current a.marker").first.evaluate(
        """(marker) => {
          marker.scrollIntoView({ block: "center" });
          const { left, right, top, bottom } = marker.getBoundingClientRect();
          const [x, y] = [(left + right) / 2, (top + bottom) / 2];
          return [[0, -11.5], [0, 11.5], [-11.5, 0], [11.5, 0]]
            .every(([across, down]) => document.elementFromPoint(x + across, y + down) === marker);
        }"""
    )


def test_in_the_view_of_a_chat_app_all_that_it_allows_works(visitor: Visitor, address: str) -> None:
    """No new tabs, no clipboard of its own, no sharing, no printing; narrow, and the keyboard takes half of it."""
    context = visitor(width=360, height=560, user_agent=WECHAT, has_touch=True, is_mobile=True)
    page = context.new_page()
    page.add_init_script("delete Navigator.prototype.clipboard; delete Navigator.prototype.share; delete window.print")
    page.goto(address)
    expect(page.locator("#welcome .door").first).to_be_visible()
    answered(page)
    expect(page.locator("[data-tool=print]")).to_be_hidden()
    page.locator("[data-tool=copy]").tap()
    expect(page.locator("#toast")).to_have_text("已复制回答和出处")
    page.locator("[data-tool=share]").tap()
    expect(page.locator("#toast")).to_have_text("已复制链接，打开后会提出同一个问题")
    page.locator("#current a.marker").first.tap()
    page.locator("#sheet a.open").tap()
    expect(page.frame_locator("#sheet iframe").locator("mark#passage").first).to_be_visible()
    assert len(context.pages) == 1


def test_a_screen_reader_hears_the_answer_once_it_is_whole(visitor: Visitor, address: str, bot: Scripted) -> None:
    page = arrived(visitor("en-GB"), address)
    ask(page, "慢慢来")
    expect(page.locator("#current .answer")).to_have_attribute("aria-busy", "true")
    bot.released.set()
    expect(page.locator("#current .answer")).to_have_attribute("aria-busy", "false")
    expect(page.locator("#current .answer")).to_have_attribute("aria-live", "polite")
    expect(page.get_by_label("Your question", exact=True)).to_be_editable()
    expect(page.get_by_role("link", name="Source 1", exact=True)).to_be_visible()
    expect(page.get_by_role("complementary", name="Sources")).to_be_visible()
