"""What a document says about its own time: from when, until when, and what it repeals."""

from __future__ import annotations

import re
from datetime import date, timedelta

from ingest.metadata.dates import DATE, find_date, find_dates, number, years_later
from ingest.metadata.numbers import find_numbers

APPLIES = r"(?:施行|实施|执行|生效|实行)"
SELF = (
    r"(?:本[^\s，。；、（(]{1,10}|现予?[^，。]{0,60}(?:公布|发布|印发|给你们)[^，。]{0,10}[，,][^。自]{0,20})\s*，?\s*"
)
SINCE = re.compile(rf"{SELF}(?:自|从)(?P<when>[^，。；]{{2,30}}?)\s*起?(?P<days>[^，。；]{{0,12}}?){APPLIES}")
HEADED_SINCE = re.compile(
    rf"(?:自|从)\s*(?P<when>{DATE}|(?:公布|发布|印发)之日)\s*起?(?P<days>[^，。；]{{0,12}}?){APPLIES}"
)
PERIOD = re.compile(rf"(?:执行|实施|试行|有效)期限?[为自是：:\s]*(?P<when>{DATE})\s*(?P<days>)起?至")
ENGLISH_SINCE = re.compile(
    r"\bTh(?:is|ese|e present)\b[^.\n]{0,80}?\b(?:take|come|enter|be|is|are)s? (?:in)?(?:to )?(?:effect|force)(?:ive)? "
    rf"(?:on|as of|from|since) (?P<when>{DATE})(?P<days>)"
)
ISSUING = re.compile(r"公布|发布|印发|令|公告|^[（(]?[12]\d{3}年")
PUBLICATION = re.compile(r"(?:公布|发布|印发|颁布|下发|签发)之日")
DELAY = re.compile(r"(?P<days>\d+|[一二三四五六七八九十]+)\s*(?:个?工作)?日后")
TERM = re.compile(
    rf"(?:{SELF}|{APPLIES}[，,；;]?\s*)[^。]{{0,20}}?(?:有效期限?|试行期限?|试行|试点期限?|执行期限?|实施期限?)(?:为|是|至|到)?\s*"
    rf"(?:(?P<until>(?:自?\s*(?:{DATE})\s*起?至)?\s*(?:{DATE}))|(?P<years>\d+|[一二三四五六七八九十两]+)\s*年)"
)
UNTIL = re.compile(rf"{SELF}[^。]{{0,40}}?(?:{APPLIES}|有效)(?:至|到)\s*(?P<until>{DATE})")
REPEAL = re.compile(r"(?:同时|即行|一并|予以|相应|起)\s*(?:废止|失效|停止执行)")
PARTIAL = re.compile(r"》[^《]{0,6}中[^《]{0,40}$")
GROUND = re.compile(r"(?:根据|按照|依据)《[^》]+》[^，]*，")


def effective_clause(text: str, lines: list[str]) -> str:
    """The words between 自 and 施行 that say from when the document itself applies; the last such clause counts.

    `lines` is the heading, where the clause needs no subject. Empty where there is none.
    """
    patterns = (PERIOD, ENGLISH_SINCE, SINCE)
    inside = [match["when"] + match["days"] for pattern in patterns for match in pattern.finditer(text)]
    issuing = [line for line in lines if ISSUING.search(line) and "》自" not in line]
    headed = [match["when"] + match["days"] for match in HEADED_SINCE.finditer("\n".join(issuing))]
    return next(reversed(inside or headed), "")


def unwrapped(text: str) -> str:
    """The text without the line ends that a printed page puts inside a Chinese sentence."""
    return re.sub(r"(?<=[一-龥，、〔（《])\n(?=[一-龥，、》）])", "", text)


def clause_date(clause: str, issued: date | None) -> date | None:
    """The day that the clause names: a date, or the day of publication, or so many days after either."""
    start = find_date(clause) or (issued if PUBLICATION.search(clause) else None)
    delay = DELAY.search(clause)
    return start + timedelta(days=number(delay["days"])) if start and delay else start


def last_day(text: str, start: date | None) -> date | None:
    """The last day on which the document applies: a date that it names, or its term of years counted from `start`."""
    if found := UNTIL.search(text) or TERM.search(text):
        groups = found.groupdict()
        if until := groups.get("until"):
            return find_dates(until)[-1] if find_dates(until) else None
        years = number(groups["years"].replace("两", "二"))
        return years_later(start, years) - timedelta(days=1) if start else None
    return None


def repeals(text: str) -> tuple[str, ...]:
    """Titles (without 《》) and numbers of the documents that this one repeals as a whole, in reading order."""
    named: list[str] = []
    for sentence in re.split(r"[。\n]", text):
        for clause in _repealing(GROUND.sub("", sentence)):
            named += [*re.findall(r"《((?:[^《》]|《[^《》]*》)+)》", clause), *find_numbers(_in_brackets(clause))]
    return tuple(dict.fromkeys(named))


def _repealing(sentence: str) -> list[str]:
    """The parts of a sentence that end in a verb of repeal, but not the repeal of single provisions."""
    parts = REPEAL.split(sentence)[:-1]
    return [part for part in parts if not PARTIAL.search(part)]


def _in_brackets(clause: str) -> str:
    """A number stands in brackets behind the title; an organ's order that merely published it comes before."""
    return "\n".join(re.findall(r"》\s*[（(]((?:[^（）()]|[（(][^（）()]*[）)])*)[）)]", clause))
