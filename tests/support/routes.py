"""Routes of apps, worked out once: FastAPI reads the signature of each of some 150 handlers anew for each app.

Some 1,500 tests build one, and that takes 0.12 s of a core. A handler that was defined in the same place has the same
signature, so a route takes over what was found for an earlier one, with its own handler. Of an app that is gone nothing
is kept: some hundred apps are more waste to look through than all else that tests leave.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from inspect import unwrap
from typing import Any

import pytest
from fastapi import routing
from fastapi.dependencies import models

OWN = "dependency_overrides_provider"
"""The option that names the app of a route."""


@contextmanager
def remembering_routes() -> Iterator[None]:
    """While it lasts, a route without dependencies is worked out once for each place in the code and path."""
    found = dict[tuple[object, ...], dict[str, Any]]()
    work_out = routing._populate_api_route_state

    def remembered(route: Any, path: str, endpoint: Any, **options: Any) -> None:
        written = unwrap(endpoint)
        given = {**options, "form_limits": getattr(route, "form_limits", None), "defaults": written.__defaults__}
        own = {OWN: given.pop(OWN, None)}
        key = (written.__code__, path, type(route), repr(sorted(given.items())))
        if known := found.get(key):
            own |= {"endpoint": endpoint, "dependant": replace(known["dependant"], call=endpoint)}
            route.__dict__.update(known | own)
            return
        work_out(route, path, endpoint, **options)
        if not route.dependant.dependencies:  # another handler may depend on something of its own app
            nobodys = {"endpoint": None, "dependant": replace(route.dependant, call=None), OWN: None}
            found[key] = route.__dict__ | nobodys

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(routing, "_populate_api_route_state", remembered)
        yield


def forget_handlers() -> None:
    """Lets go of handlers, and their apps, that FastAPI keeps to know them again: the last 4,096."""
    for kept in (
        models._is_gen_callable_cached,
        models._is_async_gen_callable_cached,
        models._is_coroutine_callable_cached,
    ):
        kept.cache_clear()
