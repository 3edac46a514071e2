"""What people did: their questions with the outcomes, how useful the answers were, and who asked for a person."""

from __future__ import annotations

from records.audit import Audit, AuditEntry
from records.database import RecordsUnavailable
from records.desk import Desk
from records.exchanges import CitedSource, Exchange, Filter, PersonRequest, Rating, ReadPassage, Reason
from records.opening import WrongRecordsUrl
from records.records import Records, Unknown, open_records
from records.statistics import Days, Ratings, Statistics

__all__ = [
    "Audit",
    "AuditEntry",
    "CitedSource",
    "Days",
    "Desk",
    "Exchange",
    "Filter",
    "PersonRequest",
    "Rating",
    "Ratings",
    "ReadPassage",
    "Reason",
    "Records",
    "RecordsUnavailable",
    "Statistics",
    "Unknown",
    "WrongRecordsUrl",
    "open_records",
]
