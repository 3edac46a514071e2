"""Every example that the start page tries first gets the right figure out of the knowledge folder."""

from __future__ import annotations

import shutil
from contextlib import suppress
from itertools import product
from pathlib import Path

from bot.outcomes import Outcome
from bot.pipeline import Bot
from ingest.watcher import open_watched_library
from settings import Settings
from store.embeddings import Embedder
from text.catalog import SERVICE_LANGUAGES
from web.i18n import texts

KNOWLEDGE = Path(__file__).resolve().parents[3] / "knowledge"
GUIDES = (
    "outbound/ndrc-filing", "outbound/mofcom-filing", "outbound/bank-registration", "outbound/other-countries",
    "outbound/compare-taxes", "outbound/country-russia", "outbound/country-brazil", "outbound/country-indonesia",
    "outbound/country-saudi-arabia", "outbound/country-uae", "inbound/company-setup", "inbound/negative-list",
    "inbound/reinvestment-credit", "inbound/corporate-income-tax", "inbound/work-permit",
)  # fmt: skip
"""The guides on what the examples ask, and those nearest to them: to embed all of them takes minutes."""
EXPECTED = {
    "zh": {"outbound": ("有效期2年", "银行", "25%", "22%"), "inbound": ("没有最低注册资本", "不需要", "10%", "85分")},
    "en": {"outbound": ("2 years", "banks", "25%", "10%"), "inbound": ("articles of association", "29", "10%", "85")},
    "pt": {"outbound": ("34%", "10%", "único sócio", "7 dias úteis"), "inbound": ("apostila", "29", "10%", "85")},
    "ru": {"outbound": ("22%", "5%", "10 000 рублей", "7 рабочих дней"), "inbound": ("апостил", "29", "15%", "60")},
    "ar": {"outbound": ("7 أيام عمل", "3 أيام عمل", "15%", "9%"), "inbound": ("أبوستيل", "لا يوجد", "10%", "25%")},
}
"""What the first quote of each example says, in the order of the page. Each answer was read on 2026-11-27."""


def test_each_example_is_answered_with_the_expected_figure_first(
    tmp_path: Path, remembering_embedder: Embedder
) -> None:
    assert set(EXPECTED) == set(SERVICE_LANGUAGES)
    settings = Settings(knowledge_dir=tmp_path / "knowledge", data_dir=tmp_path / "data", chat_model="")
    for guide, language in product(GUIDES, SERVICE_LANGUAGES):
        copied = settings.knowledge_dir / f"{guide}.{language}.md"
        copied.parent.mkdir(parents=True, exist_ok=True)
        with suppress(FileNotFoundError):  # some guides are not there in every language
            shutil.copy(KNOWLEDGE / f"{guide}.{language}.md", copied)
    for folder in ("outbound", "inbound"):
        shutil.copy(KNOWLEDGE / folder / "bases.yaml", settings.knowledge_dir / folder)
    with open_watched_library(settings, embedder=remembering_embedder) as library:
        library.sync()
        bot = Bot(library.index, library.embedder, lists=library.lists)
        for language, doors in EXPECTED.items():
            for door, figures in doors.items():
                for number, figure in enumerate(figures, 1):
                    question = texts(language)[f"door.{door}.question.{number}"]
                    *_, answer = bot.stream(question, language=language)
                    assert answer.outcome is Outcome.ANSWERED, question
                    assert figure in answer.citations[0].quote, f"{question} {answer.citations[0].quote}"
