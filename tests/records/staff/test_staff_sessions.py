"""The staff pages remember what they must, on SQLite and on PostgreSQL."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from records import Records
from records.models import now
from records.tables import SessionRow


def test_a_value_is_replaced_and_removed(records: Records) -> None:
    desk = records.desk
    assert desk.value("password") == ""
    desk.set_value("password", "a")
    desk.set_value("password", "b")
    assert desk.value("password") == "b"
    desk.set_value("password", "")
    assert desk.value("password") == ""


def test_who_holds_a_token_is_known_until_it_expires_or_is_given_back(records: Records) -> None:
    desk, later = records.desk, now() + timedelta(hours=1)
    desk.sign_in("token-a", "王芳", later)
    desk.sign_in("token-b", "Li", later)
    desk.sign_in("token-old", "Li", now() - timedelta(seconds=1))
    assert [desk.find_owner(token) for token in ("token-a", "token-b", "token-old", "", "x")] == [
        "王芳",
        "Li",
        "",
        "",
        "",
    ]
    desk.sign_out("token-a")
    assert [desk.find_owner(token) for token in ("token-a", "token-b")] == ["", "Li"]
    desk.sign_out()
    assert desk.find_owner("token-b") == ""


def test_the_token_itself_is_not_kept(records: Records) -> None:
    desk = records.desk
    desk.sign_in("token-a", "Li", now() + timedelta(hours=1))
    with records.database.session() as session:
        assert "token-a" not in session.scalars(select(SessionRow.key)).one()
