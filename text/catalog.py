"""Catalogs: texts by key, in several languages, from YAML files."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

import yaml

SERVICE_LANGUAGES = ("zh", "en", "pt", "ru", "ar")
"""Languages of the assistant, in the order of the page.

`tests/test_house.py` says what each needs.
"""
ANSWER_LANGUAGES = (*SERVICE_LANGUAGES, "es", "hi", "id", "vi")
"""Languages in which questions are answered.

Refusals, questions back and warnings are in the person's own language.
"""
STAFF_LANGUAGES = ("zh", "en")
"""Languages of the staff pages and of the command line."""
PARAMETER = re.compile(r"\{(\w+)\}")
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""The faster YAML loader if it is installed; both are safe."""

Texts = Mapping[str, str]


class CatalogError(ValueError):
    """The files of a catalog do not fit together; the message says which and where."""


@cache
def load_catalog(folder: Path, languages: tuple[str, ...], by_section: bool = False) -> Mapping[str, Texts]:
    """Returns the texts of a folder by language, then by key; cached.

    A language is a file `zh.yaml`, or with `by_section` a folder `zh` whose files are sections: the key `title` of
    `zh/news.yaml` is then `news.title`.
    Raises CatalogError if the languages differ in keys or parameters.
    """
    found = {each: read_sections(folder / each) if by_section else read(folder / f"{each}.yaml") for each in languages}
    first, *others = languages
    for language in others:
        check_alike(found[first], found[language], f"{folder}: {first} and {language}")
    return MappingProxyType({language: MappingProxyType(texts) for language, texts in found.items()})


def read(file: Path) -> dict[str, str]:
    """Returns the texts of one file by key.

    Raises CatalogError if a key or a text is no string: YAML takes an unquoted `on` for a boolean.
    """
    content = yaml.load(file.read_bytes(), Loader=LOADER)  # noqa: S506 (safe)
    if wrong := [key for key, text in content.items() if not (isinstance(key, str) and isinstance(text, str))]:
        raise CatalogError(f"{file}: put quotes around the keys and texts of {wrong}.")
    return dict(content)


def read_sections(folder: Path) -> dict[str, str]:
    """Returns the texts of all files of a folder, by `FILE.key` without the suffix."""
    sections = {file.stem: read(file) for file in sorted(folder.glob("*.yaml"))}
    return {f"{section}.{key}": text for section, texts in sections.items() for key, text in texts.items()}


def check_alike(one: Texts, other: Texts, where: str) -> None:
    """Raises CatalogError if two languages differ in keys or in a text's parameters."""
    if lacking := one.keys() ^ other.keys():
        raise CatalogError(f"{where} differ in keys: {', '.join(sorted(lacking))}.")
    if differing := [key for key in one if parameters(one[key]) != parameters(other[key])]:
        raise CatalogError(f"{where} differ in parameters: {', '.join(differing)}.")


def check_parameters(texts: Texts, whole: Texts, where: str) -> None:
    """Raises CatalogError if `texts` have keys or parameters that `whole` lacks.

    `texts` are other wordings for some of `whole`.
    """
    if wrong := [key for key, text in texts.items() if not parameters(text) <= parameters(whole.get(key, ""))]:
        raise CatalogError(f"{where}: unknown key or parameters: {', '.join(wrong)}.")
    if unknown := texts.keys() - whole.keys():
        raise CatalogError(f"{where}: unknown keys: {', '.join(sorted(unknown))}.")


def parameters(text: str) -> set[str]:
    """Returns the names in braces in a text."""
    return set(PARAMETER.findall(text))
