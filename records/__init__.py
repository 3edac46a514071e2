"""What people did: their questions with the outcomes, how useful the answers were, and who asked for a person."""

from __future__ import annotations

from records.announcing import NOTICE_CHARACTERS, Announcing, Notice, NotStorable, Off
from records.audit import Audit, AuditEntry
from records.curated import CuratedAnswer, CuratedAnswers, CuratedSource, CuratedText
from records.desk import Desk
from records.errors import RecordsUnavailable, Unknown
from records.exchanges import (
    CitedSource,
    Exchange,
    Filter,
    GapState,
    PersonRequest,
    Rating,
    ReadPassage,
    Reason,
    Thumb,
)
from records.gaps import GapNote, Gaps, Unanswered
from records.opening import WrongRecordsUrl
from records.records import Records, open_records
from records.spool import Waiting
from records.statistics import Counts, Days, Ratings, Statistics

__all__ = [
    "NOTICE_CHARACTERS",
    "Announcing",
    "Audit",
    "AuditEntry",
    "CitedSource",
    "Counts",
    "CuratedAnswer",
    "CuratedAnswers",
    "CuratedSource",
    "CuratedText",
    "Days",
    "Desk",
    "Exchange",
    "Filter",
    "GapNote",
    "GapState",
    "Gaps",
    "NotStorable",
    "Notice",
    "Off",
    "PersonRequest",
    "Rating",
    "Ratings",
    "ReadPassage",
    "Reason",
    "Records",
    "RecordsUnavailable",
    "Statistics",
    "Thumb",
    "Unanswered",
    "Unknown",
    "Waiting",
    "WrongRecordsUrl",
    "open_records",
]
