"""Programs use the assistant through the official MCP client, within the limits of the page."""

from __future__ import annotations

import asyncio
import io
import logging
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any, TypeVar

import httpx
import pytest
from mcp import Client, MCPError

from bot.pipeline import Bot
from evals.serving import serve
from ingest.watcher import WatchedLibrary
from records import Off, Records, open_records
from store.embeddings import Embedder
from tests.records.conftest import come_true
from tests.support.apart import run_apart
from tests.support.scripted import Scripted
from tests.web.conftest import behind
from tests.web.staff.conftest import embedder, fill  # noqa: F401
from tests.web.staff.samples import FOLDER
from tests.web.test_health import library_of
from web.app import build, find_gradio_app, queue_of
from web.http.limits import MOST_TURNS
from web.operations.logging_setup import Line
from web.operations.withholding import WITHHELD

Told = TypeVar("Told")
GUIDE = "---\ntitle: 备案指南\nkind: guide\nlanguage: zh\n---\n# 备案指南\n\n备案需要3个工作日。\n"
QUESTION = "俄罗斯的企业所得税税率是多少？"


@dataclass(frozen=True)
class Served:
    """A running app: its address, its records, and its documents."""

    address: str
    records: Records
    library: WatchedLibrary

    def with_client(self, use: Callable[[Client], Awaitable[Told]], mode: str = "auto") -> Told:
        """What a program gets that connects, does one thing and leaves."""

        async def used() -> Told:
            async with Client(f"{self.address}mcp", mode=mode) as client:
                return await use(client)

        return run_apart(used())

    def call(self, tool: str, **arguments: Any) -> Any:
        return self.with_client(lambda client: client.call_tool(tool, arguments))


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory, embedder: Embedder) -> Iterator[WatchedLibrary]:  # noqa: F811
    with library_of(tmp_path_factory.mktemp("mcp"), embedder) as library:
        fill(library.settings.knowledge_dir, FOLDER | {"outbound/filing.zh.md": GUIDE})
        library.sync()
        yield library


@pytest.fixture(scope="module")
def app(library: WatchedLibrary) -> Iterator[Served]:
    with open_records("", 30, library.settings.data_dir) as records:
        bot = Bot(library.index, library.embedder, lists=library.lists, answerability=None)
        service = behind(bot, library.settings.knowledge_dir, records)
        with serve(build(service, library=library)) as address:
            yield Served(address, records, library)


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(30):
        while not true():
            await asyncio.sleep(0.01)


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_a_program_finds_three_tools_that_only_read(app: Served, mode: str) -> None:
    listed = app.with_client(lambda client: client.list_tools(), mode)
    assert [tool.name for tool in listed.tools] == ["ask", "search", "read_document"]
    for tool in listed.tools:
        assert tool.description and tool.annotations and tool.annotations.read_only_hint
        assert "context" not in tool.input_schema["properties"]


def test_ask_gives_the_answer_with_its_citations_as_the_command_line_does_and_keeps_it(app: Served) -> None:
    told = app.call("ask", question=QUESTION)
    answer = told.structured_content
    assert not told.is_error and answer["outcome"] == "answered" and "25%" in answer["text"]
    assert answer["citations"][0]["source"] in app.library.index.documents()
    assert told.content[0].text.startswith(answer["text"]) and answer["citations"][0]["source"] in told.content[0].text
    come_true(lambda: (answer["id"], "mcp") in [(each.id, each.channel) for each in app.records.exchanges()])


def test_a_follow_up_is_understood_from_what_was_said_before(app: Served) -> None:
    history = [{"role": "user", "content": QUESTION}, {"role": "assistant", "content": "25%"}]
    answer = app.call("ask", question="那增值税呢？", history=history).structured_content
    assert "俄罗斯" in answer["standalone_question"]


@pytest.mark.parametrize("asked_back", [True, False])
def test_nothing_is_asked_back_twice_if_the_outcome_of_an_answer_is_sent(app: Served, asked_back: bool) -> None:
    outcome = "needs_clarification" if asked_back else "answered"
    history = [
        {"role": "user", "content": "你好"},
        {"role": "assistant", "content": "请说明。", "outcome": outcome},
    ]
    answer = app.call("ask", question="怎么办理？", history=history).structured_content
    assert (answer["outcome"] == "needs_clarification") is not asked_back


def test_search_finds_passages_that_read_document_reads_on_from(app: Served) -> None:
    first = app.call("search", query="俄罗斯 企业所得税", limit=2).structured_content["passages"]
    assert len(first) == 2 and first[0]["score"] >= first[1]["score"]
    source = first[0]["source"]
    begun = app.call("read_document", source=source, length=50).structured_content
    rest = app.call("read_document", source=source, start=begun["next"]).structured_content
    document = app.library.index.document(source)
    assert document and begun["text"] + rest["text"] == document.text[: begun["next"] + len(rest["text"])]
    assert begun["title"] == document.metadata.title and begun["validity"]


def test_passages_and_citations_lead_to_their_page_and_say_whether_they_are_in_force(app: Served) -> None:
    told = app.call("search", query="俄罗斯 企业所得税", limit=1)
    (passage,) = told.structured_content["passages"]
    assert passage["validity"] == "in_force" and passage["validity"] in told.content[0].text
    cited = app.call("ask", question=QUESTION)
    first = cited.structured_content["citations"][0]
    for link, text in ((passage["link"], told.content[0].text), (first["link"], cited.content[0].text)):
        assert link in text and link.startswith(f"{app.address}source?")


