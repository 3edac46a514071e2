"""The inspector is asked for all that the MCP server offers, and what does not come counts as missing."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any, cast

import pytest

from evals.inspector import CALLS, Call, run_call, stdio
from tests.support.apart import run_apart
from web.mcp.server import AssistantServer

PROGRAM = "import sys; print('brought', *sys.argv[1:]); sys.exit('bad' in sys.argv)"


def test_each_tool_and_each_way_to_the_resources_is_called() -> None:
    tools = run_apart(AssistantServer(cast(Any, None)).list_tools())
    wanted = {f"tools/call {tool.name}" for tool in tools} | {"tools/list", "resources/list", "resources/read"}
    assert {call.name for call in CALLS} == wanted and all(call.wanted for call in CALLS)


@pytest.mark.parametrize(
    ("arguments", "wanted", "came"),
    [
        (("good",), ("brought", "http://x/mcp", "--method good"), "as wanted"),
        (("good",), ("brought", "7"), "exit code 0: brought --cli http://x/mcp "),
        (("bad",), ("brought",), "exit code 1: brought --cli http://x/mcp "),
    ],
)
def test_a_call_is_right_only_if_it_succeeds_and_brings_what_is_wanted(
    tmp_path: Path, arguments: tuple[str, ...], wanted: tuple[str, ...], came: str
) -> None:
    (program := tmp_path / "program.py").write_text(PROGRAM, encoding="utf-8")
    row = run_call([sys.executable, str(program)], ["http://x/mcp"], Call("call", arguments, wanted))
    assert str(row["came"]).startswith(came) and float(row["seconds"]) >= 0


def test_the_inspector_starts_the_command_on_the_folders_of_the_app() -> None:
    given = stdio({"ASSISTANT_DATA_DIR": "/data"})
    assert given[1:3] == ["-m", "web.mcp"] and given[-2:] == ["-e", "ASSISTANT_DATA_DIR=/data"]
