"""All commands of the assistant under one name, and a copy of its guides."""

from __future__ import annotations

import argparse
import shutil
import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path

PLACES = ("qiantang_guides", "knowledge")
"""Folders beside this file that may hold the guides.

The first one in an installed package, the second one in the repository.
"""
SHELLS = ("bash", "zsh", "tcsh")
GROUPS = {
    "ingest": "documents: sync, status, check, doctor, move, backup, restore",
    "records": "questions, ratings, requests for a person",
    "staff": "links for those who cannot sign in to the staff room",
}
"""Commands that have commands of their own; each is that of `python -m NAME`, `staff` that of `web.staff`."""


def main() -> int:
    """Runs one command; returns its exit code."""
    name, *rest = sys.argv[1:] or [""]
    if name in ("ask", "search"):
        return run("bot.__main__", [name, *rest], "qiantang")
    if name in GROUPS:
        return run(module_of(name), rest, f"qiantang {name}")
    options = parser().parse_args()
    command: Callable[[argparse.Namespace], int] = options.command
    return command(options)


def run(module: str, arguments: Sequence[str], prog: str) -> int:
    """Runs the `main` of a module with these arguments; returns its exit code."""
    code: int = import_module(module).main(arguments, prog)
    return code


def module_of(group: str) -> str:
    """Returns the module that holds the commands of a group."""
    return f"{'web.' if group == 'staff' else ''}{group}.__main__"


def parser() -> argparse.ArgumentParser:
    """Returns the parser of all commands.

    It imports them all; `main` runs `ask`, `search` and the groups without it.
    """
    whole = argparse.ArgumentParser("qiantang", description=__doc__)
    commands = whole.add_subparsers(required=True, metavar="COMMAND")
    import_module("bot.__main__").add_commands(commands)
    for name, text in GROUPS.items():
        own = commands.add_parser(name, help=text).add_subparsers(required=True, metavar="COMMAND")
        import_module(module_of(name)).add_commands(own)
    commands.add_parser("serve", help="serve the page").set_defaults(command=serve)
    commands.add_parser("mcp", help="serve programs on standard input and output").set_defaults(command=speak)
    commands.add_parser("alerts", help="send a test alert to each receiver").set_defaults(command=alert)
    guides = commands.add_parser("guides", help="copy the guides that come with the program into a folder")
    guides.add_argument("folder", type=Path, nargs="?", default=Path("knowledge"), help="default: knowledge")
    guides.set_defaults(command=copy_guides)
    completion = commands.add_parser("completion", help="print the completion of a shell")
    completion.add_argument("shell", choices=SHELLS)
    completion.set_defaults(command=complete)
    return whole


def serve(_: argparse.Namespace) -> int:
    """Serves the app; returns 1 if a setting or the machine prevents this."""
    from app import main as serve_app

    return serve_app()


def speak(_: argparse.Namespace) -> int:
    """Serves MCP until standard input ends; returns 1 if it cannot start."""
    from web.mcp.__main__ import main as serve_programs

    return serve_programs()


def alert(_: argparse.Namespace) -> int:
    """Sends a test alert to each receiver; returns 1 if one fails or none is set."""
    from web.alerts.__main__ import main as send_alerts

    return send_alerts()


def copy_guides(options: argparse.Namespace) -> int:
    """Copies the guides; returns 1 if the folder exists.

    It may hold what staff have written.
    """
    from text.messages import message

    source = next(place for name in PLACES if (place := Path(__file__).parent / name).is_dir())
    try:
        shutil.copytree(source, options.folder)
    except FileExistsError:
        print(message("guides.exists", folder=options.folder), file=sys.stderr)
        return 1
    print(message("guides.copied", folder=options.folder))
    return 0


def complete(options: argparse.Namespace) -> int:
    """Prints the completion script for a shell; returns 0."""
    import shtab

    print(shtab.complete(parser(), options.shell))
    return 0


if __name__ == "__main__":
    sys.exit(main())