def test_as_many_earlier_messages_are_taken_as_by_the_api(app: Served) -> None:
    turn = [{"role": "user", "content": QUESTION}, {"role": "assistant", "content": "25%"}]
    assert not app.call("ask", question="那增值税呢？", history=turn * MOST_TURNS).is_error
    assert app.call("ask", question="那增值税呢？", history=turn * MOST_TURNS + turn[:1]).is_error


def test_an_unknown_document_is_an_error_that_says_what_to_do(app: Served) -> None:
    told = app.call("read_document", source="../settings.py")
    assert told.is_error and "from `search`" in told.content[0].text


def test_guides_are_resources(app: Served) -> None:
    known = app.library.index.documents()
    guides = {source for source, metadata in known.items() if metadata.kind == "guide"}
    listed = app.with_client(lambda client: client.list_resources()).resources
    assert {each.name for each in listed} == guides
    read = app.with_client(lambda client: client.read_resource(listed[0].uri))
    document = app.library.index.document(listed[0].name)
    assert document and read.contents[0].text == document.text

    async def read_none(client: Client) -> None:
        with pytest.raises(MCPError, match="No document"):
            await client.read_resource("qiantang://documents/none.md")

    app.with_client(read_none)


def test_personal_data_are_masked_and_an_overlong_question_is_blocked_as_on_the_page(app: Served) -> None:
    assert "13800138000" not in str(app.call("ask", question="我的电话是13800138000，俄罗斯增值税多少？"))
    assert app.call("ask", question="税" * 2_000).structured_content["outcome"] == "blocked"


def test_while_the_service_is_paused_programs_are_refused_too(app: Served) -> None:
    app.records.announcing.pause(Off("Li", "test", {"en": "Back at noon."}))
    try:
        told = app.call("ask", question="What is the tax rate in Russia?", language="en").structured_content
        searched = app.call("search", query="Russia")
    finally:
        app.records.announcing.resume()
    assert told["outcome"] == "blocked" and "Back at noon." in told["text"]
    assert (
        searched.is_error and "Back at noon." in searched.content[0].text and "俄罗斯" not in searched.content[0].text
    )


def test_one_address_cannot_keep_more_waiting_than_the_page_allows(tmp_path: Any, library: WatchedLibrary) -> None:
    bot = Scripted()
    app = build(replace(behind(bot, tmp_path), visitor_questions=2), library=library)
    queue = queue_of(find_gradio_app(app).get_blocks())

    async def ask_three(address: str) -> list[bool]:
        async with Client(f"{address}mcp") as client:
            slow = asyncio.create_task(client.call_tool("ask", {"question": "慢"}))
            await until(lambda: bool(bot.told))
            waiting = asyncio.create_task(client.call_tool("ask", {"question": "问"}))
            await until(lambda: len(queue.guests) == 2)
            refused = await client.call_tool("ask", {"question": "问"})
            bot.released.set()
            return [bool((await each).is_error) for each in (slow, waiting)] + [bool(refused.is_error)]

    with serve(app) as address:
        assert run_apart(ask_three(address)) == [False, False, True]


def test_only_json_is_taken_so_that_no_other_web_site_can_ask_in_a_visitors_name(app: Served) -> None:
    asked = '{"jsonrpc": "2.0", "id": 1, "method": "tools/list"}'
    assert httpx.post(f"{app.address}mcp", content=asked, headers={"content-type": "text/plain"}).status_code == 400


def test_a_client_that_wants_a_stream_of_its_own_is_not_told_that_its_session_is_lost(app: Served) -> None:
    for method in ("GET", "DELETE", "HEAD"):
        refused = httpx.request(method, f"{app.address}mcp", headers={"accept": "text/event-stream"})
        assert (refused.status_code, refused.headers["allow"]) == (405, "POST")


def test_without_the_endpoint_there_is_no_such_address(tmp_path: Any) -> None:
    with serve(build(behind(Scripted(), tmp_path))) as address:
        assert httpx.post(f"{address}mcp", json={}).status_code == 404


def test_the_log_names_the_way_in_and_nothing_of_a_question(app: Served, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("INFO"):
        app.call("search", query="园区巴士的票价")
    ours = [each.getMessage() for each in caplog.records if each.name == "web.operations.request_log"]
    assert any(each.startswith("POST /mcp 200") for each in ours)
    assert not any("巴士" in each.getMessage() for each in caplog.records)


def test_an_error_that_repeats_a_search_is_logged_without_it(app: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    query = "园区巴士的票价"

    def fail(*_: object) -> None:
        raise RuntimeError(query)

    written = logging.StreamHandler(io.StringIO())
    written.setFormatter(Line("text"))
    logging.getLogger().addHandler(written)
    monkeypatch.setattr(app.library.index, "candidates", fail)
    try:
        assert app.call("search", query=query).is_error
    finally:
        logging.getLogger().removeHandler(written)
    told = written.stream.getvalue()
    assert "Traceback" in told and f"RuntimeError: {WITHHELD}" in told and "巴士" not in told


def test_programs_reach_it_below_the_path_of_a_proxy(tmp_path: Any, library: WatchedLibrary) -> None:
    async def tools(address: str) -> int:
        async with Client(f"{address}assistant/mcp") as client:
            return len((await client.list_tools()).tools)

    with serve(build(behind(Scripted(), tmp_path), "/assistant", library=library)) as address:
        assert run_apart(tools(address)) == 3
