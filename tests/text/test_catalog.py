"""Catalogs are read from YAML, and languages that do not fit together are refused at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from text.catalog import CatalogError, load_catalog

BOTH = ("zh", "en")


def write(folder: Path, **files: str) -> Path:
    for language, content in files.items():
        (folder / f"{language}.yaml").write_text(content, encoding="utf-8")
    return folder


def test_texts_are_found_by_language_and_key(tmp_path: Path) -> None:
    folder = write(tmp_path, zh="left: 还有 {count} 份", en="left: '{count} are left'")
    assert load_catalog(folder, BOTH) == {"zh": {"left": "还有 {count} 份"}, "en": {"left": "{count} are left"}}


def test_a_section_stands_before_the_keys_of_its_file(tmp_path: Path) -> None:
    for language in BOTH:
        (tmp_path / language).mkdir()
        (tmp_path / language / "news.yaml").write_text("title: x", encoding="utf-8")
    assert load_catalog(tmp_path, BOTH, by_section=True)["zh"] == {"news.title": "x"}


@pytest.mark.parametrize(
    ("zh", "en", "says"),
    [
        ("a: x", "b: x", "differ in keys: a, b"),
        ("a: '{count} x'", "a: '{number} x'", "differ in parameters: a"),
        ("a: x", "a: yes", "put quotes around"),
        ("on: x", "on: x", "put quotes around"),
    ],
)
def test_what_does_not_fit_together_is_refused(tmp_path: Path, zh: str, en: str, says: str) -> None:
    with pytest.raises(CatalogError, match=says):
        load_catalog(write(tmp_path, zh=zh, en=en), BOTH)
