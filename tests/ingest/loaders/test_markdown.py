"""Front matter and comments are no part of the text."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.loaders.markdown import read_markdown, split_front_matter


@pytest.mark.parametrize(
    ("text", "yaml", "body"),
    [
        ("---\ntitle: a\n---\nbody\n", "title: a\n", "body\n"),
        ("\ufeff---\r\ntitle: a\r\n---\r\nbody", "title: a\r\n", "body"),
        ("---\ntitle: a\n...\nbody", "title: a\n", "body"),
        ("---\n---\nbody", "", "body"),
        ("---\ntitle: a\n---", "title: a\n", ""),
        ("body\n---\nnot: yaml\n---\n", "", "body\n---\nnot: yaml\n---\n"),
        ("---\nnever closed\n", "", "---\nnever closed\n"),
        ("---\nsummary: a --- b\n---\nbody", "summary: a --- b\n", "body"),
    ],
)
def test_front_matter_ends_at_the_next_line_of_dashes(text: str, yaml: str, body: str) -> None:
    assert split_front_matter(text) == (yaml, body)


def test_the_body_is_read_without_front_matter_and_comments(tmp_path: Path) -> None:
    path = tmp_path / "guide.md"
    path.write_text(
        "---\ntitle: 指南\n---\n\n# 备案\n\n<!-- check\nthis -->\n- 一\n- 二\n\n| a | b |\n| --- | --- |\n| 1 | 2 |\n"
    )
    loaded = read_markdown(path)
    assert loaded.text == "# 备案\n\n- 一\n- 二\n\n| a | b |\n| --- | --- |\n| 1 | 2 |"
    assert loaded.quality.tables == 1
    assert loaded.quality.characters == len(loaded.text)
