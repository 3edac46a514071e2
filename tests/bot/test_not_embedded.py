"""While a folder is being indexed, questions are answered by words."""

from __future__ import annotations

from pathlib import Path

from bot.outcomes import Outcome
from bot.pipeline import Bot
from bot.retrieval.hybrid_search import hybrid
from ingest.sync.read_file import read_revision
from ingest.watcher import open_watched_library
from settings import Settings
from tests.support.engine import HAS_TOKEN_VECTORS


def test_a_file_that_was_read_but_not_embedded_answers_already(tmp_path: Path) -> None:
    knowledge = tmp_path / "knowledge"
    knowledge.mkdir()
    guide = knowledge / "guide.md"
    guide.write_text("# 境外投资备案指南\n\n发改委境外投资备案需要7个工作日。\n\n费用为零。\n", encoding="utf-8")
    settings = Settings(knowledge_dir=knowledge, data_dir=tmp_path / "data")
    with open_watched_library(settings) as library:
        library.index.put([read_revision(guide, "guide.md", settings)])
        assert library.index.without_vectors()
        answer = Bot(library.index, library.embedder).answer("发改委境外投资备案要几天？")
    assert answer.outcome is Outcome.ANSWERED
    assert "7个工作日" in answer.text


def test_where_the_vectors_are_lost_words_answer_until_the_next_sync(tmp_path: Path) -> None:
    """As after a move whose setting was forgotten, or on a Chroma server that lost its collection."""
    knowledge = tmp_path / "knowledge"
    knowledge.mkdir()
    text = "# 境外投资备案指南\n\n发改委境外投资备案需要7个工作日。\n"
    (knowledge / "guide.md").write_text(text, encoding="utf-8")
    with open_watched_library(Settings(knowledge_dir=knowledge, data_dir=tmp_path / "data")) as library:
        library.sync()
        library.index.vectors.remove(list(library.index.vectors.keys()))
        assert "7个工作日" in Bot(library.index, library.embedder).answer("发改委境外投资备案要几天？").text


def test_a_file_that_was_just_read_is_found_among_others_that_are_embedded_already(tmp_path: Path) -> None:
    knowledge = tmp_path / "knowledge"
    knowledge.mkdir()
    rates = {"巴西": 34, "印度尼西亚": 22, "哈萨克斯坦": 20, "越南": 17, "南非": 27, "埃及": 23, "俄罗斯": 25}
    for country, rate in rates.items():
        text = f"# {country}税收指南\n\n## 税率\n\n{country}的企业所得税税率是{rate}%。申报每年一次。\n"
        (knowledge / f"{country}.md").write_text(text, encoding="utf-8")
    last = knowledge / "俄罗斯.md"
    settings = Settings(knowledge_dir=knowledge, data_dir=tmp_path / "data")
    with open_watched_library(settings) as library:
        late = read_revision(last, "俄罗斯.md", settings)
        last.unlink()
        library.sync()
        library.index.put([late])
        passages = hybrid(library.index, library.embedder)("俄罗斯企业所得税税率是多少", 3)
        answer = Bot(library.index, library.embedder).answer("俄罗斯企业所得税税率是多少？")
    assert passages[0].source == "俄罗斯.md"
    assert passages[0].similarity > 0.8
    assert (passages[0].agreement is not None) == HAS_TOKEN_VECTORS
    assert "25%" in answer.text
