"""Facts in official documents: issuer, number, dates, repeals, draft status."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from ingest.metadata.effective_dates import (
    ISSUED,
    VALIDITY_FIELD,
    clause_date,
    clause_start,
    effective_clause,
    find_start_field,
    repeals,
    unwrap_lines,
)
from ingest.metadata.validity_terms import End, find_end, find_end_field
from text.dates import DATE, DAY_IN_MONTH, MONTH_IN_YEAR, YEAR, find_date, find_spans
from text.document_numbers import issuing_office, own_number
from text.lexicon.load import alternatives, bodies
from text.official_header import LABEL, Event, events, heading, maker, organs, publisher
from text.scripts import IDEOGRAPHS, NUMERALS
from text.titles import file_date

# Publication follows adoption within weeks. A later date in a file name belongs to an amendment
# that the text does not mention.
PUBLICATION_DELAY = timedelta(days=180)
DRAFT = re.compile(
    rf"{alternatives('draft.anywhere')}|{bodies('official.asks_for_comments')}|[（(](?:{bodies('draft.at_end')})[）)]",
    re.IGNORECASE,
)
EXPLAINS = re.compile(
    rf"{alternatives('document.explains')}|》[^《》]{{0,8}}(?:{bodies('official.about_other')})", re.IGNORECASE
)
"""Titles of texts about other documents, whose numbers and dates they quote."""
DATED = re.compile(rf"(?:{bodies('official.issue_date')})\s*[:：]?\s*(?P<day>\S+)")
ORGAN_LINE = re.compile(rf"[{IDEOGRAPHS} 、]{{2,40}}(?:部|委|局|院|厅|署|银行|委员会|人民政府|办公厅|办公室|海关)")
OFFICER = re.compile(rf"(?:[部局署厅行省市区院]\s*长|主\s*任|总\s*理)(?:\s*[{IDEOGRAPHS} ]{{2,5}})?$")
SIGNED = re.compile(rf"(?P<organ>.{{0,40}}?)\s*(?P<day>{DATE}|{YEAR}{MONTH_IN_YEAR}{DAY_IN_MONTH})")
NATIONAL_REGULATION = re.compile(rf"中华人民共和国[{IDEOGRAPHS}]+(?:条例|条例（[^）]+）)")


@dataclass(frozen=True)
class Official:
    """Facts read from the text; "" or None if it does not contain them.

    Dates are as written, whether plausible or not.
    `clause`: words that say when it takes effect.
    """

    issuer: str = ""
    document_number: str = ""
    issued: date | None = None
    effective_from: date | None = None
    clause: str = ""
    end: End | None = None
    supersedes: tuple[str, ...] = ()
    draft: bool = False


def read_official(source: str, titles: Sequence[str], text: str) -> Official:
    """Facts that a document states about itself; empty for other texts.

    `titles`: the title in the text, then the one written by staff.
    Whether it is official is decided by the text alone, so that written metadata never hides facts of the text.
    """
    lines = heading(text)
    draft = any(DRAFT.search(line) for line in (source, *titles, *lines) if len(line) <= 80)
    if EXPLAINS.search(titles[0]):
        return Official(draft=draft)
    history = events(lines)
    number = own_number(lines, titles[0])
    clause = effective_clause(flowing := unwrap_lines(text), lines)
    end = find_end_field(titles[0], lines) or find_end(flowing)
    issuer = _issuer(titles, lines, history, number) or _signature(lines)[0] or _signature(_closing_lines(text))[0]
    issued = _find_issue_date(source, text, lines, history)
    if not (history or number or clause or (issuer and (issued or end)) or (end and end.is_own)):
        return Official(draft=draft)
    repealed = repeals(flowing) if clause else ()
    clause = clause or find_start_field(lines)
    start = effective_from(history, clause, issued)
    return Official(issuer, number, issued, start, clause, end, repealed, draft)


def effective_from(history: list[Event], clause: str, issued: date | None) -> date | None:
    """Returns the first day on which this version applies.

    If single articles are amended, the last article keeps the day on which the first version took effect, and only
    the amending decision has the day of the amendment. Such a day belongs to another version, and the day of the
    amendment is often earlier than its effect. So neither is returned for this version.
    None if the text does not say it, or names an impossible day or one of another version.
    """
    if stated := [event.day for event in history if event.effective]:
        return stated[-1]
    try:
        start = clause_date(clause, issued)
    except (ValueError, OverflowError):
        return None
    if start is None or issued is None:
        return start
    if clause_start(clause):
        return None if start < issued and _has_later_versions(history, issued) else start
    return None if _was_amended(history, issued) else start


def _was_amended(history: list[Event], issued: date) -> bool:
    """True if this version was made by changing single articles."""
    revisions = [event for event in history if event.revised]
    return bool(revisions and revisions[-1].amended) or _is_amendment_unseen(history, issued)


def _has_later_versions(history: list[Event], issued: date) -> bool:
    adopted = sum(event.passed for event in history)
    return adopted > 1 or any(event.revised for event in history) or _is_amendment_unseen(history, issued)


def _is_amendment_unseen(history: list[Event], issued: date) -> bool:
    decided = [event.day for event in history if not event.effective]
    return bool(decided) and issued - decided[-1] > PUBLICATION_DELAY


def _issuer(titles: Sequence[str], lines: list[str], history: list[Event], number: str) -> str:
    """Issuing body; for a law the maker of its first version, so that versions agree."""
    made = (maker(event) for event in history)
    published = (publisher(line) for line in lines if re.search(rf"(?:{ISSUED})(?:，|$)", line))
    named, ruled = map(_find_body_in_title, titles), map(_by_rule, titles)
    labelled, shown = _find_labelled_issuer(lines, "发文", "制定"), _find_labelled_issuer(lines, "发布")
    return next(filter(None, [*made, labelled, issuing_office(number), shown, *published, *named, *ruled]), "")


def _find_labelled_issuer(lines: list[str], *labels: str) -> str:
    """Bodies behind a label such as 发文机关：, up to the next label or figure."""
    for line in lines:
        found = [*LABEL.finditer(line)]
        ends = [*(match.start() for match in found[1:]), len(line)]
        for match, end in zip(found, ends, strict=False):
            named = re.match(rf"[|*\s]*(?P<organs>[{IDEOGRAPHS}、 ]+)", line[match.end() : end])
            if named and named["organs"].strip() and (match["issuer"] or "").startswith(labels):
                return organs(named["organs"])
    return ""


def _find_body_in_title(title: str) -> str:
    """Body at the beginning of a title: 商务部关于……的通知."""
    found = re.match(rf"(?P<organ>[{IDEOGRAPHS}、 ]{{2,40}}?)关于", title)
    return found["organ"] if found and ORGAN_LINE.fullmatch(found["organ"]) else ""


def _by_rule(title: str) -> str:
    """State Council for titles with 条例.

    行政法规制定程序条例 reserves 条例 for it: ministries and local governments may not use it.
    """
    return "国务院" if NATIONAL_REGULATION.fullmatch(title) else ""


def _find_issue_date(source: str, text: str, lines: list[str], history: list[Event]) -> date | None:
    """Issue date of this version.

    The last decision on it, or the later day of publication in the file name.
    """
    decided = [event.day for event in history if not event.effective]
    lines, text = VALIDITY_FIELD.sub("", "\n".join(lines)).split("\n"), VALIDITY_FIELD.sub("", text)
    written = (
        decided[-1]
        if decided
        else _find_labelled_date(lines) or _find_heading_date(lines) or _signature(_closing_lines(text))[1]
    )
    named = file_date(source)
    return max(filter(None, (written, named)), default=None) if decided else written or named


def _find_labelled_date(lines: list[str]) -> date | None:
    found = (find_date(match["day"]) for line in lines if (match := DATED.search(line)))
    return next(filter(None, found), None)


def _find_heading_date(lines: list[str]) -> date | None:
    """Date at the end of a short heading line, as under an order or after a number."""
    ends = (
        re.search(rf"(?:{DATE})(?=[）)]?$|[{IDEOGRAPHS} ]{{4,40}}$)", line) for line in lines if "施行" not in line[-6:]
    )
    return next((find_date(match[0]) for match in ends if match), None)


def _closing_lines(text: str) -> list[str]:
    """Last lines above the annexes, where a notice is signed."""
    body = re.split(rf"\n\s*附件?\s*[\d{NUMERALS}]*\s*[:：]?\s*\n", text)[0]
    return [line.strip() for line in body.splitlines() if line.strip()][-12:]


def _signature(lines: list[str]) -> tuple[str, date | None]:
    """Body and day that sign a document; "" and None if missing.

    The body is on the line of the day or above it.
    """
    for index in range(len(lines) - 1, -1, -1):
        if signed := SIGNED.fullmatch(lines[index]):
            organ = signed["organ"].strip() or (lines[index - 1] if index else "")
            return _organs(organ), next((span.first for span in find_spans(signed["day"])), None)
    return "", None


def _organs(line: str) -> str:
    """Bodies named in a signature line, without the officer who signs for them."""
    plain = OFFICER.sub("", re.sub(r"中华人民共和国|\s*[（(]?(?:章|印)[）)]?$", "", line).strip())
    return organs(plain) if ORGAN_LINE.fullmatch(plain) else ""
