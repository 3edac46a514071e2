"""Every example that the start page tries first gets the right figure out of the knowledge folder."""

from __future__ import annotations

import shutil
from pathlib import Path

from bot.outcomes import Outcome
from bot.pipeline import Bot
from ingest.watcher import open_watched_library
from settings import Settings
from store.embeddings import Embedder
from text.catalog import SERVICE_LANGUAGES
from web.i18n import texts

KNOWLEDGE = Path(__file__).resolve().parents[3] / "knowledge"
GUIDES = {
    "outbound/ndrc-filing": "zh en pt ru ar", "outbound/bank-registration": "zh en",
    "outbound/country-russia": "zh en ru", "outbound/country-indonesia": "zh", "outbound/country-brazil": "en pt",
    "outbound/compare-taxes": "ru",
    "outbound/mofcom-filing": "ar", "outbound/country-saudi-arabia": "ar", "outbound/country-uae": "ar",
    "inbound/company-setup": "zh en pt ru ar", "inbound/negative-list": "zh en pt ru",
    "inbound/reinvestment-credit": "zh en pt ar", "inbound/work-permit": "zh en pt ru",
    "inbound/corporate-income-tax": "ru ar",
}  # fmt: skip
"""The guides that answer the examples, by language, each a rival of the others: to embed all guides takes minutes.

In the whole folder all were right as well on 2026-11-27.
"""
EXPECTED = {
    "zh": {"outbound": ("有效期2年", "银行", "25%", "22%"), "inbound": ("没有最低注册资本", "不需要", "10%", "85分")},
    "en": {"outbound": ("2 years", "banks", "25%", "10%"), "inbound": ("articles of association", "29", "10%", "85")},
    "pt": {"outbound": ("34%", "10%", "único sócio", "7 dias úteis"), "inbound": ("apostila", "29", "10%", "85")},
    "ru": {"outbound": ("22%", "5%", "10 000 рублей", "7 рабочих дней"), "inbound": ("апостил", "29", "15%", "60")},
    "ar": {"outbound": ("7 أيام عمل", "3 أيام عمل", "15%", "9%"), "inbound": ("أبوستيل", "لا يوجد", "10%", "25%")},
}
"""What one of the first two quotes of each example says, in the order of the page. Each was read on 2026-11-27."""


PROCEDURES = {
    "发改委境外投资备案怎么办？": "outbound/ndrc-filing.zh.md",
    "How do I file with the NDRC?": "outbound/ndrc-filing.en.md",
    "Como faço o registro do investimento na NDRC?": "outbound/ndrc-filing.pt.md",
    "外国人来华工作许可怎么办": "inbound/work-permit.zh.md",
    "How to set up a company in Qiantang?": "inbound/company-setup.en.md",
}
"""Questions for a whole procedure, which no single line answers, and the guide that does."""


def test_each_example_is_answered_with_the_expected_figure_in_front_and_each_procedure_from_its_guide(
    tmp_path: Path, remembering_embedder: Embedder
) -> None:
    assert set(EXPECTED) == set(SERVICE_LANGUAGES)
    settings = Settings(knowledge_dir=tmp_path / "knowledge", data_dir=tmp_path / "data", chat_model="")
    for guide, languages in GUIDES.items():
        (settings.knowledge_dir / guide).parent.mkdir(parents=True, exist_ok=True)
        for language in languages.split():
            shutil.copy(KNOWLEDGE / f"{guide}.{language}.md", settings.knowledge_dir / f"{guide}.{language}.md")
    for folder in ("outbound", "inbound"):
        shutil.copy(KNOWLEDGE / folder / "bases.yaml", settings.knowledge_dir / folder)
    with open_watched_library(settings, embedder=remembering_embedder) as library:
        library.sync()
        bot = Bot(library.index, library.embedder, lists=library.lists)
        for language, doors in EXPECTED.items():
            for door, figures in doors.items():
                for number, figure in enumerate(figures, 1):
                    question = texts(language)[f"direction.{door}.question.{number}"]
                    *_, answer = bot.stream(question, language=language)
                    assert answer.outcome is Outcome.ANSWERED, question
                    quotes = [each.quote for each in answer.citations[:2]]
                    assert any(figure in each for each in quotes), f"{question} {quotes}"
        for question, guide in PROCEDURES.items():
            answer = bot.answer(question)
            assert (answer.outcome, answer.citations[0].source) == (Outcome.ANSWERED, guide), question
