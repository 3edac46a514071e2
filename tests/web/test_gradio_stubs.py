"""Gradio starts without writing type stubs."""

from __future__ import annotations

import subprocess
import sys

from gradio import Button, component_meta

from tests.conftest import ROOT


def test_gradio_writes_no_stubs_and_its_components_have_their_events() -> None:
    component_meta.create_or_modify_pyi(int, "int", [])  # Gradio's own looks for the source, which `int` has not
    assert callable(Button.click)


def test_gradio_starts_without_the_mcp_library_which_only_our_server_needs() -> None:
    code = "from web.gradio_stubs import skip_stubs; skip_stubs(); import gradio, sys; print('mcp' in sys.modules)"
    told = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert told.stdout.split() == ["False"]
