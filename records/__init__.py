"""What people did: their questions with the outcomes, how useful the answers were, and who asked for a person."""

from __future__ import annotations

from records.announcing import NOTICE_CHARACTERS, Announcing, Notice, Off
from records.audit import Audit, AuditEntry
from records.curated import CuratedAnswer, CuratedAnswers, CuratedSource, CuratedText
from records.database import RecordsUnavailable
from records.desk import Desk
from records.exchanges import CitedSource, Exchange, Filter, PersonRequest, Rating, ReadPassage, Reason
from records.opening import WrongRecordsUrl
from records.records import Records, Unknown, open_records

__all__ = [
    "NOTICE_CHARACTERS",
    "Announcing",
    "Audit",
    "AuditEntry",
    "CitedSource",
    "CuratedAnswer",
    "CuratedAnswers",
    "CuratedSource",
    "CuratedText",
    "Desk",
    "Exchange",
    "Filter",
    "Notice",
    "Off",
    "PersonRequest",
    "Rating",
    "ReadPassage",
    "Reason",
    "Records",
    "RecordsUnavailable",
    "Unknown",
    "WrongRecordsUrl",
    "open_records",
]
