"""A clerk who has never seen the room gets by in it without help, from the first password to the figures."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from store.embeddings import Embedder
from store.vector_worker import Supervisor
from tests.support.scripted import Visitor
from tests.web.staff.conftest import Center, opened
from tests.web.staff.samples import FOLDER
from tests.web.staff.walking import EXPIRING, Clerk

pytestmark = pytest.mark.browser


@pytest.fixture
def center(tmp_path: Path, embedder: Embedder) -> Iterator[Center]:
    files = {f"outbound/fairs.{language}.md": text for language, text in EXPIRING.items()}
    with opened(tmp_path, embedder, FOLDER | files, vectors=Supervisor) as center:
        yield center


@pytest.mark.parametrize(("locale", "width"), [("zh-CN", 390), ("en-GB", 1280)])
def test_a_clerk_who_has_never_seen_it_needs_no_help(
    center: Center, visitor: Visitor, tmp_path: Path, locale: str, width: int
) -> None:
    page, chat = visitor(locale, width).new_page(), visitor(locale).new_page()
    Clerk(center, page, locale[:2], tmp_path / "papers", lambda name: None).walk(chat)
