"""Facets of a question: what it names and asks for.

Equivalent questions agree in all facets.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from bot.query.answer_type import ARTICLE, articles, asked_for
from bot.query.countries import HOME, countries, other_cities
from bot.query.document_names import law
from bot.query.identifiers import CODE, NUMBER
from bot.query.query import spoken
from text.numbers import figures, known_figures

CONCEPTS = {
    name: re.compile(words, re.IGNORECASE)
    for name, words in {
        "vat": r"增值税|(?<![a-z])vat(?![a-z])|value[- ]added|\biva\b|\bндс\b|القيمة المضافة",
        "profit tax": r"利润税|(?:企业|公司)所得税|公司税|\bcorporate (?:income )?tax|\bcompany tax|\bprofits? tax|\bimposto (?:sobre o|de) (?:lucro|renda das empresas)|налог\w* на прибыль|ضريبة الشركات",
        "personal tax": r"个人所得税|个税|\b(?:personal|individual) income tax|\bpessoa física|\bндфл\b|подоходн|ضريبة الدخل الشخصي",
        "sales tax": r"销售税|消费税|\bsales tax|\bexcise|акциз",
        "duty": r"关税|\bcustoms dut|\bduty\b|\bduties\b|\btariff|\bimposto de importação|пошлин|جمرك",
        "dividend": r"分红|股息|\bdividend|дивиденд|توزيعات",
        "interest": r"利息|\binterest\b|\bjuros\b|\bпо займ|فوائد",
        "royalty": r"特许权|专利费|技术费|授权费|\broyalt|\blicen[cs]e fee|роялти",
        "import": r"进口|\bimport|импорт|ввоз|استيراد",
        "export": r"出口|\bexport|экспорт|вывоз|تصدير",
        "refund": r"退税|\brefund|\breembolso|возврат|استرداد",
        "licence": r"许可证|\blicen[cs]e\b(?! fee)|\blicença|лицензи|ترخيص",
        "visa": r"签证|免签|\bvisas?\b|\bvistos?\b|\bвиз[аыуе]?\b|تأشير",
        "residence": r"居留|\bresidence\b|\bresidência|вид на жительство|إقامة",
        "work permit": r"工作(?:许可|证)|\bwork permit|\bautorização de trabalho|разрешени\w* на работу|تصريح عمل",
        "study": r"学习|留学|\bstud(?:y|ent)|\bestud|учёб|учеб|دراس",
        "trademark": r"商标|\btrade ?mark|\bbrand|\bmarca|товарн\w+ знак|علامة تجارية",
        "patent": r"专利|\bpatent|патент|براءة",
        "copyright": r"著作权|版权|\bcopyright|\bautorais|авторск",
        "ndrc": r"发改|发展改革|发展和改革|(?<![a-z])ndrc(?![a-z])",
        "mofcom": r"商务(?:部|厅|局)|(?<![a-z])mofcom(?![a-z])|\bministry of commerce",
        "approval": r"核准|\bapproval\b|\baprovação|одобрени",
        "branch": r"分公司|\bbranch\b|\bfilial\b|филиал|فرع",
        "office": r"代表处|办事处|\brepresentative office|\bescritório de representação|представительств",
        "closing": r"注销|解散|清算|关闭|\bclos(?:e|ing)\b|\bliquidat|\bdissol|\bfechar|\bencerra|закры|ликвид|إغلاق",
        "quarter": r"季度|\bquarter|\btrimestr|квартал",
        "land": r"土地|农田|\bland\b|\bfarmland|\bterra\b|\bterren|земл|أرض",
        "arbitration": r"仲裁|\barbitra|арбитраж|تحكيم",
        "court": r"法院|诉讼|\bcourts?\b|\bsue\b|\btribuna[il]|\bсуд|محكم",
        "insurance": r"保险|社保|\binsur|\bseguro|страхов|تأمين",
        "bank": r"银行|\bbanks?\b|\bbanco|\bбанк|بنك",
        "fine": r"罚|\bfin(?:e|ed|es)\b|\bpenalt|\bmulta|штраф|غرامة",
        "first": r"期初|首次|第一次|\bfirst\b|\bprimeir|\bперв(?:ый|ая|ое|ые|ого)\b",
        "renewal": r"续(?:期|签|展|办)|延期|\brenew|\bextend|\brenova|\bprorrog|продл|تجديد",
        "validity": r"有效|\bvalid(?:ity)?\b|\bexpir|\bvalidade|\bválid|действ|صالح|صلاحية",
        "to china": r"来(?:中国|华|国内|杭州|钱塘)|回(?:国|中国)|\b(?:to|into|enter\w*|for|in) (?:china|hangzhou|qiantang)|\b(?:para|à|na) (?:a )?china|\bв (?:китае?|ханчжоу)|(?:إلى|في) الصين",
        "class a": r"A类|\bclass a\b|\bcategoria a\b|категори\w+ а\b",
        "class b": r"B类|\bclass b\b|\bcategoria b\b|категори\w+ [бb]\b",
        "class c": r"C类|\bclass c\b|\bcategoria c\b|категори\w+ [вc]\b",
        "up": r"以上|超过|\bmore than|\babove\b|\bacima|\bmais de|\bсвыше|\bболее",
        "down": r"以下|不足|低于|\bless than|\bbelow\b|\babaixo|\bmenos de|\bменее|\bниже",
        "begin": r"从哪天|从什么时候|开始|\bsince when|\bfrom wh|\bstart|\bbegin|\bdesde quando|\bс какого|\bначин|منذ متى",
        "end": r"为止|截止|到期|到哪天|\buntil\b|\bdeadline|\bends?\b|\baté quando|\bprazo\b|\bдо какого|حتى متى",
    }.items()
}  # fmt: skip
"""Concepts that differ by one word; two questions must both name one, or neither."""
DURATION = re.compile(r"多少个?(?:工作日|自然日|天|月|年|小时)|几个?(?:工作日|自然日|天|月|年|小时)")
MONEY = re.compile(r"多少钱|费用|收费")
WHETHER = re.compile(
    r"吗|能不能|是不是|要不要|可不可以|会不会|是否|算不算|有没有|行不行|^\W*(?:do|does|did|is|are|was|were|can|could|may|must|should|has|have|will|would|am)\b|\bли\b|(?<!\w)هل(?!\w)",
    re.IGNORECASE,
)
"""Yes-or-no questions."""
LATER_WHEN = re.compile(
    r"^(?!\W*(?:(?:since|by|until|from) )?when\b).*\bwhen\b(?!.*(?:\bdeadline|\bwhat date))", re.IGNORECASE
)
"""An English "when" that is a conjunction and asks nothing."""
KINDS = tuple(
    (name, re.compile(words, re.IGNORECASE))
    for name, words in (
        ("person", r"谁|哪个(?:部门|机关|机构|单位)|\bwhom?\b|\bwhich (?:office|authority|agency|department)|\bquem\b|\bкто\b|\bк кому\b|\bкакое ведомство|(?<!\w)من (?:هو|الجهة)"),
        ("place", r"哪里|哪儿|在哪|哪个城市|地址|\bwhere\b|\bonde\b|\bгде\b|\bкуда\b|أين|عنوان"),
        ("reason", r"为什么|为何|\bwhy\b|\bpor qu[eê]\b|\bпочему\b|لماذا"),
        ("papers", r"材料|哪些文件|\b(?:documents|papers)\b|\bdocumentos\b|\bдокумент\w*|المستندات|الوثائق"),
        ("manner", r"怎么|怎样|如何|流程|步骤|\bhow (?:do|does|to|can|is|are|did)\b|\bcomo\b|^\W*как\b|كيف"),
        ("which", r"哪|什么|啥|\b(?:which|what|what's)\b|\bqua(?:l|is)\b|\bque\b|\bкак(?:ой|ая|ое|ие|ова|ов)\b|\bчто\b|(?<!\w)ما(?: هي| هو)?(?!\w)"),
    )
)  # fmt: skip
"""Answer types beside those of `answer_type`, by question words."""
ALIKE = frozenset(
    {frozenset(pair) for pair in (("number", "rate"), ("number", "amount"), ("number", "count"), ("rate", "amount"), ("which", "rate"), ("which", "number"), ("which", "amount"), ("which", "date"), ("which", "papers"), ("which", "person"), ("duration", "date"))}
)  # fmt: skip
"""Pairs of answer types that languages or wordings use for one thing."""
NEGATIONS = {
    "zh": r"不|没(?!收)|未|无(?!人机)|非(?!洲|居民)|勿|(?<![特分个级])别(?!的|处|人)",
    "en": r"\b(?:no|not|never|without|cannot)\b|n['’]t\b",
    "pt": r"\b(?:não|sem|nunca|nem)\b",
    "ru": r"\b(?:не|нет|без|нельзя)\b",
    "ar": r"(?<!\w)(?:لا|ليس|ليست|بدون|دون|لم|لن)(?!\w)",
}
EITHER = re.compile(r"[能是要可会算]不|有没有|差不多|不同|多不多")
"""A negation that only asks, as in 能不能."""


@dataclass(frozen=True)
class Named:
    """Facets of a question.

    - `countries`: in order of mention.
    - `figures`: figures in digits; `known`: these and those in words.
    - `kind`: answer type; may be empty.
    """

    language: str
    countries: tuple[str, ...]
    cities: frozenset[str]
    figures: frozenset[str]
    known: frozenset[str]
    articles: frozenset[str]
    law: str
    identifiers: frozenset[str]
    concepts: frozenset[str]
    negated: bool
    kind: str


STRICT = ("cities", "articles", "identifiers", "concepts", "negated")
"""Facets that must be equal."""


@lru_cache(maxsize=4096)
def named(question: str) -> Named:
    """Returns the facets of a question in any language."""
    language = spoken(question)
    plain = ARTICLE.sub(" ", without_codes(question))
    return Named(
        language,
        countries(question),
        frozenset(city.lower() for city in other_cities(question)),
        frozenset(figures(plain)),
        frozenset(known_figures(plain)),
        frozenset(articles(question)),
        law(question),
        frozenset(codes(question)),
        frozenset(name for name, words in CONCEPTS.items() if words.search(question)),
        bool(re.search(NEGATIONS.get(language, NEGATIONS["en"]), EITHER.sub("", question), re.IGNORECASE)),
        kind(question),
    )


def without_codes(question: str) -> str:
    """Returns a question without its customs codes and document numbers."""
    return NUMBER.sub(" ", CODE.sub(" ", question))


def codes(question: str) -> list[str]:
    """Returns the customs codes and document numbers, as digits only."""
    found = [match[0] for pattern in (CODE, NUMBER) for match in pattern.finditer(question)]
    return ["".join(filter(str.isdigit, each)) for each in found]


def kind(question: str) -> str:
    """Returns the answer type, such as a duration; "" if there is none."""
    if WHETHER.search(question):
        return "whether"
    if DURATION.search(question):
        return "duration"
    if MONEY.search(question):
        return "amount"
    asked = asked_for(question)
    if asked and not (asked.name == "date" and LATER_WHEN.search(question)) and asked.name != "telephone or address":
        return asked.name
    return next((name for name, words in KINDS if words.search(question)), "")


def agree(one: Named, other: Named) -> bool:
    """Checks that two questions name the same things and have the same answer type.

    Within one language the countries must be in the same order, which tells from and to.
    """
    if any(getattr(one, name) != getattr(other, name) for name in STRICT):
        return False
    if {*one.countries} - {HOME} != {*other.countries} - {HOME} or (one.law and other.law and one.law != other.law):
        return False
    if one.language == other.language and one.countries != other.countries and len(one.countries) > 1:
        return False
    if not (one.figures <= other.known and other.figures <= one.known):
        return False
    kinds = {one.kind, other.kind}
    return len(kinds) == 1 or "" in kinds or frozenset(kinds) in ALIKE
