"""The list of documents knows the bases of guides, and notices when they change."""

from __future__ import annotations

from web.staff.context import StaffContext
from web.staff.documents.overview import Shelf

SOURCE = "outbound/filing.zh.md"
GUIDE = """---
title: 备案指南
kind: guide
issuer: 示例机关
reviewed_on: 2026-11-24
review_by: 2030-05-24
---
# 备案指南

企业要备案。[^sample-2026 第2条]
"""


def codes(shelf: Shelf) -> list[str]:
    return [problem.text.code for problem in shelf.problems()[SOURCE]]


def test_a_basis_is_unknown_until_it_is_in_a_list(room: StaffContext) -> None:
    folder = room.settings.knowledge_dir
    (folder / SOURCE).parent.mkdir(exist_ok=True)
    (folder / SOURCE).write_text(GUIDE, encoding="utf-8")
    room.library.sync()
    shelf = Shelf(room)
    assert codes(shelf) == ["bases.unknown"]
    (folder / "outbound/bases.yaml").write_text("- {id: sample-2026, title: {zh: 示例办法}}", encoding="utf-8")
    assert codes(shelf) == []
