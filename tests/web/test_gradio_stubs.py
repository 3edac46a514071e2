"""Gradio starts without writing type stubs."""

from __future__ import annotations

from gradio import Button, component_meta


def test_gradio_writes_no_stubs_and_its_components_have_their_events() -> None:
    component_meta.create_or_modify_pyi(int, "int", [])  # Gradio's own looks for the source, which `int` has not
    assert callable(Button.click)
