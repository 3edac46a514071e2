"""What once went wrong, or could: the answer stays right, or the question ends as failed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from bot.dialogue.intent import route
from bot.generation.citations import compose
from bot.generation.grounding import resolve_markers
from bot.outcomes import Outcome
from bot.pipeline import Bot
from bot.retrieval.snippets import find_snippets
from ingest.chunking import chunk
from ingest.watcher import open_watched_library
from settings import Settings
from store.documents import Document, Metadata, Page, Passage
from store.embeddings.late_interaction import BinaryTokenVectors, QueryTokenVectors
from store.index import Vector
from text.citations import find_cited_numbers


def passage(text: str, pages: tuple[Page, ...] = ()) -> Passage:
    (only,) = chunk(Document("a.md", text, pages=pages))
    return Passage("a.md", only, Metadata(title="办法"), 1.0)


@pytest.mark.parametrize("question", ["hi! " * 200 + "x", "谢谢！" * 300 + "请问", "hello " * 160 + "tax?"])
def test_a_long_row_of_greetings_costs_no_time_and_is_a_question(question: str) -> None:
    assert route(question) is None


def test_a_year_in_brackets_is_no_marker() -> None:
    text = resolve_markers("依据国办发[2025]12号[1]。", 3)
    assert find_cited_numbers(text) == [1]


def test_a_quote_on_the_second_page_is_cited_with_that_page() -> None:
    text = "第一页的内容说明备案范围。\n\n第二页的内容说明办理时限。"
    second = text.index("第二页")
    found = passage(text, (Page(1, 0, second), Page(2, second, len(text))))
    assert [each.page for each in compose(find_snippets(found, 0), [found]).citations] == [1, 2]


def test_a_quote_is_cited_with_its_own_article_also_in_a_run_of_short_ones() -> None:
    text = "第一条 为了规范备案。\n\n第二条 备案期限为七日。\n\n第三条 本办法自公布之日起施行。"
    found = passage(text)
    cited = compose(find_snippets(found, 0), [found]).citations
    assert [each.article for each in cited] == ["第一条", "第二条", "第三条"]


def test_a_chunk_that_continues_an_article_belongs_to_it() -> None:
    long = "企业应当按照规定办理境外投资备案手续并提交材料。" * 12
    text = f"第一条 总则。\n\n第二条 {long}\n\n{long}\n\n{long}\n\n第三条 附则。"
    pieces = chunk(Document("a.md", text))
    assert {piece.article for piece in pieces if "第三条" not in piece.text and piece.start > 20} == {"第二条"}


def test_a_note_in_a_quote_is_not_taken_for_a_marker() -> None:
    found = passage("报告指出税率为13%[7]。")
    extract = compose(find_snippets(found, 0), [found])
    assert find_cited_numbers(extract.text) == [1]
    assert extract.citations[0].quote == "报告指出税率为13%[7]。"


def test_a_quote_that_begins_with_a_figure_is_not_drawn_as_a_list_and_no_blank_comes_into_it() -> None:
    found = passage("10. 5 万元以上的，增长7.\n5%。")
    assert compose(find_snippets(found, 0), [found]).text.endswith("- 10\\. 5 万元以上的，增长7.5%。 [1]")


class Broken:
    """An embedding model that cannot be had, as when an endpoint is down."""

    name = ""

    def passages(self, texts: list[str], /) -> Vector:
        raise ConnectionError

    def embed_passages(self, texts: list[str], /) -> tuple[Vector, Sequence[BinaryTokenVectors] | None]:
        raise ConnectionError

    def embed_query(self, text: str, /) -> tuple[Vector, QueryTokenVectors | None]:
        raise ConnectionError(text)

    def question_vector(self, text: str, /) -> Vector | None:
        raise ConnectionError(text)


def test_a_question_that_breaks_something_ends_as_failed_and_names_the_office(tmp_path: Path) -> None:
    (tmp_path / "knowledge").mkdir()
    settings = Settings(knowledge_dir=tmp_path / "knowledge", data_dir=tmp_path / "data")
    with open_watched_library(settings) as library:
        answer = Bot(library.index, Broken()).answer("发改委备案要几天？")
    assert (answer.outcome, answer.reason) == (Outcome.FAILED, "ConnectionError")
    assert "12345" in answer.text


def test_what_is_typical_for_a_language_follows_what_is_embedded(tmp_path: Path) -> None:
    knowledge = tmp_path / "knowledge"
    knowledge.mkdir()
    (knowledge / "zh.md").write_text("# 备案\n\n发改委备案需要7个工作日。\n", encoding="utf-8")
    settings = Settings(knowledge_dir=knowledge, data_dir=tmp_path / "data")
    with open_watched_library(settings) as library:
        library.sync()
        assert set(library.index.centres()) == {"zh", ""}
        (knowledge / "pt.md").write_text("# Registro\n\nO registro na NDRC leva 7 dias úteis.\n", encoding="utf-8")
        library.sync()
        centres = library.index.centres()
        assert {"zh", "pt", ""} == set(centres)
        assert all(np.isfinite(centre).all() for centre in centres.values())
