"""A key is shown once and kept as a digest; it is found until it is revoked, also while the database is away."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from records import Records, RecordsUnavailableError, Scope, UnknownRecordError


def test_a_key_is_found_by_its_text_of_which_only_a_digest_is_kept(records: Records) -> None:
    made, secret = records.api_keys.create("portal", [Scope.SEARCH, Scope.ASK], 30, "王芳")
    assert records.api_keys.find(secret) == made
    assert made.scopes == (Scope.ASK, Scope.SEARCH) and secret.startswith(made.start)
    assert records.api_keys.find(f"{secret}x") is None and records.api_keys.find("") is None
    with records.database.session() as session:
        kept = str(session.execute(text("SELECT * FROM api_keys")).all())
    assert secret not in kept and secret[len(made.start) :] not in kept


def test_a_revoked_key_is_refused_at_once_and_stays_in_the_list(records: Records) -> None:
    made, secret = records.api_keys.create("portal", [Scope.ASK], 30, "王芳")
    records.api_keys.revoke(made.id, "李雷")
    records.api_keys.revoke(made.id, "somebody else")
    assert records.api_keys.find(secret) is None
    (one,) = records.api_keys.read_all()
    assert one.revoked_by == "李雷" and one.revoked_at
    with pytest.raises(UnknownRecordError, match="no API key"):
        records.api_keys.one(made.id + 1)


def test_the_last_use_is_noted_once_a_minute(records: Records) -> None:
    made, _ = records.api_keys.create("portal", [Scope.ASK], 30, "王芳")
    records.api_keys.note_use(made)
    first = records.api_keys.one(made.id)
    records.api_keys.note_use(first)
    records.api_keys.note_use(made)
    assert first.last_used_at and records.api_keys.one(made.id) == first


def test_a_known_key_goes_on_while_the_database_is_away(records: Records, monkeypatch: pytest.MonkeyPatch) -> None:
    made, secret = records.api_keys.create("portal", [Scope.ASK], 30, "王芳")

    def away() -> None:
        raise RecordsUnavailableError("The records cannot be reached.")

    with monkeypatch.context() as patch:
        patch.setattr(records.database, "make_where_missing", away)
        with pytest.raises(RecordsUnavailableError):
            records.api_keys.find(secret)
        records.api_keys.note_use(made)
    records.api_keys.current.forget()
    assert records.api_keys.find(secret)
    monkeypatch.setattr(records.database, "make_where_missing", away)
    records.api_keys.current.read_at = 0.0
    assert records.api_keys.find(secret)
