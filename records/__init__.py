"""Records of what people did: questions, outcomes, ratings, requests for a person."""

from __future__ import annotations

from records.engine import WrongRecordsUrlError
from records.errors import NameTakenError, RecordsUnavailableError, UnknownRecordError
from records.models import (
    CitedSource,
    Closing,
    Exchange,
    Filter,
    GapState,
    PartOutcome,
    PersonRequest,
    Rating,
    ReadPassage,
    Reason,
    Thumb,
)
from records.records import Records, open_records
from records.spool.queue import Waiting
from records.staff.accounts import Account, Accounts, Role, fold_name
from records.staff.announcements import NOTICE_CHARACTERS, Announcing, Notice, NotStorableError, Off
from records.staff.api_keys import ApiKey, ApiKeys, Scope, find_orphaned
from records.staff.audit_log import Audit, AuditEntry, AuditFilter
from records.staff.curated_answers import AskedWording, CuratedAnswer, CuratedAnswers, CuratedSource, CuratedText
from records.staff.drafts import Draft, DraftKind, Drafts
from records.staff.hits import Hits
from records.staff.knowledge_gaps import GapNote, Gaps, Unanswered
from records.staff.request_work import RequestWork
from records.staff.staff_sessions import StaffSessions
from records.statistics import Counts, Days, Ratings, Statistics

__all__ = [
    "NOTICE_CHARACTERS",
    "Account",
    "Accounts",
    "Announcing",
    "ApiKey",
    "ApiKeys",
    "AskedWording",
    "Audit",
    "AuditEntry",
    "AuditFilter",
    "CitedSource",
    "Closing",
    "Counts",
    "CuratedAnswer",
    "CuratedAnswers",
    "CuratedSource",
    "CuratedText",
    "Days",
    "Draft",
    "DraftKind",
    "Drafts",
    "Exchange",
    "Filter",
    "GapNote",
    "GapState",
    "Gaps",
    "Hits",
    "NameTakenError",
    "NotStorableError",
    "Notice",
    "Off",
    "PartOutcome",
    "PersonRequest",
    "Rating",
    "Ratings",
    "ReadPassage",
    "Reason",
    "Records",
    "RecordsUnavailableError",
    "RequestWork",
    "Role",
    "Scope",
    "StaffSessions",
    "Statistics",
    "Thumb",
    "Unanswered",
    "UnknownRecordError",
    "Waiting",
    "WrongRecordsUrlError",
    "find_orphaned",
    "fold_name",
    "open_records",
]
