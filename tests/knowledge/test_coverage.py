"""What the fact sheets say stands in a Chinese and in an English guide."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest

from store.basis_marks import UNKNOWN
from tests.knowledge.facts import Fact, read_facts
from tests.knowledge.guides import Guide, guides, versions
from text.numbers import find_all_figures

LANGUAGES = ("zh", "en")
COVERAGE = Path(__file__).with_name("coverage.md")
PROMISED = 0.95
NAMED = re.compile(r"^- (\S+) in (\S+)\n((?:  - (?:zh|en): .*\n)+)", re.MULTILINE)
SENTENCE = re.compile(r"^  - (zh|en): (.*)$", re.MULTILINE)


@pytest.fixture(scope="module")
def facts(shared: Path) -> dict[str, Fact]:
    return read_facts(shared)


@cache
def sentences() -> dict[str, tuple[str, list[tuple[str, str]]]]:
    """By fact, the guide and the sentences `(language, sentence)` that coverage.md names for it."""
    text = COVERAGE.read_text(encoding="utf-8")
    return {match[1]: (match[2], SENTENCE.findall(match[3])) for match in NAMED.finditer(text)}


@cache
def listing(language: str) -> dict[str, list[Guide]]:
    """The guides in a language by the facts that they list."""
    found: dict[str, list[Guide]] = {}
    for guide in guides():
        for fact in guide.document.metadata.facts if guide.language == language else ():
            found.setdefault(fact, []).append(guide)
    return found


def missing(fact: Fact, guide: Guide) -> list[str]:
    """What of a fact's figures and names is not in a guide's body."""
    known = find_all_figures(guide.text)
    return [each for each in fact.figures if each not in known] + [
        name for name in fact.names if name not in guide.text
    ]


def stands(fact: Fact, language: str) -> bool:
    """Whether a guide that lists a fact states it."""
    listed = listing(language).get(fact.id, [])
    if not fact.figures and not fact.names:
        slug, named = sentences().get(fact.id, ("", []))
        own = [sentence for spoken, sentence in named if spoken == language]
        return any(guide.slug == slug and own and all(each in guide.text for each in own) for guide in listed)
    return any(not missing(fact, guide) for guide in listed)


def test_the_fact_sheets_are_read_whole(facts: dict[str, Fact], shared: Path) -> None:
    lines = [
        line
        for name in ("outbound", "inbound")
        for line in (shared / f"facts/{name}.md").read_text(encoding="utf-8").splitlines()
        if re.match(r"- \[?(?:[0-9A-Z]{1,3}-\d+|X\d+)\b", line)
    ]
    assert len(facts) == len(lines)
    assert sum(fact.mark != "C" for fact in facts.values()) == 820


@pytest.mark.parametrize("language", LANGUAGES)
def test_nearly_all_settled_facts_stand_in_a_guide(facts: dict[str, Fact], language: str) -> None:
    settled = [fact for fact in facts.values() if fact.mark != "C"]
    absent = [fact.id for fact in settled if not stands(fact, language)]
    assert len(absent) <= (1 - PROMISED) * len(settled), absent
    left_out = COVERAGE.read_text(encoding="utf-8").split("## Sentences")[0]
    assert [fact for fact in absent if fact not in left_out] == [], "coverage.md gives no reason for these"


def test_guides_list_only_facts_that_there_are(facts: dict[str, Fact]) -> None:
    listed = {fact for guide in guides() for fact in guide.document.metadata.facts}
    assert listed <= facts.keys()
    assert not [fact for fact in listed if facts[fact].is_rule]


def test_unsettled_facts_stand_only_in_guides_that_say_what_is_to_be_checked(facts: dict[str, Fact]) -> None:
    unsettled = [
        (guide.source, fact)
        for guide in guides()
        for fact in guide.document.metadata.facts
        if facts[fact].mark == "C" and not any(mark.id == UNKNOWN for mark in guide.document.bases)
    ]
    assert unsettled == []


def test_each_named_sentence_is_in_its_guide(facts: dict[str, Fact]) -> None:
    for fact, (slug, named) in sentences().items():
        assert fact in facts
        assert {language for language, _ in named} == set(LANGUAGES)
        for language, sentence in named:
            assert sentence in versions(slug)[language].text, (fact, sentence)
