"""Around the conversation: two doors with questions, and how far indexing has come."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup
from playwright.sync_api import expect

from bot.query.countries import country_name
from bot.starters.cache import StarterOptions
from bot.starters.questions import TOPICS, Starter, StarterFilter
from ingest.sync.progress import Progress
from store.index import Condition
from tests.support.scripted import Offered, Visitor, arrived
from text.catalog import SERVICE_LANGUAGES
from web.chat.start_page import (
    choice,
    dialogs,
    directions,
    find_about,
    first_choices,
    is_searching,
    masthead,
    progress_line,
    render_chosen,
    welcome,
)
from web.context import StartersLike
from web.i18n import texts

LINES = """glance => {
    glance.querySelectorAll("span").forEach(each => each.append(", Ελλάδα".repeat(50)));
    const [above, below, line] = ["paddingTop", "paddingBottom", "lineHeight"].map(
        name => parseFloat(getComputedStyle(glance)[name]));
    return (glance.offsetHeight - above - below) / line;
}"""
"""How many lines the names take when there are more than fit."""


class Bare(Offered):
    """A folder of which nothing is known yet."""

    def offer(self) -> StarterOptions:
        return StarterOptions()

    def examples(self, choice: StarterFilter) -> tuple[Starter, ...]:
        return ()

    list_cached = examples


def opening(language: str = "zh", about: str = "", starters: StartersLike | None = None) -> BeautifulSoup:
    return BeautifulSoup(welcome(language, starters or Offered(), about), "html.parser")


@pytest.mark.parametrize("language", SERVICE_LANGUAGES)
def test_both_doors_have_four_questions(language: str) -> None:
    assert len(opening(language).select("[data-question]")) == 8


@pytest.mark.parametrize("language", SERVICE_LANGUAGES)
def test_first_comes_the_door_of_most_companies_that_read_the_language(language: str) -> None:
    doors = ["outbound", "inbound"] if language == "zh" else ["inbound", "outbound"]
    titles = [each.text for each in opening(language).select(".door h2")]
    assert titles == [texts(language)[f"direction.{name}"] for name in doors]


@pytest.mark.browser
def test_a_phone_shows_at_once_whom_both_doors_are_for(visitor: Visitor, address: str) -> None:
    for language in SERVICE_LANGUAGES:
        page = arrived(visitor(locale=language, width=390, height=844), address)
        expect(page.locator(".masthead")).to_have_attribute("lang", language)
        second, box = page.locator("#welcome .door h2 + p").last.bounding_box(), page.locator("#asking").bounding_box()
        assert second and box and second["y"] + second["height"] <= box["y"], language
        countries, topics = page.locator("#welcome .glance span").all_inner_texts()
        assert country_name("BR", language) in countries and texts(language)["topic.tax"] in topics
        tall = page.locator("#welcome .glance").evaluate(LINES)
        assert round(tall) == 2, "a line of each, however many there are"


@pytest.mark.browser
def test_a_tap_on_what_a_phone_cuts_leads_to_the_whole_lists(visitor: Visitor, address: str) -> None:
    page = arrived(visitor(width=390, height=844, reduced_motion="reduce"), address)
    lists = page.locator("#welcome .covered")
    expect(lists.get_by_role("button").last).not_to_be_in_viewport()
    page.locator("#welcome .glance").click()
    expect(lists.get_by_role("button").last).to_be_in_viewport()
    box, composer = lists.get_by_role("button").first.bounding_box(), page.locator("#composer").bounding_box()
    assert box and composer and box["y"] >= 0 and box["y"] + box["height"] <= composer["y"]


@pytest.mark.parametrize("language", SERVICE_LANGUAGES)
def test_countries_and_topics_are_offered_in_the_language_of_the_page(language: str) -> None:
    countries, topics = (
        [each.text for each in group.select("button")] for group in opening(language).select(".covered ul")
    )
    assert countries == [country_name(code, language) for code in ("BR", "RU")]
    assert topics == [texts(language)["topic.tax"]]


def test_every_topic_that_can_be_offered_has_a_name() -> None:
    assert {f"topic.{topic}" for topic in TOPICS} <= set(texts("zh"))


def test_a_chosen_country_has_its_own_examples_and_stays_chosen() -> None:
    page = opening(about="BR")
    assert [each["data-question"] for each in page.select("[data-question]")] == ["BR？"]
    assert [each.text for each in page.select("[aria-pressed=true]")] == ["巴西"]
    assert "巴西" in render_chosen("zh", "BR") and render_chosen("zh", "tax") == "" and render_chosen("zh", "") == ""


def test_the_day_of_the_last_update_is_shown_in_the_language_of_the_page() -> None:
    assert "资料更新于2026年11月24日。" in opening("zh").text
    assert "Documents last updated on November 24, 2026." in opening("en").text
    assert "24 ноября 2026" in opening("ru").text
    kept = " ".join(BeautifulSoup(welcome("pt", Offered(), days=180), "html.parser").text.split())
    assert "180 dias. Documentos" in kept


def test_a_folder_of_which_nothing_is_known_yet_offers_nothing_wrong() -> None:
    page = opening(starters=Bare())
    assert not page.select(".covered, [data-question], .updated") and len(page.select(".door h2")) == 2


class Seeking(Offered):
    """Examples on going abroad are still being looked for."""

    def is_searching(self, choice: StarterFilter) -> bool:
        return choice.audience == "outbound"


class Searching(Seeking):
    """The same, and none is known yet."""

    def examples(self, choice: StarterFilter) -> tuple[Starter, ...]:
        return ()


class Asked(Offered):
    """Notes for which choices examples are wanted."""

    def __init__(self) -> None:
        self.choices: list[StarterFilter] = []

    def examples(self, choice: StarterFilter) -> tuple[Starter, ...]:
        self.choices.append(choice)
        return ()


def test_what_is_found_before_somebody_waits_is_what_the_start_page_wants() -> None:
    starters = Asked()
    for language in SERVICE_LANGUAGES:
        welcome(language, starters)
    assert starters.choices == first_choices() and len(set(first_choices())) == 2 * len(SERVICE_LANGUAGES)


def test_what_is_still_looked_for_is_known() -> None:
    assert is_searching("zh", Seeking()) and not is_searching("zh", Offered())


def test_a_door_whose_examples_are_still_looked_for_says_so() -> None:
    page = opening(starters=Searching())
    assert [each.text for each in page.select(".door.outbound .looking")] == [texts("zh")["direction.looking"]]
    assert not page.select(".door.inbound .looking")


@pytest.mark.parametrize("about", ["NG", "XX", "data", "no-topic", "br", "<script>", "tax\n"])
def test_what_cannot_be_chosen_counts_as_nothing_chosen(about: str) -> None:
    starters = Asked()
    assert find_about(starters, about) == ""
    assert welcome("zh", starters, about) == welcome("zh", starters)
    assert set(starters.choices) == {choice(name, "zh") for name in directions("zh")}


def test_a_country_or_topic_of_the_folder_can_be_chosen() -> None:
    assert [find_about(Offered(), about) for about in ("BR", "tax", "")] == ["BR", "tax", ""]


def test_a_language_that_the_page_does_not_have_brings_no_choice_of_its_own() -> None:
    starters = Asked()
    assert welcome("xx", starters, "BR") == welcome("zh", starters, "BR")
    assert {each.language for each in starters.choices} == {"zh"}
    assert render_chosen("<b>", "BR") == render_chosen("zh", "BR")


def test_the_welcome_says_that_the_authority_decides() -> None:
    assert "最终以主管部门的决定为准" in opening("zh").text
    assert "the competent authority decides" in opening("en").text


@pytest.mark.parametrize("language", SERVICE_LANGUAGES)
def test_the_start_page_says_how_long_questions_are_kept_and_where_to_write_to_the_staff(language: str) -> None:
    words = texts(language)
    notice = str(welcome(language, Offered(), days=180))
    assert words["welcome.kept"].format(days=180) in notice and words["welcome.person"] in notice
    assert 'data-tool="person"' in notice and words["tool.person"] in notice
    assert words["welcome.person"] not in opening(language).text


@pytest.mark.parametrize("language", SERVICE_LANGUAGES)
def test_the_history_says_once_what_stays_where(language: str) -> None:
    kept, not_kept = (
        BeautifulSoup(dialogs(language, keeping, 180), "html.parser").select_one("#archive .hint")
        for keeping in (True, False)
    )
    assert kept and kept.text == texts(language)["archive.server"].format(days=180)
    assert not_kept and not_kept.text == texts(language)["archive.where"]


def test_a_new_conversation_is_offered_once_there_is_one() -> None:
    new = [BeautifulSoup(masthead("zh", conversing), "html.parser").select_one(".new") for conversing in (False, True)]
    assert [button and button.has_attr("hidden") for button in new] == [True, False]


@pytest.mark.parametrize("language", SERVICE_LANGUAGES)
def test_the_page_says_how_many_files_are_missing_and_names_no_folder(language: str) -> None:
    missing = (*(f"laws/{number}.md" for number in range(41)), "guides/zh/a.md")
    line = BeautifulSoup(progress_line(Progress("ready", missing=missing), language), "html.parser").get_text()
    assert "42" in line
    assert "laws" not in line and "guides/zh" not in line
    assert "42" not in progress_line(Progress("reading", files=3, missing=missing), language)


def test_progress_says_what_is_done_and_what_is_left() -> None:
    reading = progress_line(Progress("reading", files_done=3, files=12), "en")
    assert "3 of 12 files" in reading
    embedding = progress_line(Progress("embedding", chunks_done=40, chunks=400, seconds_left=130.0), "zh")
    assert "40 / 400 段" in embedding and "约需 2 分钟" in embedding


def test_the_line_vanishes_when_all_is_ready() -> None:
    assert progress_line(Progress("ready"), "zh") == ""


def test_before_anything_is_counted_no_figures_are_shown() -> None:
    assert "0" not in BeautifulSoup(progress_line(Progress(), "zh"), "html.parser").get_text()


def test_a_failure_is_told_without_the_inner_workings() -> None:
    line = progress_line(Progress("failed", message="/srv/knowledge is empty"), "en")
    assert "could not be updated" in line and "/srv" not in line


@pytest.mark.parametrize("language", SERVICE_LANGUAGES)
def test_an_index_that_is_not_whole_is_spoken_of_in_the_language_of_the_page(language: str) -> None:
    words = texts(language)
    damaged = Condition("rebuilding", "The vectors were damaged (x). They are being rebuilt.")
    assert words["progress.rebuilding"] in progress_line(Progress("ready", condition=damaged), language)
    beside = progress_line(Progress("embedding", chunks_done=40, chunks=400, condition=damaged), language)
    assert words["progress.rebuilding"] in beside and "400" in beside
    stuck = Condition("words only", "The process that holds the vectors does not answer.")
    assert words["progress.words_only"] in progress_line(Progress("ready", condition=stuck), language)
    assert "damaged" not in beside, "the page is for visitors"
