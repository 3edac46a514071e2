"""The MCP server as a command: a program starts it and speaks to it over its standard input and output."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from mcp import Client, StdioServerParameters
from mcp.client.stdio import stdio_client

from ingest.watcher import WatchedLibrary
from tests.conftest import ROOT
from tests.support.apart import run_apart
from tests.support.commands import called
from tests.support.library import embedder, library, put, settings  # noqa: F401


def test_a_program_that_starts_the_command_asks_the_index_that_the_app_holds(library: WatchedLibrary, put: Any) -> None:  # noqa: F811
    put("fee.md", "# 园区巴士\n\n园区巴士的票价是 7 元。\n")
    library.sync()
    environment = {
        "ASSISTANT_KNOWLEDGE_DIR": str(library.settings.knowledge_dir),
        "ASSISTANT_DATA_DIR": str(library.settings.data_dir),
        "ASSISTANT_ANSWERABILITY": "none",
    }
    command = StdioServerParameters(command=sys.executable, args=["-m", "web.mcp"], env=environment, cwd=ROOT)

    async def use() -> tuple[list[str], Any]:
        async with Client(stdio_client(command)) as client:
            tools = [tool.name for tool in (await client.list_tools()).tools]
            return tools, await client.call_tool("search", {"query": "园区巴士"})

    tools, found = run_apart(use())
    assert tools == ["ask", "search", "read_document"]
    assert [each["source"] for each in found.structured_content["passages"]] == ["fee.md"]


def test_a_wrong_setting_is_named_and_the_command_ends(tmp_path: Path) -> None:
    ended = called("web.mcp", ASSISTANT_DATA_DIR=str(tmp_path), ASSISTANT_OCR="maybe")
    assert ended.returncode == 1 and "ASSISTANT_OCR" in ended.stderr and not ended.stdout
