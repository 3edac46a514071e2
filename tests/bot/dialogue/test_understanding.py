"""A later question is about the document that was quoted before it."""

from __future__ import annotations

from pathlib import Path

from bot.answer import Turn
from bot.dialogue.understanding import last_answer
from bot.outcomes import Outcome
from bot.pipeline import Bot
from bot.query.document_names import find_quoted_documents
from ingest.watcher import open_watched_library
from settings import Settings

HALL = (
    "# 江澜培训中心会场使用须知\n\n会场租金每天2600元。\n\n最多坐160人，座位固定。\n\n"
    "配投影和音响，大屏每场另收300元。\n\n会场押金2000元，活动结束后退还。\n"
)
FLAT = "# 聚贤里职工公寓入住须知\n\n单人间每月850元。\n\n双人间要交押金300元，单人间交一个月租金。\n"


def test_a_later_question_on_something_that_two_notices_have_is_about_the_one_quoted(tmp_path: Path) -> None:
    settings = Settings(_env_file=None, data_dir=tmp_path / "data", knowledge_dir=tmp_path / "knowledge")
    settings.knowledge_dir.mkdir()
    for name, text in {"hall.md": HALL, "flat.md": FLAT}.items():
        (settings.knowledge_dir / name).write_text(text, encoding="utf-8")
    with open_watched_library(settings) as library:
        library.sync()
        bot, turns = Bot(library.index, library.embedder, lists=library.lists), list[Turn]()
        for asked in ("会场租一天多少钱？", "能坐多少人？", "有投影吗？", "押金要交多少？"):
            answer = bot.answer(asked, turns)
            assert {each.source for each in answer.citations} == {"hall.md"}, asked
            turns += [Turn("user", asked), Turn("assistant", answer.text, answer.outcome)]


def test_only_documents_that_an_answer_quoted_and_no_guides_are_named_by_the_next_question(bot: Bot) -> None:
    documents = bot.index.documents()
    titles = {source: each.title for source, each in documents.items()}
    quoted = "\n".join(f"**{title}**\n\n25%" for title in titles.values())
    others = {source for source, each in documents.items() if each.kind == "document"}
    assert find_quoted_documents(quoted, documents) == others
    assert not find_quoted_documents(quoted.replace("*", ""), documents)
    said = [Turn("assistant", "one", Outcome.ANSWERED), Turn("assistant", "none", Outcome.NOT_IN_KNOWLEDGE_BASE)]
    assert last_answer(said) == "one" == last_answer(said[:1])
    assert not last_answer(said[1:])
