"""Command `move`: takes the vectors of an embedded installation to a Chroma server, and back."""

from __future__ import annotations

import argparse
import sys

from ingest.watcher import WatchedLibrary
from store.index import IndexLockedError
from store.transfer.moving import move_vectors
from store.vector_worker import chroma_server

FILES = "files"
"""Value of `--to` for files of this machine."""


def add_move(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds the command to those of `python -m ingest`."""
    own = commands.add_parser("move", help="move the vectors to a Chroma server, or back into files")
    own.add_argument("--to", required=True, metavar="URL", help=f"address of the server, or `{FILES}`")
    own.set_defaults(command=move, knowledge=None)


def move(library: WatchedLibrary, options: argparse.Namespace) -> int:
    """Moves the vectors and says which setting names their new place. Raises IndexLockedError, SettingsError."""
    if not library.held.owned:
        raise IndexLockedError("The app or another command is running on this data folder. Stop it first.")
    url = "" if options.to == FILES else options.to
    server = chroma_server(library.settings.model_copy(update={"chroma_url": url}))
    if server == library.index.vectors.server:
        print("The vectors are there already.", file=sys.stderr)
        return 0

    def tell(done: int, total: int) -> None:
        if sys.stderr.isatty():
            print(f"\r\033[K{done} of {total} vectors", end="\n" if done == total else "", file=sys.stderr, flush=True)

    count = move_vectors(library.index, server, tell)
    print(f"Moved {count} vectors. Before you start the app, set ASSISTANT_CHROMA_URL={url}")
    return 0
