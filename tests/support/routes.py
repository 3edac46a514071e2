"""Routes of the staff app, worked out once: FastAPI reads the signature of each of some 150 handlers anew for each app.

Some 750 tests build one, and that takes 0.12 s of a core. A handler that was defined in the same place has the same
signature, so a route takes over what was found for an earlier one, with its own handler.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from inspect import unwrap
from typing import Any

import pytest
from fastapi import routing


@contextmanager
def remembering_routes() -> Iterator[None]:
    """While it lasts, a route without dependencies is worked out once for each place in the code and path."""
    found = dict[tuple[object, ...], dict[str, Any]]()
    work_out = routing._populate_api_route_state

    def remembered(route: Any, path: str, endpoint: Any, **options: Any) -> None:
        written = unwrap(endpoint)
        given = {**options, "form_limits": getattr(route, "form_limits", None), "defaults": written.__defaults__}
        key = (written.__code__, path, type(route), repr(sorted(given.items())))
        if known := found.get(key):
            own = replace(known["dependant"], call=endpoint)
            route.__dict__.update(known | {"endpoint": endpoint, "dependant": own})
            return
        work_out(route, path, endpoint, **options)
        if not route.dependant.dependencies:  # another handler may depend on something of its own app
            found[key] = dict(route.__dict__)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(routing, "_populate_api_route_state", remembered)
        yield
