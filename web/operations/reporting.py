"""Logs errors in page events; Gradio would print them with their whole text."""

from __future__ import annotations

import inspect
import logging
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any

import gradio as gr

LOG = logging.getLogger(__name__)


class Reporting:
    """Wraps event handlers: errors are logged, not printed."""

    def __init__(self, handlers: object) -> None:
        self.handlers = handlers

    def __getattr__(self, name: str) -> Any:
        return reporting(getattr(self.handlers, name))


def reporting(handler: Callable[..., Any]) -> Callable[..., Any]:
    """Wraps a handler: logs its errors, and shows only a general failure."""
    if inspect.isgeneratorfunction(handler):

        @wraps(handler)
        def steps(*given: Any, **named: Any) -> Generator[Any, Any, Any]:
            with report_errors(handler.__name__):
                return (yield from handler(*given, **named))

        return steps

    @wraps(handler)
    def whole(*given: Any, **named: Any) -> Any:
        with report_errors(handler.__name__):
            return handler(*given, **named)

    return whole


@contextmanager
def report_errors(name: str) -> Iterator[None]:
    """Logs an error in the block under the name of its handler.

    Raises gr.Error if the block fails: that of the block itself, or else one without text.
    """
    try:
        yield
    except gr.Error:
        raise
    except Exception:
        LOG.exception("The page could not handle %s.", name)
        raise gr.Error("", visible=False, print_exception=False) from None
