"""A quote is held against its document when the answer is made: verbatim, whole, or left out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from bot.answer import Answer
from bot.generation.citations import cite_passage
from bot.generation.quote_verification import verify_citations, verify_snippets
from bot.outcomes import Outcome
from bot.pipeline import Bot
from bot.retrieval.snippets import Snippet, find_snippets
from ingest.watcher import WatchedLibrary, open_watched_library
from settings import Settings
from store.documents import Chunk, Document, Metadata, Passage
from store.index import Index, Revision

TEXT = "# 面积\n\n钱塘区块的面积为10.1平方公里，自2025年12月31日起施行，依据国办发〔2025〕12号文件。\n"


@pytest.fixture
def index(tmp_path: Path) -> Iterator[Index]:
    found = Index(tmp_path / "index", "recipe")
    found.put([Revision(Document("a.md", TEXT), [], "stamp")])
    yield found
    found.give_back()


def passage(start: int, end: int) -> Passage:
    return Passage("a.md", Chunk(start, end, TEXT[start:end]), Metadata(title="面积"), 0.0)


@pytest.mark.parametrize(
    ("cut", "whole"),
    [
        ("1平方公里，自2025", "10.1平方公里，自2025年12月31日"),
        ("12月31日起", "2025年12月31日起"),
        ("的面积为10.", "的面积为10.1平方公里"),
        ("〕12号文件", "国办发〔2025〕12号文件"),
        ("钱塘区块", "钱塘区块"),
    ],
)
def test_a_quote_that_would_begin_or_end_inside_a_figure_is_widened(index: Index, cut: str, whole: str) -> None:
    start = TEXT.index(cut)
    snippet = Snippet(0, start, start + len(cut), cut, "sentence")
    (found,) = verify_snippets([snippet], [passage(0, len(TEXT))], index)
    (cited,) = verify_citations([cite_passage(passage(start, start + len(cut)), 1)], index) or ()
    for each, text in ((found, found.text), (cited, cited.quote)):
        assert TEXT[each.start : each.end] == text
        assert text.endswith(whole) or whole in text
        assert len(text) <= len(whole) + 4


def test_a_quote_that_stands_no_more_in_its_document_is_left_out(index: Index) -> None:
    found = passage(0, len(TEXT))
    chosen = find_snippets(found, 0)
    assert verify_snippets(chosen, [found], index) == chosen
    index.put([Revision(Document("a.md", TEXT.replace("10.1", "11.2")), [], "stamp")])
    assert verify_snippets(chosen, [found], index) == []
    assert verify_citations([cite_passage(found, 1)], index) is None
    index.remove("a.md")
    assert verify_snippets(chosen, [found], index) == []


@pytest.fixture
def library(tmp_path: Path) -> Iterator[WatchedLibrary]:
    (tmp_path / "knowledge").mkdir()
    (tmp_path / "knowledge" / "a.md").write_text("# 备案\n\n发改委备案需要7个工作日。\n", encoding="utf-8")
    settings = Settings(_env_file=None, knowledge_dir=tmp_path / "knowledge", data_dir=tmp_path / "data")
    with open_watched_library(settings) as opened:
        opened.sync()
        yield opened


def test_what_was_removed_while_it_was_answered_from_is_not_quoted(library: WatchedLibrary) -> None:
    bot = Bot(library.index, library.embedder)
    question = "发改委备案需要几个工作日？"
    retrieval = bot.retrieve(question, "zh", date(2026, 11, 26))
    draft = Answer(question, question, "zh", Outcome.FAILED, "", complete=False)
    assert bot.quoter().answer(draft, retrieval).citations[0].quote == "发改委备案需要7个工作日。"
    library.index.remove("a.md")
    answer = bot.quoter().answer(draft, retrieval)
    assert (answer.outcome, answer.citations) == (Outcome.NOT_IN_KNOWLEDGE_BASE, ())
    assert "7个工作日" not in answer.text
