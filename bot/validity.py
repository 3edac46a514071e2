"""What a person must know about the sources of an answer: not in force, another version, to be checked."""

from __future__ import annotations

import re

from bot.answers import Answer, Warning
from bot.texts import text
from ingest.documents import Validity

NOT_IN_FORCE = (Validity.REPEALED, Validity.SUPERSEDED, Validity.EXPIRED, Validity.DRAFT, Validity.NOT_YET)
"""What does not apply, the most serious first."""
TO_BE_CHECKED = re.compile(
    r"需要核实|须核实|须向.{0,40}核实|to be (?:checked|verified)"
    r"|a verificar|требует проверки|нужно проверить|تحتاج إلى تحقق",
    re.IGNORECASE,
)


def validity_warnings(answer: Answer) -> list[Warning]:
    """The warnings that the citations of an answer call for, most important first."""
    found = [not_in_force(answer), to_be_checked(answer), other_version(answer), machine_translation(answer)]
    return [warning for warning in found if warning]


def not_in_force(answer: Answer) -> Warning | None:
    """The most serious reason for which a cited document does not apply."""
    for validity in NOT_IN_FORCE:
        for citation in answer.citations:
            if citation.validity is validity:
                since = str(citation.effective_from or "")
                return Warning("not_in_force", text(f"not_in_force_{validity.value}", answer.language, date=since))
    return None


def to_be_checked(answer: Answer) -> Warning | None:
    marked = [each for each in answer.citations if TO_BE_CHECKED.search(f"{each.heading} {each.quote}")]
    return Warning("to_be_checked", text("to_be_checked", answer.language)) if marked else None


def other_version(answer: Answer) -> Warning | None:
    """Names the version that replaces a cited document, or the one that it replaced, where it was found as well."""
    cited = {citation.source for citation in answer.citations}
    for passage in answer.passages:
        if passage.replaced_by and (passage.source in cited) != (passage.replaced_by in cited):
            other = passage.replaced_by if passage.source in cited else passage.source
            title = next((each.metadata.title for each in answer.passages if each.source == other), other)
            return Warning("other_version", text("other_version", answer.language, title=f"{title} ({other})"))
    return None


def machine_translation(answer: Answer) -> Warning | None:
    """A model that answers in another language than its sources has translated them."""
    translated = answer.mode == "model" and any(each.language != answer.language for each in answer.citations)
    return Warning("machine_translation", text("machine_translation", answer.language)) if translated else None
