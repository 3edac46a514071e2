"""What the staff did can be read and not changed, on SQLite and on PostgreSQL."""

from __future__ import annotations

from datetime import timedelta
from random import Random
from typing import Any

from records import AuditEntry, AuditFilter, Records
from records.models import now
from records.staff.audit_log import AUDIT_DAYS


def test_entries_come_back_as_they_were_the_newest_first(records: Records) -> None:
    audit = records.audit
    audit.note(AuditEntry("王芳", "document.removed", "outbound/a.md", {"kept": "removed/1", "odd": "a\0b"}))
    audit.note(AuditEntry("王芳", "service.switched", details={"to": "off"}))
    last, first = audit.entries()
    assert (last.action, last.details) == ("service.switched", {"to": "off"})
    assert (first.who, first.subject, first.details["odd"]) == ("王芳", "outbound/a.md", "ab")


def test_entries_are_found_by_action_and_by_subject(records: Records) -> None:
    audit = records.audit
    for number in range(5):
        audit.note(AuditEntry("a", "document.edited", f"{number % 2}.md"))
    audit.note(AuditEntry("a", "signed.in"))
    assert len(audit.entries(["document.edited"])) == 5
    assert len(audit.entries(subject="1.md")) == 2
    assert [each.action for each in audit.entries(limit=1, offset=5)] == ["document.edited"]


def test_entries_are_found_by_who_what_and_when(records: Records) -> None:
    audit, today = records.audit, now().astimezone().date()
    for days, who, action in ((2, "a", "document.edited"), (1, "b", "document.removed"), (0, "b", "signed.in")):
        audit.note(AuditEntry(who, action, at=now() - timedelta(days)))

    def found(**wanted: Any) -> list[str]:
        return [each.action for each in audit.find(AuditFilter(**wanted))]

    assert found(who="b") == ["signed.in", "document.removed"]
    assert found(kind="document.", who="b") == ["document.removed"]
    assert found(actions=("signed.in",)) == ["signed.in"]
    assert found(last=today - timedelta(1)) == ["document.removed", "document.edited"]
    assert found(first=today - timedelta(1), last=today - timedelta(1)) == ["document.removed"]
    assert (audit.names(), audit.actions()) == (["a", "b"], ["document.edited", "document.removed", "signed.in"])


def test_old_entries_go_with_the_next_one(records: Records) -> None:
    audit = records.audit
    audit.note(AuditEntry("a", "old", at=now() - timedelta(AUDIT_DAYS + 1)))
    audit.note(AuditEntry("a", "new"))
    assert [each.action for each in audit.entries()] == ["new"]


def test_the_last_entry_of_a_kind_is_found_for_each_subject(records: Records) -> None:
    audit = records.audit
    for who, action, subject in (
        ("a", "document.added", "1.md"),
        ("b", "document.edited", "1.md"),
        ("c", "document.removed", "2.md"),
        ("d", "curated.changed", "1.md"),
    ):
        audit.note(AuditEntry(who, action, subject))
    assert {subject: entry.who for subject, entry in audit.latest("document.").items()} == {"1.md": "b", "2.md": "c"}


def test_a_long_question_is_a_subject_like_any_other(records: Records) -> None:
    question = "".join(map(chr, Random(7).choices(range(0x20000, 0x2A6DF), k=2_000)))
    records.audit.note(AuditEntry("a", "answer.written", question))
    assert [each.action for each in records.audit.entries(subject=question)] == ["answer.written"]
