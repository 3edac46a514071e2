"""Headings of service guides, by kind, in the languages of the documents."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

HeadingKind = Literal["steps", "documents", "time_limit", "fee", "authority"]


@dataclass(frozen=True)
class Words:
    """Heading patterns of a kind: `anywhere` in an enumeration, or its `first` part."""

    kind: HeadingKind
    anywhere: re.Pattern[str]
    first: re.Pattern[str]


def words(kind: HeadingKind, chinese: str, other: str, first: str = "(?!)") -> Words:
    """Builds a kind's patterns from Chinese endings and beginnings in other languages."""
    anywhere = rf".{{0,8}}(?:{chinese})(?:清单|目录|说明|图)?|(?:\w+ ){{0,2}}(?:{other})(?: .{{0,40}})?"
    return Words(kind, re.compile(anywhere, re.IGNORECASE), re.compile(first, re.IGNORECASE))


OFFICE = "机关|机构|部门|单位|主体"
WORDS = (
    words(
        "steps",
        r"步骤|流程|程序|(?:怎么|怎样|如何)(?:办理?|申请)",
        r"steps?|procedures?|how to (?:apply|file)|passos|etapas|procedimentos?|como (?:fazer|pedir|solicitar)"
        r"|шаги|этапы|порядок|процедура|как (?:оформить|подать|получить)|(?:ال)?خطوات|(?:ال)?إجراءات",
    ),
    words(
        "documents",
        r"(?<![原新])材料|(?:申请|申报|提交|报送|所需)(?:资料|文件)",
        r"documents?|papers|what the bank checks|documentos?|документы|(?:ال)?مستندات|(?:ال)?وثائق",
    ),
    words(
        "time_limit",
        r"时限|(?:办理|办结|审批|审查|受理|法定|承诺)期限|办结时间|办理周期",
        r"time limits?|time frames?|processing time|deadlines?|prazos?|сроки?|(?:ال)?مدة|(?:ال)?مهلة|المواعيد",
        first=r"期限|limits?",
    ),
    words(
        "fee",
        r"费用|收费|手续费|收费(?:标准|依据|情况|项目)",
        r"fees?|costs?|charges|taxas?|custos?|emolumentos|плата|сборы?|пошлин[аы]|стоимость|(?:ال)?رسوم|(?:ال)?تكاليف",
    ),
    words(
        "authority",
        rf"(?:主管|实施|受理|办理|承办|经办|审批|决定|备案|许可)(?:{OFFICE})|(?:办理|受理|办公|申报)(?:地点|地址|窗口)"
        r"|(?:办理|受理|申请|申报)(?:渠道|方式|形式)|(?:咨询|联系)(?:电话|方式|渠道)|办公时间",
        r"authority|authorities|where to apply|autoridades?|órgãos?|onde (?:pedir|solicitar)"
        r"|ведомств[оа]|органы?|куда обращаться|(?:ال)?جهة|(?:ال)?جهات|(?:ال)?سلطات?|السلطة",
        first=r"渠道|channels?|contacts?|cana(?:l|is)|контакты|(?:ال)?قنوات",
    ),
)
ORDER = tuple(each.kind for each in WORDS)
NUMERAL = "[一二三四五六七八九十]{1,3}"
NUMBER = re.compile(rf"^(?:[（(]?(?:{NUMERAL}|\d{{1,2}})(?:[)）、．]|\.\d{{0,2}})\s*)+")
PART = re.compile(rf"^(?:[（(]?(?:{NUMERAL}|\d{{1,2}})[)）、．.]\s*)+(?!\d)")
REMARK = re.compile(r"[（(：:].*", re.DOTALL)
BETWEEN_PARTS = re.compile(r"[、，,/&]|以及|[和与及]|\s(?:and|or|e|и)\s|\sو\s?", re.IGNORECASE)
NO_KIND = re.compile(r".*[?？؟]|第.{1,5}[编章节条]|.{61}", re.DOTALL)
"""Headings without a kind: questions, chapters of laws, and over 60 characters."""


@lru_cache(maxsize=4096)
def kinds_of(heading: str) -> tuple[HeadingKind, ...]:
    """Returns the kinds of a heading in the order of a guide; there may be several."""
    if NO_KIND.match(heading):
        return ()
    parts = [part.strip() for part in BETWEEN_PARTS.split(REMARK.sub("", NUMBER.sub("", heading)))]
    return tuple(
        each.kind
        for each in WORDS
        if each.first.fullmatch(parts[0]) or any(each.anywhere.fullmatch(part) for part in parts)
    )


def without_number(heading: str) -> str:
    """Returns a heading without its number, such as 一、 or (2).

    2.1 stays, because it could be a figure.
    """
    part = PART.match(heading)
    return heading[part.end() :] if part else heading
