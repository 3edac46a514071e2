"""Roles: finds questions in which two things of one kind might have swapped roles.

Neither vectors nor token vectors distinguish "from A to B" from "from B to A", so such questions cannot be matched
across languages.
"""

from __future__ import annotations

import re

from bot.query.countries import countries, mentions

KINDS = tuple(
    re.compile(words, re.IGNORECASE)
    for words in (
        # parties: organisations and people who pay, lend, own, employ or sell
        r"公司(?!法)|企业(?!所得税)|集团|机构|总部|合伙人|股东|合营|甲方|乙方|母公司|子公司"
        r"|个人(?!所得税)|员工|雇员|职工|雇主|用人单位|劳动者|老板|工人|房东|租客|租户|承租|出租|买方|卖方|买家|卖家|客户|供应商"
        r"|债权人|债务人|许可方|被许可|配偶|丈夫|妻子|父母|子女|孩子|外国人|中国人|外方|中方|居民|银行"
        r"|\bcompan(?:y|ies)\b(?! (?:law|tax))|\bfirms?\b|\bsubsidiar|\bparent\b|\bheadquarters|\bshareholder|\bpartner"
        r"|\bbranch|\bemploye[er]s?\b|\bworkers?\b|\bboss|\bstaff\b|\bindividuals?\b(?! income)|\bpersons?\b|\bforeigners?\b"
        r"|\blandlord|\btenant|\blessor|\blessee|\bbuyer|\bseller|\bclient|\bcustomer|\bsupplier|\blender|\bborrower"
        r"|\bcreditor|\bdebtor|\blicen[cs]or|\blicensee|\bhusband|\bwife|\bspouse|\bparents\b|\bchild|\bresident|\bbank\b"
        r"|\bempresas?\b|\bfiliai?s?\b|\bsubsidiária|\bmatriz|\bcontroladora|\bempregad|\btrabalhador|\bfuncionári|\bpatrão"
        r"|\bacionista|\bsóci|\bcomprador|\bvendedor|\bcliente|\bfornecedor|\binquilin|\bproprietári|\bpessoas? (?!física|jurídica)"
        r"|\bestrangeir[oa]s?\b|\bcônjuge|\bmarido|\besposa|\bcredor|\bdevedor|\bbanco"
        r"|\bкомпани|\bфирм|\bпредприяти|\bорганизаци|\bдочерн|\bматеринск|\bработник|\bсотрудник|\bработодател|\bакционер"
        r"|\bучастник|\bпокупател|\bпродав|\bклиент|\bпоставщик|\bарендатор|\bарендодател|\bфизическ\w+ лиц|\bфизлиц"
        r"|\bюридическ\w+ лиц|\bиностранц|\bсупруг|\bмуж\b|\bжен[аыуе]\b|\bкредитор|\bдолжник|\bбанк"
        r"|شرك[ةت]|صاحب العمل|موظف|عامل|العمال|مساهم|شريك|مشتري|بائع|عميل|مورد|مستأجر|مؤجر|زوج|بنك|أجنبي|أجانب",
        # permits to stay, which can be changed into one another
        r"签证|免签|居留|工作许可|永居|绿卡|\bvisas?\b|\bresidence\b|\bwork permit|\bvistos?\b|\bresidência|\bautorização de"
        r"|\bвиз[аыуе]?\b|\bвид на жительство|\bразрешени|تأشير|إقامة|تصريح",
        # legal forms of a business, then currencies, then taxes
        r"分公司|子公司|代表处|办事处|个体(?:户|工商户)|合资|独资|合伙企业|\bbranch|\bsubsidiar|\brepresentative office"
        r"|\bjoint venture|\bWFOE\b|\bfili?al|\bsubsidiária|\bescritório|\bфилиал|\bпредставительств|\bдочерн|فرع|مكتب",
        r"人民币|美元|欧元|卢布|雷亚尔|卢比|\bRMB\b|\byuan\b|\bdollar|\bUSD\b|\beuros?\b|\br[ou]*bles?\b|\breais\b|\brupee"
        r"|\bdólar|\bюан|\bдоллар|\bевро\b|\bрубл|يوان|دولار|يورو|روبل",
        r"增值税|关税|消费税|所得税|\bVAT\b|\bdut(?:y|ies)\b|\btariff|\bexcise|\bincome tax|\bIVA\b|\bНДС\b|\bпошлин|\bакциз|جمارك|القيمة المضافة",
    )
)  # fmt: skip
"""Patterns of things of one kind; two in a question may have swapped roles."""
ACTS = re.compile(
    r"借|贷款给|租|买|卖|转让|付|支付|赔|担保|起诉|控告|雇|聘|解雇|辞退|开除|收购|授权|许可给"
    r"|\b(?:lend|lent|borrow|loan|rent|leas|buy|bought|sell|sold|transfer|pay|paid(?!-)|compensat|guarant|sue|hir|employed|dismiss|fire|acquir|licens)"
    r"|\b(?:emprest|alug|compra|vend|transfer|pag|indeniz|processa|contrata|demit|adquir)"
    r"|\b(?:займ|заём|одолж|аренд|сда[тёе]|куп|прода|перед|плат|оплат|возмещ|подать в суд|судит|нанима|нанят|увол|приобре)"
    r"|إقراض|اقتراض|إيجار|شراء|بيع|دفع|مقاضاة|توظيف|فصل",
    re.IGNORECASE,
)  # fmt: skip
"""Acts of one party on another; languages leave open which party is meant."""
FROM = re.compile(
    r"(?:\b(?:from|out of|leaving|из|от|do|da|desde)(?: the)?|从|来自|离开|自|(?<!\w)من)\s*$", re.IGNORECASE
)
INTO = re.compile(
    r"(?:\b(?:to|into|towards|para|ao|à|в|во|на)(?: the| a| o)?|去|到|赴|往|向|对|进入|回|(?<!\w)إلى)\s*$",
    re.IGNORECASE,
)


def names_two(question: str) -> bool:
    """Checks that a question names two things of one kind, such as countries."""
    return len(countries(question)) > 1 or any(len(kind.findall(question)) > 1 for kind in KINDS)


def may_be_swapped(one: str, other: str) -> bool:
    """Checks that two questions in different languages may have opposite meanings."""
    if any(names_two(each) or is_done_to(each) for each in (one, other)):
        return True
    return bool(opposites(one) & directions(other))


def is_done_to(question: str) -> bool:
    """Checks that a question names a party and an act on or by another."""
    return bool(KINDS[0].search(question) and ACTS.search(question))


def directions(question: str) -> set[tuple[str, str]]:
    """Returns the countries that a question goes from or to: `(code, "from" or "to")`."""
    found = set()
    for words, code in mentions(question):
        before = question[: question.lower().find(words.lower())]
        found |= {(code, name) for name, way in (("from", FROM), ("to", INTO)) if way.search(before)}
    return found


def opposites(question: str) -> set[tuple[str, str]]:
    """Returns the directions of a question, reversed."""
    return {(code, "to" if way == "from" else "from") for code, way in directions(question)}
