"""A question without an answer is handed over to the offices that the staff listed."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.generation.handoff import handoff_contacts
from bot.messages import text
from bot.pipeline import Bot
from store.contacts import Contact, read_contacts
from store.documents import Chunk, Metadata, Passage
from store.lists import Lists
from tests.conftest import ROOT
from text.catalog import ANSWER_LANGUAGES

GENERAL = Contact(authority={"zh": "商务局", "en": "Bureau of Commerce"}, topics=("general", "center"), hotline="12345")
TAX = Contact(authority={"zh": "税务局", "en": "Tax office"}, topics=("tax", "vat"), url="tax.example.cn")
CENTER = Contact(authority={"zh": "中心", "en": "Center"}, topics=("center",))
ALL = (GENERAL, TAX, CENTER)


def near(*topics: str, coverage: float = 0.8, contact: str = "") -> list[Passage]:
    metadata = Metadata(title="Guide", topics=topics, contact=contact)
    return [Passage("guide.md", Chunk(0, 4, "Text"), metadata, 1.0, coverage=coverage)]


def test_the_office_in_charge_of_the_nearest_topic_comes_first() -> None:
    assert handoff_contacts(ALL, near("tax"), "en").splitlines() == [
        "- Tax office (税务局): tax.example.cn",
        "- Bureau of Commerce (商务局): 12345",
    ]
    assert handoff_contacts(ALL, near("tax"), "zh").splitlines() == ["- 税务局（tax.example.cn）", "- 商务局（12345）"]


@pytest.mark.parametrize("passages", [[], near("visa"), near("tax", coverage=0.1), near()])
def test_without_a_near_topic_only_the_general_office_is_named(passages: list[Passage]) -> None:
    assert handoff_contacts(ALL, passages, "en") == "- Bureau of Commerce (商务局): 12345"


def test_an_office_that_nobody_can_reach_yet_gives_way_to_the_general_one() -> None:
    assert handoff_contacts(ALL, near("center"), "zh") == "- 商务局（12345）"
    filled = CENTER.model_copy(update={"hotline": "0571-1"})
    assert handoff_contacts((GENERAL, filled), near("center"), "zh").splitlines()[0] == "- 中心（0571-1）"


def test_the_contact_that_a_guide_names_comes_first() -> None:
    assert handoff_contacts(ALL, near("tax", contact="Window 7"), "en").splitlines()[0] == "- Window 7"


@pytest.mark.parametrize("language", ["zh", "en", "pt", "ru", "ar"])
def test_without_a_list_the_office_of_the_texts_is_named(language: str) -> None:
    said = handoff_contacts((), near("tax"), language)
    assert "钱塘区商务局" in said
    assert "12345" in said


@pytest.mark.parametrize("language", ANSWER_LANGUAGES)
def test_the_bureau_has_one_name_in_the_list_of_offices_and_in_the_texts(language: str) -> None:
    contacts, _ = read_contacts(ROOT / "knowledge")
    assert f"- {contacts[0].name(language)}\n" in text("office", language)


def test_the_refusal_of_a_bot_names_them(bot: Bot) -> None:
    class Offices(Lists):
        def contacts(self) -> tuple[Contact, ...]:
            return ALL

    handing = Bot(bot.index, bot.embedding_model, lists=Offices())
    assert "- Bureau of Commerce (商务局): 12345" in handing.answer("What is the rent of a flat on the moon?").text


def test_the_list_of_this_project_is_sound_and_always_names_the_bureau_and_the_hotline() -> None:
    contacts, problems = read_contacts(Path(__file__).parents[3] / "knowledge")
    assert problems == ()
    general = handoff_contacts(contacts, (), "zh")
    assert general.splitlines() == ["- 钱塘区商务局", "- 12345政务服务便民热线"]
