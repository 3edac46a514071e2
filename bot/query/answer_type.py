"""Expected answer types (time limit, date, rate, amount, ...) and their patterns.

Also reads from a question whether it wants a list, and its headings, years, taxes and articles.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from text.numbers import in_ideographs


@dataclass(frozen=True)
class Kind:
    """An answer type: `asked` matches questions for it, `given` texts that have one."""

    name: str
    asked: re.Pattern[str]
    given: re.Pattern[str]

    @property
    def particular(self) -> bool:
        """True if few texts contain the type; nearly all contain some number."""
        return self.name != "number"


def kind(name: str, asked: str, given: str) -> Kind:
    """Builds an answer type; both patterns ignore case."""
    return Kind(name, re.compile(asked, re.IGNORECASE), re.compile(given, re.IGNORECASE))


KINDS = (
    kind(
        "telephone or address",
        r"电话|手机号|地址|邮箱|在哪栋|\b(?:phone|telephone|e-?mail|street address)\b|\btelefone\b|\bendereço\b|телефон|\bадрес|هاتف|عنوان",
        r"(?<!\d)1\d{4}(?!\d)|\d{3,4}-\d{7,8}|\d{7,}|@|路\d+号",
    ),
    kind(
        "duration",
        r"几天|几个?(?:工作日|月|年|小时)|多久|多长时间|多长|时限|期限|多少(?:天|年|个月|小时)|\bhow (?:long|fast|soon|quickly)\b"
        r"|\bhow many (?:working |business )?(?:days|months|years|hours)\b|\bquanto tempo\b|\bquantos (?:dias|anos|meses)\b|\bprazo\b"
        r"|\bсколько (?:\w+ )?(?:дней|времени|лет|месяцев|часов)\b|\bза сколько\b|\bсрок|\bна (?:какой срок|сколько)\b|كم (?:يوم|سنة|شهر)",
        r"\d+\s*(?:个|至)?\s*(?:工作日|自然日|天|日|小时|个?月|年|周|分钟)|\d+[\s-]*(?:working |business |calendar )?(?:days?|hours?|months?|years?|weeks?|minutes)"
        r"|\d+\s*(?:dias?|anos?|meses|horas|semanas)|\d+\s*(?:рабочих |календарн\w+ )?(?:дн|час|месяц|лет|год|недел)|当场|当日|即时|\d+\s*(?:يوم|أيام|سن)",
    ),
    kind(
        "date",
        r"什么时候|啥时候|何时|哪天|哪年|几号|几月|截止|到期|\bwhen\b|\bwhat date\b|\bsince when\b|\buntil when\b|\bdeadline\b|\bquando\b"
        r"|\baté (?:quando|que dia)\b|\bкогда\b|\bс какого\b|\bдо какого\b|متى",
        r"(?:19|20)\d{2}|\d+月\d+日|\d+\s*个?(?:工作日|日|天|月|年)(?:以?内|之前|前)|\b(?:within|before|after) \d+\b\d{1,2} (?:January|February|March|April|May|June|July|August|September|October|November|December)",
    ),
    kind(
        "rate",
        r"税率|几个点|百分之几|百分比|比例|扣(?:税)?多少|持股|\brates?\b|\bper ?cent|\balíquota\b|\bporcentagem\b|\bставк|\bпроцент|\bдоля\b|\bдолю\b|نسبة|معدل",
        r"\d\s*[%％‰]|百分之|个点|零税率|免(?:征|税)|\bexempt|\bisent|\bосвобожд",
    ),
    kind(
        "amount",
        r"多少钱|费用|收费|罚多少|罚款多少|多少(?:注册)?资本|注册资本|最低(?:出资|资本)|保费|补贴多少|给多少|奖励多少|贵不贵"
        r"|\b(?:costs?|fees?|fine|price|premium)\b|\b(?:minimum|share|paid-up) capital\b|\bhow much (?:money|capital)\b"
        r"|\bcusta\b|\bcusto\b|\bcapital mínimo\b|\bmulta\b|\bтариф\b|\bстои(?:т|мость)|\bштраф|\bминимальн\w+ капитал|\bсбор\b|\bсколько денег\b|رسوم|غرامة",
        r"\d[\d,.\s]*(?:万|亿|百万|千)?(?:元|美元|欧元|卢布|卢比|印尼盾|雷亚尔|林吉特|泰铢|坚戈)|免费|不收费|不收取|没有最低|无最低"
        r"|(?:US\$|R\$|RMB|CNY|USD|EUR|IDR|INR|RUB|AED|SAR|THB|MYR|[€$¥₽])\s*\d|\d[\d,.\s]*(?:million |billion )?(?:yuan|dollars|euros?|roubles|rubles|RUB|USD|EUR|MRP|BRL)"
        r"|\bfree of charge\b|\bno fee\b|\bno minimum\b|\bgratuit|\bsem custo\b|\d[\d\s.,]*(?:рубл|юан|долл|евро|reais|euros)|бесплатн",
    ),
    kind(
        "area",
        r"多大|面积|\bhow (?:big|large)\b|\barea\b|\bплощад|\bárea\b|مساحة",
        r"平方公里|平方米|公顷|亩|square|km²|km2|кв|m²",
    ),
    kind(
        "number",
        r"多少|几(?:条|家|个|项|类|分|名|人|倍)|多高|多远|哪个代码|\bhow (?:many|much|high|far)\b|\bquant[oa]s?\b|\bсколько\b|\bكم\b|كم ",
        r"\d|[一二两三四五六七八九十百]+(?:条|家|个|项|类|分|名|人|倍|种)|\b(?:one|two|three|four|five|six|seven|eight|nine|ten)\b",
    ),
)  # fmt: skip
"""Answer types, particular ones first; the first that matches a question wins."""


MEASURED = re.compile(r"(?:几|多少)(条|家|项|类|分|名|人|次|倍|国|种|章|级)")
"""Questions for a count with a Chinese measure word, such as 几条."""


@lru_cache(maxsize=512)
def asked_for(question: str) -> Kind | None:
    """Returns the expected answer type, the most particular first, or None."""
    if measured := MEASURED.search(question):
        return Kind(
            "count",
            MEASURED,
            re.compile(rf"(?<![第\d])(?:\d[\d,.]*|[一二三四五六七八九十百两]+)\s*[多余万]?{measured[1]}"),
        )
    return next((each for each in KINDS if each.asked.search(question)), None)


LIST = re.compile(
    r"哪些|什么材料|材料|步骤|流程|程序|怎么办理|如何办理|条件|要求|手续|怎么(?:办|申请|注册|设立)|如何(?:申请|注册|设立)"
    r"|\b(?:which|what (?:documents|papers|steps|conditions|are)|documents|papers|steps|procedure|requirements|how (?:do|to|can))\b"
    r"|\b(?:quais|documentos|passos|etapas|requisitos|como)\b"
    r"|\b(?:какие|документ\w*|этап\w*|порядок|услови\w*|требовани\w*|как)\b|ما هي|المستندات|الوثائق|خطوات|شروط|كيف",
    re.IGNORECASE,
)  # fmt: skip


def asks_list(question: str) -> bool:
    """Checks that a question asks for a list or steps; then all of it is the answer."""
    return bool(LIST.search(question))


ASPECTS = tuple(
    (re.compile(asked, re.IGNORECASE), re.compile(heading, re.IGNORECASE))
    for asked, heading in (
        (r"材料|带什么|哪些文件|\bdocuments?\b|\bpapers\b|\bdocumentos\b|\bдокумент\w*|الوثائق|المستندات", r"材料|\bdocuments\b|\bpapers\b|\bdocumentos\b|документ"),
        (
            r"步骤|流程|程序|怎么(?:办|申请|注册|设立|开)|如何(?:办|申请|注册|设立)|\bsteps\b|\bprocedure\b|\bhow (?:do|to|can) (?:i|we|you|a company)\b|\bpassos\b|\betapas\b"
            r"|\bcomo (?:faço|fazer|abrir|registrar|obter)\b|\bэтап\w*|\bпорядок\b|\bкак (?:открыть|получить|зарегистрировать|подать)\b|خطوات",
            r"步骤|流程|\bsteps\b|\bpassos\b|этап|порядок",
        ),
        (r"条件|资格|\bconditions\b|\brequirements\b|\bqualif|\brequisitos\b|\bуслови\w*|\bтребовани\w*|شروط", r"条件|适用对象|\bconditions\b|\bfor whom\b|\brequisitos\b|услови"),
        (r"(?:哪些|什么|几种|多少种)税|\bwhat taxes\b|\bwhich taxes\b|\bquais (?:são os )?impostos\b|\bкакие налоги\b|الضرائب", r"^税收|^taxes\b|^impostos\b|^налоги\b"),
        (r"找谁|哪个(?:部门|机关|机构|单位)|谁(?:批|管|负责)|\bwhich (?:authority|office|agency)\b|\bwho (?:approves|handles|is responsible)\b|\bquem aprova\b|\bque órgão\b|\bкакое ведомство\b|\bкуда (?:обра|пода)", r"主管|机关|机构|\bauthorit|\bautoridade|\bórgão|ведомств|орган"),
    )
)  # fmt: skip
"""Patterns of questions, each with that of the guide headings that answer them."""


@lru_cache(maxsize=512)
def heading_for(question: str) -> re.Pattern[str] | None:
    """Returns the pattern of headings likely to contain the answer, or None."""
    return next((heading for asked, heading in ASPECTS if asked.search(question)), None)


YEAR = re.compile(r"(?<!\d)(?:19|20)\d{2}(?!\d)")


def years(text: str) -> frozenset[str]:
    """Returns the years that a text names."""
    return frozenset(YEAR.findall(text))


ONCE = (
    re.compile(
        r"(?P<year>(?:19|20)\d{2})\s*年(?:\s*(?P<month>\d{1,2})\s*月)?(?:\s*(?P<day>\d{1,2})\s*[日号])?\s*(?P<before>(?:以前|之前|前))?"
        r"(?!度|\s*(?:修[订正改]|版|新|发布|印发|出台|公布|通过|施行|实施|颁布|起|以来|以后|之后|后|第|[^，。？?]{0,12}(?:方案|计划|清单|目录|规划|通知|公告|政策)))"
    ),
    re.compile(
        r"\b(?:(?P<before>before|antes de|до)|in|during|as (?:of|at)|since when in|em|durante|en|в|на)\s+(?:the year |o ano de )?"
        r"(?P<year>(?:19|20)\d{2})(?!\s*(?:version|edition|amendment|revision|plan\b|catalogue|list))\b",
        re.IGNORECASE,
    ),
    re.compile(r"(?P<before>قبل)?\s*(?:في )?(?:عام|سنة)\s+(?P<year>(?:19|20)\d{2})"),
)
"""A past year, month or day, or "before" it; not a year in a document name."""


def as_of(question: str, today: date) -> date | None:
    """Returns the past day as of which a question asks.

    It is the last day of the year, month or day that the question names; for "before", the day before the first. None
    if it names no year or two, if the year belongs to a document name, or if the day is not in the past.
    """
    if len(years(question)) != 1 or not (match := next(filter(None, (each.search(question) for each in ONCE)), None)):
        return None
    named = match.groupdict()
    year, month, day = int(named["year"]), int(named.get("month") or 0), int(named.get("day") or 0)
    try:
        first = date(year, month or 1, day or 1)
        last = first if day else date(year, month or 12, monthrange(year, month or 12)[1])
    except ValueError:
        return None
    asked = first - timedelta(days=1) if named.get("before") else last
    return asked if asked < today else None


SUBJECT = re.compile(
    r"房产税|土地房屋税|房地产税|土地税|土地使用税|土地增值税|车船税|遗产税|印花税|契税|消费税|资源税|环保税|环境保护税|碳税|购置税|数字服务税|社保"
    r"|\b(?:property|land|wealth|inheritance|estate|gift|stamp|vehicle|carbon|payroll|sales|digital services|excise)(?= (?:tax|duty|duties)\b)"
    r"|\b(?:IPTU|PBB|IPVA|ITCMD|ISS|ICMS)\b|земельн\w+ налог|транспортн\w+ налог|акциз|налог\w* на (?:имущество|наследство)",
    re.IGNORECASE,
)
"""Taxes and levies that are easily confused: an answer has to name the same one."""


def subjects(question: str) -> frozenset[str]:
    """Returns the easily confused taxes and levies that a question names.

    They are in lower case.
    """
    return frozenset(match[0].lower() for match in SUBJECT.finditer(question))


ARTICLE = re.compile(
    r"第?\s*(\d{1,4}|[一二三四五六七八九十百千零〇]{1,9})\s*条|\b(?:article|art\.|artigo|статья|статье)\s+(\d{1,4})\b",
    re.IGNORECASE,
)


def with_article_in_full(question: str) -> str:
    """Returns the question with its article as Chinese laws write it, for full text."""
    named = article(question)
    return ARTICLE.sub(f" {named} ", question, count=1) if named else question


def article(question: str) -> str:
    """Returns the article that a question names, as Chinese laws write it, or "".

    第47条 and Article 47 become 第四十七条. Questions for a count (几条, "how many articles") name none.
    """
    return "" if MEASURED.search(question) else next(iter(articles(question)), "")


def articles(text: str) -> tuple[str, ...]:
    """Returns all articles that a text names, as Chinese laws write them, in order."""
    numbers = (match[1] or match[2] for match in ARTICLE.finditer(text))
    return tuple(f"第{in_ideographs(int(each)) if each.isdecimal() else each}条" for each in numbers)
