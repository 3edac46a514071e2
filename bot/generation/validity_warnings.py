"""Warnings about sources: validity, versions, countries, checks, translations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from babel import Locale

from bot.answer import Answer, AnswerWarning, Citation, add_warning
from bot.messages import text
from bot.outcomes import Outcome
from bot.query.countries import HOME, countries
from bot.query.document_names import bare
from bot.query.regions import regions, unknown_places
from store.basis_marks import UNKNOWN
from store.documents import Metadata, Validity
from store.index import Index
from store.validity import start, versions
from text.catalog import ANSWER_LANGUAGES
from text.sorting import join_names

NOT_IN_FORCE = (Validity.REPEALED, Validity.SUPERSEDED, Validity.EXPIRED, Validity.DRAFT, Validity.NOT_YET)
"""Kinds of validity that do not apply, most serious first."""
NO_LONGER = NOT_IN_FORCE[:3]
"""Kinds of validity that applied once."""


@dataclass(frozen=True)
class Folder:
    """Documents, their validity on a day and their replacements, by source."""

    documents: Mapping[str, Metadata]
    valid: Mapping[str, tuple[Validity, str]]


def with_warnings(answer: Answer, index: Index, on: date) -> Answer:
    """Adds the warnings about the sources of an answer; "not in force" comes first."""
    folder = Folder(index.documents(), index.validities(on))
    for warning in reversed(validity_warnings(answer, folder)):
        answer = add_warning(answer, warning)
    return answer


def validity_warnings(answer: Answer, folder: Folder) -> list[AnswerWarning]:
    """Returns the warnings for the citations of an answer, most important first."""
    found = [
        not_in_force_warning(answer),
        warn_of_uncovered(answer, folder),
        warn_of_unchecked_basis(answer),
        other_version_warning(answer, folder),
        translation_warning(answer, folder),
    ]
    return [warning for warning in found if warning]


def not_in_force_warning(answer: Answer) -> AnswerWarning | None:
    """Returns a warning for the main reason why a cited document does not apply.

    "Does not apply" is as of today, or as of the past day that was asked about.
    None if all cited documents apply.
    """
    later = [each.effective_from for each in answer.citations if is_later(each, answer.as_of)]
    if answer.as_of and later:
        since = str(max(filter(None, later)))
        return AnswerWarning("not_in_force", text("only_since", answer.language, day=str(answer.as_of), date=since))
    for validity in NOT_IN_FORCE:
        for citation in answer.citations:
            if citation.validity is validity:
                if answer.as_of and validity in NO_LONGER:
                    return AnswerWarning("not_in_force", text("no_longer", answer.language, day=str(answer.as_of)))
                since = str(citation.effective_from or "")
                return AnswerWarning(
                    "not_in_force", text(f"not_in_force_{validity.value}", answer.language, date=since)
                )
    return None


def warn_of_uncovered(answer: Answer, folder: Folder) -> AnswerWarning | None:
    """Returns a warning that names countries and regions that no document covers.

    None if a quote names them, or if it is about coming to China: then such a country is the asker's own. Without
    quotes only a refusal is warned of, and its nearest passage tells that.
    """
    covered = {code for each in folder.documents.values() for code in each.countries} | {HOME}
    cited = [folder.documents[each.source] for each in answer.citations if each.source in folder.documents]
    said = " ".join(each.quote for each in answer.citations)
    known = {*covered, *countries(said), *regions(said)}
    missing, areas = unknown_places(answer.standalone_question, known, answer.language)
    nearest = cited or [each.metadata for each in answer.passages[:1]]
    is_inbound = answer.is_inbound or any(each.audience == "inbound" for each in nearest)
    if not cited and answer.outcome is not Outcome.NOT_IN_KNOWLEDGE_BASE:
        return None
    if covered == {HOME} or is_inbound or not (missing or areas):
        return None
    key, names = "uncovered" if missing else "uncovered_region", join_names(missing or areas, answer.language)
    said = text(key, answer.language, names=names)
    space = "" if answer.language == "zh" else " "
    return AnswerWarning("uncovered", f"{said}{space}{text('quotes_elsewhere', answer.language)}" if cited else said)


def is_later(citation: Citation, day: date | None) -> bool:
    """Checks that a document only applies from after a day."""
    return bool(day and citation.effective_from and citation.effective_from > day)


def warn_of_unchecked_basis(answer: Answer) -> AnswerWarning | None:
    """Returns a warning if a quote rests on something that must be checked.

    It names the quotes if others do not.
    None if no quote does.
    """
    marked = [each.number for each in answer.citations if any(basis.id == UNKNOWN for basis in each.bases)]
    if not marked:
        return None
    numbers = " ".join(f"[{number}]" for number in marked)
    key = "to_be_checked" if len(marked) == len(answer.citations) else "to_be_checked_some"
    return AnswerWarning("to_be_checked", text(key, answer.language, numbers=numbers))


def other_version_warning(answer: Answer, folder: Folder) -> AnswerWarning | None:
    """Returns a warning that names the version cited and the other one.

    The other one is the version that replaces it, else the last one before it.
    None if no cited document has another version.
    """
    for cited in dict.fromkeys(citation.source for citation in answer.citations):
        if (other := find_replacement(cited, folder) or find_replaced(cited, folder)) and other in folder.documents:
            used, title = describe_version(cited, folder), describe_version(other, folder)
            return AnswerWarning("other_version", text("other_version", answer.language, used=used, title=title))
    return None


def find_replacement(source: str, folder: Folder) -> str:
    """Returns the document that replaces another by the day; "" if none does."""
    return folder.valid.get(source, (Validity.UNKNOWN, ""))[1]


def find_replaced(source: str, folder: Folder) -> str:
    """Returns the last version with the same title that a document replaces, or ""."""
    titles = {name: bare(metadata.title) for name, metadata in folder.documents.items()}
    earlier = [
        name for name, (_, by) in folder.valid.items() if by == source and titles.get(name) == titles.get(source)
    ]
    return max(earlier, key=lambda name: (start(folder.documents[name]) or date.min, name), default="")


def describe_version(source: str, folder: Folder) -> str:
    """Returns a version as text: title, first day if known, and file."""
    metadata = folder.documents[source]
    return " ".join(filter(None, (metadata.title, str(start(metadata) or ""), f"({source})")))


def translation_warning(answer: Answer, folder: Folder) -> AnswerWarning | None:
    """Returns a warning if the answer is in another language than its sources.

    It says whether some or all of them are.
    None if they are in its language; without a model also if theirs is unknown, or its is none of ANSWER_LANGUAGES.
    """
    languages = {each.language for each in answer.citations}
    others = languages - {answer.language}
    if answer.mode == "model" and others:
        return AnswerWarning("machine_translation", text("machine_translation", answer.language))
    if not others - {""} or answer.mode == "model" or answer.language not in ANSWER_LANGUAGES:
        return None
    is_translated = any(answer.language in versions(each.source, folder.documents) for each in answer.citations)
    names = Locale(answer.language).languages
    named = join_names([names.get(each, each) for each in sorted(others - {""})], answer.language)
    key = "own_version" if is_translated else "other_language"
    key = "some_other_language" if answer.language in languages else key
    return AnswerWarning("other_language", text(key, answer.language, languages=named))
