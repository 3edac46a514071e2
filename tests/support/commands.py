"""Commands that run in this process: what a subprocess takes seconds for, a call does at once."""

from __future__ import annotations

import gc
import io
import os
import sys
from contextlib import redirect_stderr, redirect_stdout
from importlib import import_module
from subprocess import CompletedProcess
from unittest.mock import patch


def called(name: str, *arguments: str, **settings: str) -> CompletedProcess[str]:
    """What `python -m NAME` would do in an environment with these settings only, such as `ASSISTANT_DATA_DIR`."""
    main = import_module(f"{name}.__main__").main
    own = {each: value for each, value in os.environ.items() if not each.startswith(("ASSISTANT_", "OPENAI_"))}
    out, errors = io.StringIO(), io.StringIO()
    with (
        patch.dict(os.environ, own | settings, clear=True),
        patch.object(sys, "argv", [f"python -m {name}", *arguments]),
        redirect_stdout(out),
        redirect_stderr(errors),
    ):
        try:
            code = main()
        except SystemExit as ended:
            code = int(ended.code or 0)
    # why: what asked the index of this very process lets go here; in the thread that serves it, it would wait forever
    gc.collect()
    return CompletedProcess([name, *arguments], code, out.getvalue(), errors.getvalue())
