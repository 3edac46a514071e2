"""What the staff did can be read and not changed, on SQLite and on PostgreSQL."""

from __future__ import annotations

from datetime import timedelta

from records import AuditEntry, Records
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
