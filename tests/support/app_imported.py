"""Imports what the app imports once it is started, for the process that apps of tests are forked from."""

from __future__ import annotations

from web.gradio_stubs import skip_stubs

skip_stubs()

import app  # noqa: E402, F401
import web.alerts.courier  # noqa: E402
import web.app  # noqa: E402
import web.operations.watching  # noqa: E402
import web.staff.context  # noqa: E402, F401
