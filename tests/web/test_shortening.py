"""Every place that shows a part of a text shows whole figures, dates and words."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from bot.answer import Turn
from bot.chat_model.history import TURN_CHARACTERS, last_turns
from bot.generation.curated_answers import beginning
from bot.generation.prompts import PASSAGE_BYTES, Shown, excerpt
from bot.retrieval.cited_passages import QUOTE_CHARACTERS
from evals.reading.walking import cut
from ingest.diff.wording import CONTEXT, first_words, last_words
from store.documents import Chunk, Metadata, Passage
from web.chat import guide_card
from web.rendering import ENVIRONMENT
from web.word_export import conversation
from web.word_export import routes as word_export

FIGURES = (
    "至2025年12月31日，占地10.1平方公里，1.43万亿元，依据国办发〔2025〕12号，"
    "US$3.5 million, investment 0571-8888 8888。"
)
Shorten = Callable[[str], str]


def in_template(text: str) -> str:
    return ENVIRONMENT.from_string("{{ text | shortened(160) }}").render(text=text)


def as_shown(text: str) -> str:
    """A passage as a model is shown it."""
    chunk = Chunk(0, len(text), text)
    return excerpt(chunk, Shown(Passage("law.md", chunk, Metadata(), 0.0)))


PLACES: dict[str, tuple[int, Shorten]] = {
    "a section of a guide on its card": (guide_card.LONGEST_BODY, guide_card.beginning),
    "a source that the center cites": (QUOTE_CHARACTERS, beginning),
    "a passage for the model": (PASSAGE_BYTES // 3, as_shown),
    "an earlier turn for the model": (TURN_CHARACTERS, lambda text: last_turns([Turn("user", text)])[0].content),
    "the place of a change": (CONTEXT, first_words),
    "a page for the staff": (160, in_template),
    "the name of a file": (
        word_export.LONGEST_NAME,
        lambda text: word_export.file_name(text, "zh", date(2026, 1, 1))[:-16],
    ),
    "what a file says about itself": (conversation.LONGEST_PROPERTY, conversation.property_text),
}


@pytest.mark.parametrize("place", PLACES)
def test_a_text_that_is_shortened_ends_between_its_figures(place: str) -> None:
    longest, shorten = PLACES[place]
    for before in range(max(1, longest - len(FIGURES)), longest):
        text = "字" * before + FIGURES * 4
        kept = shorten(text).removesuffix("…").rstrip(" .")
        assert text.startswith(kept)
        assert 0 < len(kept) < len(text)
        assert not cut(text, len(kept)), f"{place}: {kept[-30:]}"


def test_the_words_before_a_change_begin_between_figures() -> None:
    for after in range(CONTEXT):
        text = FIGURES + "字" * after
        kept = last_words(text)
        assert text.endswith(kept)
        assert not cut(text, len(text) - len(kept)), kept


def test_no_template_cuts_texts_by_a_rule_of_its_own() -> None:
    folder = Path(guide_card.__file__).parent.parent
    assert not [page.name for page in folder.rglob("*.html") if "truncate" in page.read_text(encoding="utf-8")]
