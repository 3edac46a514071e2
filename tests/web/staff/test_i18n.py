"""The words of the staff pages: the same in both languages, and there for each value that a page may have to name."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import get_args

import pytest

from bot import answer
from bot.curated import answers as curated
from bot.curated import matching
from bot.diagnostics import explain
from bot.outcomes import Outcome
from bot.query.answer_type import KINDS
from bot.retrieval import answerability
from ingest.checks import deadlines, drafts, duplicates
from ingest.uploads import conflicts, progress, queue, trash
from records import Closing, DraftKind, GapState, Reason, Thumb
from store import documents
from tests.conftest import ROOT
from text.catalog import STAFF_LANGUAGES
from web.i18n import texts
from web.staff import approval_rules
from web.staff.documents import form
from web.staff.documents.filter import ORDERS
from web.staff.documents.quality import STEPS
from web.staff.i18n import load_shared_texts, section_texts, staff_language, words
from web.staff.pages import SECTIONS
from web.staff.statistics.periods import PERIODS

VALUE = re.compile(r"\{(\w+)\}")
PARTS = ("meaning", "words", "agreement")


def found(pattern: str, *files: str) -> set[str]:
    """What the first group of a pattern is in some files of Python."""
    paths = [path for each in files for path in ROOT.glob(each)]
    return {name for path in paths for name in re.findall(pattern, path.read_text(encoding="utf-8"))}


def effects() -> set[str]:
    """What raises or lowers a score, by name."""
    return found(r'yield \(?"(\w+)"', "bot/retrieval/scoring.py") | found(
        r'else \("(\w+)", -', "bot/retrieval/scoring.py"
    )


def refusals() -> set[str]:
    return found(r'(?:UploadRefusedError|StagingFullError)\("(\w+)"', "ingest/uploads/*.py", "web/staff/uploads/*.py")


def actions() -> set[str]:
    """What is noted in the log: names with a dot, in the files that note something, that are no keys of other texts."""
    files = [path for folder in ("web/staff", "ingest/uploads") for path in (ROOT / folder).rglob("*.py")]
    noting = [text for path in files if re.search(r"note\(|AuditEntry\(", text := path.read_text(encoding="utf-8"))]
    dotted = {name for text in noting for name in re.findall(r'(?<!message\()"(\w+\.(?!json)\w+)"', text)}
    composed_there = {"answer.curated", "document.added", "document.kept_both"}
    return composed_there | {name for name in dotted if name not in words("zh")}


def channels() -> set[str]:
    """Where questions come from, besides the page."""
    programs = "web/api/questions.py", "web/api/openai/chat.py", "web/mcp/endpoint.py"
    return found(r'CHANNEL = .*"(\w+)"\n', *programs) | found(r'found\["(\w+)"\]', "web/bots/opening.py")


def composed() -> dict[str, Iterable[str]]:
    """What keys begin with that are put together, with all that may follow."""
    lower = effects() | {f"lower_{part}" for part in PARTS}
    return {
        "approvals.kind": (*DraftKind, "upload"),
        "outcome": tuple(Outcome),
        "validity": tuple(documents.Validity),
        "why": tuple(Reason),
        "warning": get_args(answer.WarningKind),
        "questions.channel": channels(),
        "questions.closing": tuple(Closing),
        "questions.thumbs": tuple(Thumb),
        "curated.trouble": get_args(curated.Trouble),
        "curated.verdict": get_args(matching.Match),
        "statistics.mode": (*get_args(answer.Mode), "none"),
        "statistics.period": tuple(each for each in PERIODS if each != "own"),
        "documents.audience": get_args(documents.Audience),
        "documents.column": tuple(ORDERS),
        "documents.key": set(form.KINDS) | {"validity"},
        "documents.quality": STEPS,
        "documents.status": get_args(documents.Status),
        "documents.why": get_args(trash.RemovalReason),
        "frame.about": SECTIONS,
        "frame.section": SECTIONS,
        "gaps.state": tuple(GapState),
        "uploads.clash": get_args(conflicts.ConflictReason),
        "uploads.far": get_args(progress.HowFar),
        "uploads.refused": refusals(),
        "approvals.turn": get_args(approval_rules.Turn),
        "uploads.state": tuple(each for each in get_args(queue.State) if each not in ("landed", "clash")),
        "inspect.method": get_args(documents.PageMethod),
        "log.action": actions(),
        "playground.against": set(explain.USUAL) | (set(get_args(answerability.Ruling)) - {"held"}),
        "playground.kind": tuple(each.name for each in KINDS),
        "playground.part": effects() | set(PARTS),
        "playground.use": tuple(explain.PassageUse),
        "playground.why": lower | found(r'NotUsedReason\("(\w+)"', "bot/diagnostics/explain.py"),
        "validity.shared": get_args(duplicates.Shared),
        "validity.what": tuple(deadlines.DeadlineKind),
        "validity.why": tuple(drafts.DraftReason),
    }


def test_both_languages_have_the_same_keys_and_values() -> None:
    zh, en = words("zh"), words("en")
    assert zh.keys() == en.keys()
    assert {key: sorted(set(VALUE.findall(zh[key]))) for key in zh} == {
        key: sorted(set(VALUE.findall(en[key]))) for key in en
    }


def test_the_language_is_the_one_chosen_or_what_the_browser_likes_or_english() -> None:
    assert staff_language("en", "zh-CN") == "en"
    assert staff_language("", "zh-CN,en;q=0.8") == "zh"
    assert staff_language("", "pt-BR") == "en"
    assert staff_language("xx", "") == "zh"


@pytest.mark.parametrize("start", composed())
def test_each_value_that_a_key_is_put_together_from_has_words(start: str) -> None:
    values = {str(value) for value in composed()[start]}
    assert values
    assert sorted(value for value in values if f"{start}.{value}" not in words("zh")) == []


@pytest.mark.parametrize("language", STAFF_LANGUAGES)
def test_an_outcome_has_the_name_that_companies_read_and_only_a_greeting_which_they_do_not_read_one_of_its_own(
    language: str,
) -> None:
    assert load_shared_texts(language).keys() & texts(language).keys() == {"outcome.greeting"}
    assert section_texts(language).keys().isdisjoint(texts(language) | load_shared_texts(language))
