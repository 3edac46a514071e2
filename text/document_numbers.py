"""Document numbers: 国办发〔2025〕12号, 商务部令2014年第3号, 国务院令第837号.

Any body may number its documents by letters of its own: 江商务发〔2026〕19号. Also English ones: MOFCOM Announcement
No. 46 of 2024.
"""

from __future__ import annotations

import re

from text.dates import DATE
from text.official_header import organs
from text.scripts import IDEOGRAPHS, RARE_IDEOGRAPHS

OFFICE_NUMBER = re.compile(
    rf"(?P<office>[{IDEOGRAPHS}{RARE_IDEOGRAPHS}]{{1,24}})"
    r"\s*[〔\[【(（［﹝]\s*(?P<year>(?:19|20)\d\d)\s*[〕\]】)）］﹞]\s*第?\s*(?P<number>\d{1,5})\s*号"
)
TYPED = re.compile(
    rf"(?P<office>[{IDEOGRAPHS}{RARE_IDEOGRAPHS}]{{0,12}}(?:(?<![印转签颁下开出研批散分核补换增首沙])发|(?<!签)字|(?<![来回])函|(?<![违法合])规|财税))"
    r"\s*(?P<year>(?:19|20)\d\d)\s*年?\s*第?(?P<number>\d{1,5})\s*号(?!令|公告)"
)
"""A number as people type it, without brackets: 国办发2025年12号.

Its letters end as those of notices do.
"""
ORDER = re.compile(
    rf"(?P<organ>[{IDEOGRAPHS}]{{2,30}}(?:[、 ][{IDEOGRAPHS}]{{2,20}}){{0,6}}?)\s*(?P<kind>令|公告)\s*[（(〔\[]?\s*"
    r"(?:(?P<year>(?:19|20)\d\d)\s*[年〕\]]?\s*)?第\s*(?P<number>\d{1,4})\s*号"
)
ENGLISH = re.compile(
    r"(?:[A-Z]{2,8} |[A-Z][a-z]+(?: [A-Z][a-z]+){0,4} )?"
    r"(?:(?:Announcement|Decree|Order|Notice) No\. ?\d+(?: of \d{4}| ?\[\d{4}\])?|\[\d{4}\] No\. ?\d+)"
)
CITING = re.compile(r"^[-*>|]|根据|依据|按照|废止")
LABELLED = re.compile(
    r"[-*>|\s]*(?:文\s*号|发文(?:字号|文号)|文件编号|(?:document )?number)[*\s]*[:：|]", re.IGNORECASE
)
LEAD_IN = re.compile(r"^(?:请问|想问一下|问一下|根据|按照|依据|转发|参照|以及)")
AND = re.compile(r"^[和及与由]")
"""Word that joins a number to the title or number before it.

Elsewhere it is a letter of the number, as in 和政发〔2026〕3号.
"""
# Without the blank between them, the names of bodies run into the letters: 国务院办公厅国办函〔2025〕16号. Letters that
# name a body themselves are shorter: 钱塘管委办发〔2026〕3号.
BODIES = re.compile(r"^(?:.{4,}(?:[厅部局院署]|政府|办公室|委员会|制定|转发|印发)|.{5,}委)(?=.{2,8}$)")
# Issuing bodies by the letters of their numbers, as used under the rules on official documents
# (党政机关公文处理工作条例: 发文字号由发文机关代字、年份、发文顺序号组成).
OFFICES = {
    "MOFCOM ": "商务部",
    "国办": "国务院办公厅",
    "国发": "国务院",
    "国函": "国务院",
    "法释": "最高人民法院",
    "发改": "国家发展改革委",
    "商": "商务部",  # but 商政发, 商委发 are numbers of places such as 商丘
    "汇": "国家外汇管理局",
    "银发": "中国人民银行",
    "浙政办": "浙江省人民政府办公厅",
    "浙政": "浙江省人民政府",
    "杭政办": "杭州市人民政府办公厅",
    "杭政": "杭州市人民政府",
}


def find_numbers(text: str) -> tuple[str, ...]:
    """Returns all document numbers of a text in one spelling, in order, each once."""
    found = [
        *((match.start(), _office_number(match)) for each in (OFFICE_NUMBER, TYPED) for match in each.finditer(text)),
        *((match.start(), _order(match)) for match in ORDER.finditer(text)),
        *((match.start(), re.sub(r"No\. ?", "No. ", match[0])) for match in ENGLISH.finditer(text)),
    ]
    return tuple(dict.fromkeys(number for _, number in sorted(found)))


def own_number(lines: list[str], title: str = "") -> str:
    """Returns the document's own number, from the lines above its body; "" if none.

    The last one counts if its versions had several. A title may begin with it or end in it in brackets; a number inside
    the title is what the title is about.
    """
    numbers: list[str] = []
    for whole in lines:
        if title and whole.strip() == title and not _bears_number(title):
            continue
        for line in re.sub(DATE, "\n", whole).splitlines():
            if line and _states_its_number(line):
                numbers += find_numbers(line)
    return numbers[-1] if numbers else ""


def _bears_number(title: str) -> bool:
    starts = OFFICE_NUMBER.match(title) or ORDER.match(title) or ENGLISH.match(title)
    ends = re.search(rf"[（(][^（）()]*号[）)]$|\s{OFFICE_NUMBER.pattern}$", title)
    return bool(starts or ends)


def issuing_office(number: str) -> str:
    """Returns the body that issues under this number, or "" if it does not show."""
    if order := ORDER.match(number):
        return order["organ"]
    is_place = re.match(r"商[政委]", number)
    known = [
        letters for letters in OFFICES if number.startswith(letters) and re.search("〔|No", number) and not is_place
    ]
    return OFFICES[max(known, key=len)] if known else ""


def normalise_number(number: str) -> str:
    """Returns the number in the spelling that is used to compare numbers."""
    return next(iter(find_numbers(number)), re.sub(r"\s", "", number)).casefold()


def _states_its_number(line: str) -> bool:
    """Checks that a line states the document's own number.

    A number after a title in 《》 or in a sentence belongs to another document, unless the line is labelled as the
    document's number.
    """
    if LABELLED.match(line):
        return True
    rest = OFFICE_NUMBER.sub("", line)
    cited = re.search(r"》\s*[（(][^）)]*\d+\s*号", line)
    return not (CITING.search(line) or cited) and bool(len(rest) <= 40 or ORDER.search(line) or ENGLISH.match(line))


def _office_number(match: re.Match[str]) -> str:
    before = match.string[: match.start()].rstrip()[-1:]
    own = AND.sub("", match["office"]) if before in {"号", "》", "）", ")"} else match["office"]
    letters = BODIES.sub("", LEAD_IN.sub("", own))
    return f"{letters}〔{match['year']}〕{int(match['number'])}号"


def _order(match: re.Match[str]) -> str:
    organ = organs(LEAD_IN.sub("", match["organ"].rpartition("中华人民共和国")[2]))
    year = f"{match['year']}年" if match["year"] else ""
    return f"{organ}{match['kind']}{year}第{int(match['number'])}号"
