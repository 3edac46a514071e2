"""What ends, is to be reviewed or begins; two versions of one thing; drafts that may have become law."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from ingest.checks.deadlines import DeadlineKind, Due, due
from ingest.checks.drafts import Draft, DraftReason, drafts
from ingest.checks.duplicates import Twins, twins
from ingest.metadata.validity_terms import last_day
from store.documents import Metadata

TODAY = date(2026, 11, 25)
SOON = TODAY + timedelta(20)
POLICY = Metadata(title="扶持政策", language="zh", issuer="商务局", status="in_force")
GUESSED = frozenset({"effective_to"})


def found(text: str = "", **documents: Metadata) -> list[Due]:
    return due(documents, TODAY, lambda source: text)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"effective_to": SOON}, [Due(SOON, "a", DeadlineKind.ENDS)]),
        ({"effective_to": SOON, "guessed": GUESSED}, [Due(SOON, "a", DeadlineKind.ENDS, is_guessed=True)]),
        *(
            ({"effective_to": SOON, "title": title}, [Due(SOON, "a", DeadlineKind.TRIAL_ENDS)])
            for title in (
                "扶持办法（试行）",
                "Programa piloto",
                "Временные правила",
                "برنامج تجريبي",
                "Medidas provisorias",
            )
        ),
        ({"effective_to": SOON, "title": "Временное пребывание"}, [Due(SOON, "a", DeadlineKind.ENDS)]),
        ({"effective_to": SOON, "title": "Interim measures"}, [Due(SOON, "a", DeadlineKind.TRIAL_ENDS)]),
        ({"review_by": SOON}, [Due(SOON, "a", DeadlineKind.REVIEW)]),
        ({"effective_from": SOON}, [Due(SOON, "a", DeadlineKind.BEGINS)]),
        ({"review_by": TODAY - timedelta(400)}, [Due(TODAY - timedelta(400), "a", DeadlineKind.REVIEW)]),
        ({"effective_from": TODAY - timedelta(400)}, []),
        ({"effective_to": SOON, "status": "repealed"}, []),
        ({"effective_to": SOON, "status": "draft"}, []),
    ],
)
def test_what_happens_to_a_document_is_found(changes: dict[str, object], expected: list[Due]) -> None:
    assert found(a=replace(POLICY, **changes)) == expected  # type: ignore[arg-type]


def test_a_term_of_trial_in_the_text_makes_its_end_that_of_a_trial() -> None:
    text = "本办法自2025年1月1日起施行，试行期两年。"
    end = last_day(text, date(2025, 1, 1))
    assert end == date(2026, 12, 31)
    (only,) = found(text, a=replace(POLICY, effective_to=end, guessed=GUESSED))
    assert (only.what, only.is_guessed) == (DeadlineKind.TRIAL_ENDS, True)
    assert last_day("本通知自2025年1月1日起施行，试点期限为3年。", date(2025, 1, 1)) == date(2027, 12, 31)


def test_what_has_ended_is_shown_for_a_time_unless_somebody_has_looked_at_it() -> None:
    ended = replace(POLICY, effective_to=TODAY - timedelta(30), review_by=TODAY - timedelta(60))
    assert [each.what for each in found(a=ended)] == [DeadlineKind.ENDS]
    assert found(a=replace(ended, reviewed_on=TODAY - timedelta(3))) == []
    assert found(a=replace(ended, effective_to=TODAY - timedelta(91))) == []


def test_a_document_that_was_replaced_asks_for_nothing() -> None:
    old = replace(POLICY, issued=date(2020, 1, 1), review_by=SOON)
    new = replace(POLICY, issued=date(2024, 1, 1))
    assert found(a=old, b=new) == []


def test_a_translation_stands_with_its_original() -> None:
    original = replace(POLICY, review_by=SOON)
    english = replace(original, title="Policy", language="en", translation_of="a.zh.md")
    late = replace(english, review_by=SOON + timedelta(1))
    documents = {"f/a.zh.md": original, "f/a.en.md": english, "f/a.ru.md": late}
    first, second = due(documents, TODAY, lambda source: "")
    assert (first.source, first.translations) == ("f/a.zh.md", ("f/a.en.md",))
    assert (second.source, second.translations) == ("f/a.ru.md", ())


def test_translations_that_are_due_without_their_original_are_one_row() -> None:
    reviewed = replace(POLICY, reviewed_on=TODAY, review_by=TODAY + timedelta(180))
    documents = {"f/a.zh.md": reviewed}
    for language in ("ar", "en", "ru"):
        other = replace(POLICY, language=language, translation_of="f/a.zh.md", review_by=SOON)
        documents[f"f/a.{language}.md"] = other
    first, second = due(documents, TODAY, lambda source: "")
    assert (first.source, first.translations) == ("f/a.en.md", ("f/a.ar.md", "f/a.ru.md"))
    assert (second.source, second.translations) == ("f/a.zh.md", ())


def test_of_two_versions_the_later_counts_from_its_day_on() -> None:
    old = replace(POLICY, issued=date(2020, 1, 1))
    middle = replace(POLICY, issued=date(2022, 1, 1))
    new = replace(POLICY, issued=date(2024, 1, 1), effective_from=date(2024, 3, 1))
    assert list(twins({"a": old, "b": middle, "c": new})) == [
        Twins("a", "b", "title", "b", date(2022, 1, 1)),
        Twins("a", "c", "title", "c", date(2024, 3, 1)),
        Twins("b", "c", "title", "c", date(2024, 3, 1)),
    ]


def test_of_two_copies_no_date_tells_which_counts() -> None:
    assert list(twins({"a": POLICY, "b": POLICY})) == [Twins("a", "b", "title")]
    english = replace(POLICY, language="en", translation_of="a")
    assert list(twins({"a": POLICY, "b": english})) == []


def test_a_repeal_clause_makes_two_documents_a_pair() -> None:
    law = replace(POLICY, title="增值税法", supersedes=("增值税条例",), effective_from=date(2026, 1, 1))
    assert list(twins({"old": replace(POLICY, title="增值税条例"), "new": law})) == [
        Twins("old", "new", "repeal", "new", date(2026, 1, 1))
    ]


DRAFT = replace(POLICY, title="条例（征求意见稿）", status="draft", issued=TODAY - timedelta(30))
OLD = TODAY - timedelta(200)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, []),
        ({"issued": OLD}, [Draft("a", DraftReason.OLD, OLD)]),
        ({"issued": OLD, "status": None}, [Draft("a", DraftReason.OLD, OLD)]),
        ({"issued": OLD, "status": None, "title": "Draft: Rules"}, [Draft("a", DraftReason.OLD, OLD)]),
        ({"issued": OLD, "status": None, "title": "How to draft a contract"}, []),
        ({"issued": OLD, "status": None, "title": "Инвестиции (проект закона)"}, [Draft("a", DraftReason.OLD, OLD)]),
        ({"issued": OLD, "status": None, "title": "Lei de Investimento (minuta)"}, [Draft("a", DraftReason.OLD, OLD)]),
        ({"issued": OLD, "status": None, "title": "Строительство завода (проект)"}, []),
        ({"issued": OLD, "status": "in_force"}, []),
        ({"issued": OLD, "reviewed_on": TODAY}, []),
        ({"effective_from": TODAY}, [Draft("a", DraftReason.BEGUN, TODAY)]),
        ({"effective_from": TODAY, "reviewed_on": TODAY}, []),
        ({"effective_from": SOON}, []),
    ],
)
def test_a_draft_whose_time_has_passed_is_found(changes: dict[str, object], expected: list[Draft]) -> None:
    assert list(drafts({"a": replace(DRAFT, **changes)}, TODAY)) == expected  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "title", ["条例（征求意见稿）", "条例（公开征求意见稿）", "条例（修订草案）", "条例（草案二次审议稿）"]
)
def test_a_draft_whose_final_text_is_in_the_folder_is_found(title: str) -> None:
    final = replace(POLICY, title="条例")
    documents = {"a": replace(DRAFT, title=title), "b": final}
    assert list(drafts(documents, TODAY)) == [Draft("a", DraftReason.ADOPTED, DRAFT.issued, "b")]
