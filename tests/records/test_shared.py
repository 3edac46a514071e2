"""What one of several processes writes into their database, the others see within seconds."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from records import Notice, Off, Records, Role, Scope, open_records
from records.models import now
from tests.records.conftest import come_true
from tests.records.staff.test_curated_answers import ANSWER
from tests.support.postgresql import Cluster

SEEN_SECONDS = 10.0
"""Seconds within which a change is seen: two, and a busy machine."""
NOTICE = Notice({"en": "Closed."}, now(), now() + timedelta(hours=1))
CHANGES: dict[str, tuple[Callable[[Records], object], Callable[[Records], object]]] = {
    "pause": (
        lambda records: records.announcing.pause(Off("王芳", "维护")),
        lambda records: records.announcing.off,
    ),
    "notice": (
        lambda records: records.announcing.announce(NOTICE),
        lambda records: records.announcing.notice,
    ),
    "curated answer": (
        lambda records: records.curated.keep(ANSWER),
        lambda records: records.curated.current(),
    ),
    "sign-in": (
        lambda records: records.desk.sign_in("token", "王芳", now() + timedelta(hours=1)),
        lambda records: records.desk.find_owner("token"),
    ),
    "account": (
        lambda records: records.accounts.add("王芳", Role.EDITOR, "", "boss"),
        lambda records: records.accounts.read_all(),
    ),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_by_one_process_holds_in_another(cluster: Cluster, tmp_path: Path, name: str) -> None:
    change, see = CHANGES[name]
    url = cluster.new_database()
    with open_records(url, 180, tmp_path / "a") as one, open_records(url, 180, tmp_path / "b") as other:
        assert not see(other)
        change(one)
        come_true(lambda: bool(see(other)), SEEN_SECONDS)


def test_a_key_that_one_process_revokes_is_refused_by_another(cluster: Cluster, tmp_path: Path) -> None:
    url = cluster.new_database()
    with open_records(url, 180, tmp_path / "a") as one, open_records(url, 180, tmp_path / "b") as other:
        made, secret = one.api_keys.create("portal", [Scope.ASK], 30, "王芳")
        come_true(lambda: other.api_keys.find(secret) is not None, SEEN_SECONDS)
        one.api_keys.revoke(made.id, "王芳")
        come_true(lambda: other.api_keys.find(secret) is None, SEEN_SECONDS)
