"""While a folder is being indexed, questions are answered by words."""

from __future__ import annotations

from pathlib import Path

from bot.bot import Bot
from bot.outcomes import Outcome
from ingest.opening import open_library
from ingest.reading import read
from settings import Settings


def test_a_file_that_was_read_but_not_embedded_answers_already(tmp_path: Path) -> None:
    knowledge = tmp_path / "knowledge"
    knowledge.mkdir()
    guide = knowledge / "guide.md"
    guide.write_text("# 境外投资备案指南\n\n发改委境外投资备案需要7个工作日。\n\n费用为零。\n", encoding="utf-8")
    settings = Settings(knowledge_dir=knowledge, data_dir=tmp_path / "data")
    with open_library(settings) as library:
        library.index.put([read(guide, "guide.md", settings)])
        assert library.index.without_vectors()
        answer = Bot(library.index, library.embedder).answer("发改委境外投资备案要几天？")
    assert answer.outcome is Outcome.ANSWERED
    assert "7个工作日" in answer.text
