"""Header of an official document: the lines above its body, and its events."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from text.dates import DATE, find_date
from text.scripts import IDEOGRAPHS, NUMERALS, UNSPACED_STOPS

LONGEST_HEADING = 25
"""Most lines of a header."""
BODY = re.compile(r"##|第一[章条编]|一、|（一）|为(?!期)|根据(?!\s*[12][0-9]{3}\s*年)|依据|按照|各|说明$")
EVENT_LINE = re.compile(
    r"[（(]?(?:根据)?\s*[12][0-9]{3}年[0-9]{1,2}月[0-9]{1,2}日[^。]*?(?:[届令]|通过|批准|公布|发布|修[订正]|施行)"
)
ORDERING = re.compile(r"现予|现(?:公布|发布|印发|将)")
EFFECTIVE = re.compile(r"\s*起?(?:施行|实施)")
PUBLISHED = re.compile(r"公布|发布|[令告]\s*第")
CONGRESS = re.compile(rf"(?P<place>[{IDEOGRAPHS}]*?)第?[{NUMERALS}]+届(?P<rest>(?:全国)?人民代表大会(?:常务委员会)?)")
COURT = re.compile(r"最高人民(?:法院|检察院)")
COUNCIL = re.compile(r"国务院(?:令|第\d+次常务会议)")
LABEL = re.compile(
    r"(?:(?P<issuer>发文(?:机关|机构|单位)|发布(?:机关|机构|单位)|制定机关)|发布日期|成文日期|文\s*号|索引号)\s*[:：]\s*"
)
"""Name of a field above the body of an official document."""
ORGANS = re.compile(rf"(?P<organs>[{IDEOGRAPHS}、 ]{{2,40}}?)(?:联合)?(?:令第|发布|公布|印发|制定)")
SEAM = re.compile(
    r"(?<=[委部署局行])(?=国家|商务部|财政部|海关总署|税务总局|中国人民银行|工业和信息化部|外交部|公安部)"
)


@dataclass(frozen=True)
class Event:
    """A step in the making of a law: its day, and the words about who did what."""

    day: date
    words: str

    @property
    def effective(self) -> bool:
        """True if the law applies from this day; False for a decision on it."""
        return EFFECTIVE.match(self.words) is not None

    @property
    def revised(self) -> bool:
        """True if the text was changed on this day."""
        return re.search(r"修[订正]", self.words) is not None

    @property
    def amended(self) -> bool:
        """True if only some articles were changed (修正, or by a decision)."""
        return self.revised and ("决定" in self.words or "修正" in self.words)

    @property
    def passed(self) -> bool:
        """True if the law was passed on this day (通过), and not only approved (批准)."""
        return "通过" in self.words and "批准" not in self.words


def heading(text: str) -> list[str]:
    """Returns the lines above the body, without the title's mark.

    They end at the first chapter, article or sentence of purpose. A PDF's title may be a heading of any level.
    """
    lines: list[str] = []
    for line in filter(None, (line.strip() for line in text[:10_000].lstrip("# \n").splitlines())):
        if BODY.match(line) or _is_sentence(line) or len(lines) == LONGEST_HEADING:
            break
        lines.append(line.removeprefix("# "))
    return lines


def _is_sentence(line: str) -> bool:
    """Checks that a line is a sentence of the body.

    Above the body whole sentences are only orders (现予公布) and events.
    """
    ends = re.search(rf"[{UNSPACED_STOPS}；]$|\S \S*[\w)]\.$", line)
    return bool(ends) and not ORDERING.search(line) and not (EVENT_LINE.match(line) and "《" not in line)


def events(lines: list[str]) -> list[Event]:
    """Returns the events in the heading of a law, by day; empty for other documents.

    Several events may be in one line, and one may run over two, so the lines are read as one text.
    """
    first = next((index for index, line in enumerate(lines) if EVENT_LINE.match(line)), None)
    if first is None:
        return []
    text = "".join(lines[first:])
    starts = [match.start() for match in re.finditer(DATE, text)]
    parts = [text[start:end] for start, end in zip(starts, [*starts[1:], None], strict=True)]
    found = [Event(day, re.sub(DATE, "", part, count=1)) for part in parts if (day := find_date(part))]
    return sorted((event for event in found if _has_happened(event)), key=lambda event: event.day)


def _has_happened(event: Event) -> bool:
    return event.effective or re.search(r"通过|批准|修[订正]|公布|发布|令", event.words) is not None


def maker(event: Event) -> str:
    """Returns the body that acted, without session and honorific, or "".

    Empty if the body only approved.

    Examples: 上海市人民代表大会常务委员会, 国务院.
    """
    words = event.words.replace("中华人民共和国", "").strip(" （(")
    if congress := CONGRESS.match(words):
        return congress["place"] + congress["rest"]
    for organ in (COURT, COUNCIL):
        if organ.match(words):
            return re.split(r"令|第", organ.match(words)[0])[0]  # type: ignore[index]
    return publisher(words) if PUBLISHED.search(words) else ""


def publisher(line: str) -> str:
    """Returns the bodies before 发布, 公布, 印发 or 制定, joined by 、; "" if there are none.

    They must be at the start of the line.
    """
    found = ORGANS.match(line.replace("中华人民共和国", ""))
    return organs(found["organs"]) if found else ""


def organs(names: str) -> str:
    """Returns the names of bodies joined by 、: 财政部、税务总局.

    Also if the blank between two of them was lost.
    """
    return "、".join(re.split(r"[、\s]+", SEAM.sub("、", names.strip())))
