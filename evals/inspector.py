"""Eval of the MCP server by the official inspector, over HTTP and as a command.

The inspector and the Node that it needs are installed once into `data/peers/inspector`; they are in no lock.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from evals.faults.flood import app
from evals.results import ROOT, Cell, Report, Table

PACKAGES = ("node@22.23.3", "@modelcontextprotocol/inspector@2.12.0")
PLACE = ROOT / "data" / "peers" / "inspector"
PATIENCE, INSTALL_SECONDS = 180, 1_800
SHOWN = 300
"""Characters shown of an output without what was wanted."""
GUIDE = "---\ntitle: 备案指南\nkind: guide\nlanguage: zh\n---\n# 备案指南\n\n发改委境外投资备案需要7个工作日。\n"
QUESTION, FIGURE = "发改委境外投资备案要几天？", "7个工作日"
URI = "qiantang://documents/guide.md"
NOTE = (
    f"{PACKAGES[1]} in its mode for the command line, on an app with one guide: over HTTP at /mcp, and with"
    " `python -m web.mcp` as a program of its own. tools/list is asked with --strict, which fails for a schema"
    " that other clients would not read."
)


@dataclass(frozen=True)
class Call:
    """A call of the inspector: its name, arguments, and words that must come back."""

    name: str
    arguments: tuple[str, ...]
    wanted: tuple[str, ...]


def call_tool(tool: str, argument: str, *wanted: str) -> Call:
    """Returns the call of a tool with one argument, such as `query=VAT`."""
    return Call(f"tools/call {tool}", ("tools/call", "--tool-name", tool, "--tool-arg", argument), wanted)


CALLS = (
    Call("tools/list", ("tools/list", "--strict"), ("ask", "search", "read_document")),
    call_tool("ask", f"question={QUESTION}", FIGURE, '"answered"', "guide.md"),
    call_tool("search", "query=境外投资备案", FIGURE, "guide.md"),
    call_tool("read_document", "source=guide.md", FIGURE),
    Call("resources/list", ("resources/list",), (URI,)),
    Call("resources/read", ("resources/read", "--uri", URI), (FIGURE,)),
)


def tables(_: Path, report: Report) -> list[Table]:
    """Returns what came of each call over HTTP and over standard input and output.

    Raises RuntimeError if the inspector cannot be installed.
    """
    install(report)
    with TemporaryDirectory() as place:
        (knowledge := Path(place) / "knowledge").mkdir()
        (knowledge / "guide.md").write_text(GUIDE, encoding="utf-8")
        data = Path(place) / "data"
        own = {"ASSISTANT_KNOWLEDGE_DIR": str(knowledge), "ASSISTANT_DATA_DIR": str(data)}
        with app(knowledge, DATA_DIR=str(data)) as (_process, port):
            ways = {"HTTP": (f"http://127.0.0.1:{port}/mcp", "--transport", "http"), "stdio": stdio(own)}
            rows: list[dict[str, Cell]] = []
            for way, server in ways.items():
                for call in CALLS:
                    report(f"{way}: {call.name}")
                    rows.append({"way": way, "call": call.name, **run_call([str(inspector())], server, call)})
    return [Table("The MCP server in the inspector", rows, NOTE)]


def stdio(environment: Mapping[str, str]) -> Sequence[str]:
    """Returns the arguments with which the inspector starts the server itself."""
    given = [part for name, value in environment.items() for part in ("-e", f"{name}={value}")]
    return [sys.executable, "-m", "web.mcp", "--transport", "stdio", "--cwd", str(ROOT), *given]


def run_call(program: Sequence[str], server: Sequence[str], call: Call) -> dict[str, Cell]:
    """Returns whether a call brings what is wanted, and its seconds with the start."""
    command = [*program, "--cli", *server, "--connect-timeout", str(1000 * PATIENCE), "--method", *call.arguments]
    path = f"{inspector().parent}{os.pathsep}{os.environ.get('PATH', '')}"
    started = time.monotonic()
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, env=os.environ | {"PATH": path}, check=False, timeout=PATIENCE
        )
        is_right = done.returncode == 0 and all(each in done.stdout for each in call.wanted)
        came = "as wanted" if is_right else f"exit code {done.returncode}: {(done.stdout + done.stderr)[:SHOWN]}"
    except subprocess.TimeoutExpired:
        came = f"nothing in {PATIENCE} s"
    return {"came": came, "seconds": round(time.monotonic() - started, 1)}


def inspector() -> Path:
    """Returns the place of the installed program."""
    return PLACE / "node_modules" / ".bin" / "mcp-inspector"


def install(report: Report) -> None:
    """Installs the inspector unless it is there.

    Raises RuntimeError if npm is missing or fails.
    """
    installed, wanted = PLACE / "installed.txt", "\n".join(PACKAGES)
    if installed.exists() and installed.read_text(encoding="utf-8") == wanted:
        return
    report(f"the inspector is installed into {PLACE} (once; some minutes)")
    PLACE.mkdir(parents=True, exist_ok=True)
    command = ["npm", "install", "--no-fund", "--no-audit", "--prefix", str(PLACE), *PACKAGES]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=INSTALL_SECONDS)
    except FileNotFoundError:
        raise RuntimeError("npm is needed: apt-get install npm") from None
    if done.returncode:
        raise RuntimeError(f"npm could not install {wanted}: {done.stderr[-600:]}")
    installed.write_text(wanted, encoding="utf-8")
