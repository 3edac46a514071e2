"""What people did: their questions with the outcomes, how useful the answers were, and who asked for a person."""

from __future__ import annotations

from records.database import RecordsUnavailable
from records.exchanges import CitedSource, Exchange, Filter, PersonRequest, Rating, Reason
from records.opening import WrongRecordsUrl
from records.records import Records, Unknown, open_records

__all__ = [
    "CitedSource",
    "Exchange",
    "Filter",
    "PersonRequest",
    "Rating",
    "Reason",
    "Records",
    "RecordsUnavailable",
    "Unknown",
    "WrongRecordsUrl",
    "open_records",
]
