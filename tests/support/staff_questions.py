"""Questions put to the center as the page does, kept with what was read for them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from records import Exchange
from web.chat.feedback import to_exchange
from web.staff.context import StaffContext


def asked(room: StaffContext, question: str, days: float = 0, **changes: object) -> Exchange:
    """Asks a question so many days ago; gives it as it is kept, with some things changed."""
    moment = datetime.now(UTC) - timedelta(days)
    answer = replace(room.bot.answer(question), id=uuid4().hex, asked_at=moment)
    exchange = replace(to_exchange(answer, "zh"), **changes)  # type: ignore[arg-type]
    room.records.keep(exchange)
    return exchange
