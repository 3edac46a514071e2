"""Staff are told once what waits for them, without anybody's personal data, and also after the server was away."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from records import CuratedAnswer, CuratedText, Draft, DraftKind, Exchange, PersonRequest
from settings import Settings, SettingsError
from store.embeddings import Embedder
from store.index import Failure
from tests.web.alerts.mail_server import Mailbox, mailbox
from tests.web.alerts.robot import robot
from tests.web.staff.conftest import stocked
from text.messages import message
from web.alerts.__main__ import main
from web.alerts.courier import Courier, open_courier, receivers
from web.staff.context import StaffContext

TODAY = datetime.now().astimezone().replace(hour=9, minute=0)
MONDAY = TODAY - timedelta(TODAY.weekday())
EARLY = MONDAY.replace(hour=7)
"""Before the digest of the week is written."""
LAW = "---\ntitle: Law on fees\nstatus: in_force\neffective_to: {}\n---\n\nThe fee is 5 yuan.\n"


@contextmanager
def told(
    place: Path, embedder: Embedder, box: Mailbox, files: dict[str, str] | None = None, **more: Any
) -> Iterator[tuple[StaffContext, Courier]]:
    """A room whose alerts go to a mailbox, in English."""
    given: dict[str, Any] = {
        "alert_emails": ("clerk@center.example",),
        "alert_language": "en",
        "smtp_url": f"smtp://name:hush@127.0.0.1:{box.port}",
        "smtp_from": "assistant@center.example",
        "public_url": "https://assistant.example/",
    }
    with stocked(place, embedder, files or {"a.md": "# A\n\nThe form is green.\n"}, **given | more) as room:
        courier = open_courier(room.settings, room)
        assert courier
        yield room, courier


def ask(room: StaffContext, identity: str) -> None:
    room.records.keep(Exchange(identity, "secret question", "not_in_knowledge_base"))
    consent = datetime.now(UTC)
    room.records.ask_person(PersonRequest(identity, "Li Lei", "13800001111", consent, note="secret note"))


def bodies(box: Mailbox) -> list[str]:
    return [each.get_content() for each in box.mails]


def test_a_waiting_request_is_told_once_with_a_link_and_without_personal_data(
    tmp_path: Path, embedder: Embedder
) -> None:
    with mailbox() as box, told(tmp_path, embedder, box) as (room, courier):
        ask(room, "1" * 32)
        courier.run(EARLY)
        courier.run(EARLY)
        (mail,) = box.mails
        assert mail["Subject"] == "Qiantang Assistant: New requests for a person: 1"
        assert "https://assistant.example/staff/asked/requests" in mail.get_content()
        assert not any(word in mail.as_string() for word in ("Li Lei", "1380000", "secret"))
        ask(room, "2" * 32)
        courier.run(EARLY)
        assert "People waiting for a reply: 2" in bodies(box)[-1]


def test_failed_files_and_coming_expiries_are_told_once_and_together(tmp_path: Path, embedder: Embedder) -> None:
    ends = EARLY.date() + timedelta(20)
    files = {f"{number}.md": LAW.format(ends) for number in range(2)}
    files |= {"later.md": LAW.format(EARLY.date() + timedelta(40)), "empty.md": ""}
    with mailbox() as box, told(tmp_path, embedder, box, files) as (room, courier):
        courier.run(EARLY)
        courier.run(EARLY + timedelta(minutes=30))
        failed, ending = bodies(box)
        assert "empty.md: " in failed and "/staff/folder" in failed
        assert "Law on fees (0.md)" in ending and "1.md" in ending and "later.md" not in ending
        reason = message("file.not_read", error="x"), message("file.tell_developers")
        room.index.note_failure(Failure("b.md", "", *reason))
        courier.run(EARLY)
        assert "b.md" in bodies(box)[-1] and "empty.md" not in bodies(box)[-1]


def test_an_answer_of_the_center_that_ends_soon_is_told_once_and_in_the_week(
    tmp_path: Path, embedder: Embedder
) -> None:
    with mailbox() as box, told(tmp_path, embedder, box) as (room, courier):
        for identity, days in (("soon", 20), ("later", 60), ("over", -8)):
            text = CuratedText("en", f"Which stamp, {identity}?", "The red one.")
            room.records.curated.keep(CuratedAnswer(identity, EARLY.date() + timedelta(days), (text,), ()))
        courier.run(EARLY)
        courier.run(EARLY + timedelta(minutes=30))
        (ending,) = bodies(box)
        assert "Which stamp, soon?" in ending and "later" not in ending and "over" not in ending
        assert "/staff/curated" in ending
        courier.run(MONDAY.replace(hour=8))
        assert "Curated answers that end within 30 days: 1" in bodies(box)[-1]


def test_what_waits_for_an_approver_is_told_once_and_again_when_it_was_changed(
    tmp_path: Path, embedder: Embedder
) -> None:
    with mailbox() as box, told(tmp_path, embedder, box) as (room, courier):
        draft = Draft(DraftKind.ANSWER, "Which stamp?", {"until": ""}, "Editor Li")
        room.records.drafts.add(draft)
        courier.run(EARLY)
        courier.run(EARLY + timedelta(minutes=30))
        (waiting,) = box.mails
        assert waiting["Subject"] == "Qiantang Assistant: Changes that wait for approval: 1 new"
        assert "/staff/approvals" in waiting.get_content() and "Editor Li" not in waiting.as_string()
        room.records.drafts.give_back(draft.id, "Too short.", "Approver Fang")
        courier.run(EARLY + timedelta(minutes=40))
        assert len(box.mails) == 1, "it is its author's turn"
        room.records.drafts.send_again(draft)
        courier.run(EARLY + timedelta(minutes=50))
        assert len(box.mails) == 2


def test_the_week_is_told_on_monday_morning_with_links(tmp_path: Path, embedder: Embedder) -> None:
    with mailbox() as box, told(tmp_path, embedder, box) as (room, courier):
        for number, outcome in enumerate(("answered", "partly_answered", "not_in_knowledge_base")):
            room.records.keep(Exchange(f"{number}" * 32, "q", outcome, asked_at=MONDAY - timedelta(days=3)))
        courier.run(EARLY)
        assert box.mails == []
        for moment in (MONDAY.replace(hour=8), MONDAY + timedelta(days=2)):
            courier.run(moment)
        (week,) = bodies(box)
        assert "Questions: 3, answered: 2" in week
        assert all(f"https://assistant.example/staff/{page}" in week for page in ("gaps", "validity", "figures"))


def test_nothing_is_lost_while_the_server_is_away_and_no_log_names_a_secret(
    tmp_path: Path, embedder: Embedder, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    with mailbox() as box, told(tmp_path, embedder, box) as (room, courier):
        box.refuses = "451 name hush clerk@center.example"
        ask(room, "1" * 32)
        courier.run(EARLY)
        courier.run(EARLY + timedelta(seconds=90))
        assert box.mails == [] and courier.outbox.count() == 1
        assert [each.levelname for each in caplog.records if "cannot be delivered" in each.message] == ["WARNING"]
        box.refuses = ""
        again = open_courier(room.settings, room)  # after a restart
        assert again
        again.run(EARLY + timedelta(minutes=10))
        assert len(box.mails) == 1 and again.outbox.count() == 0
    assert "hush" not in caplog.text and "clerk@" not in caplog.text


def test_a_receiver_that_is_away_does_not_delay_the_others(tmp_path: Path, embedder: Embedder) -> None:
    with robot("feishu") as known, mailbox() as box:
        box.refuses = "451 not now"
        hook: dict[str, Any] = {"webhook_kind": "feishu", "webhook_url": known.url}
        with told(tmp_path, embedder, box, **hook) as (room, courier):
            ask(room, "1" * 32)
            courier.run(EARLY)
            assert ["requests for a person" in each["content"]["text"] for each in known.bodies] == [True]
            assert courier.outbox.count() == 1


def test_without_receivers_nobody_is_told_and_half_a_setting_is_refused() -> None:
    def given(**more: Any) -> Settings:
        return Settings(_env_file=None, **more)

    assert receivers(given()) == {}
    half: dict[str, Any] = {"alert_emails": ("a@b.example",)}
    for each in (half, half | {"smtp_url": "smtp://mail.example"}):
        with pytest.raises(SettingsError, match="ASSISTANT_SMTP"):
            receivers(given(**each))
    with pytest.raises(SettingsError, match="ASSISTANT_WEBHOOK_URL"):
        receivers(given(webhook_url="key=1"))


def test_the_command_tells_whether_the_settings_work(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main() == 1
    with mailbox() as box:
        monkeypatch.setenv("ASSISTANT_ALERT_EMAILS", "a@b.example, c@d.example")
        monkeypatch.setenv("ASSISTANT_SMTP_URL", f"smtp://127.0.0.1:{box.port}")
        monkeypatch.setenv("ASSISTANT_SMTP_FROM", "assistant@center.example")
        assert main() == 0
        assert box.receivers == ["a@b.example", "c@d.example"]
        box.refuses = "550 no"
        assert main() == 1
    assert "SMTPSenderRefused 550" in capsys.readouterr().err
