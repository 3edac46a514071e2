"""Whether questions can be answered is said also while what would answer them is away."""

from __future__ import annotations

from pathlib import Path

from ingest.sync.progress import Progress
from records import open_records
from store.index import CatalogUnavailableError
from text.messages import message
from web.operations.readiness import Watched


def test_without_its_database_server_the_service_is_not_ready_and_says_that_the_search_fails(tmp_path: Path) -> None:
    def chunks() -> int:
        raise CatalogUnavailableError(message("catalog.server_away", error="refused"))

    with open_records("", 180, tmp_path) as records:
        found = Watched(Progress, chunks, records, tmp_path, tmp_path).check()
    assert not found.is_ready and found.reasons == ("search_fails",)
