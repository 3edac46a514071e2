"""Documents named in a question, by title or foreign name of a Chinese law."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from bot.query.answer_type import articles
from store.documents import Metadata

FOREIGN = {
    "company law": "公司法",
    "foreign investment law": "外商投资法",
    "export control law": "出口管制法",
    "data security law": "数据安全法",
    "personal information protection law": "个人信息保护法",
    "cybersecurity law": "网络安全法",
    "customs law": "海关法",
    "tariff law": "关税法",
    "foreign trade law": "对外贸易法",
    "enterprise income tax law": "企业所得税法",
    "corporate income tax law": "企业所得税法",
    "individual income tax law": "个人所得税法",
    "personal income tax law": "个人所得税法",
    "value-added tax law": "增值税法",
    "value added tax law": "增值税法",
    "vat law": "增值税法",
    "anti-monopoly law": "反垄断法",
    "antimonopoly law": "反垄断法",
    "anti-unfair competition law": "反不正当竞争法",
    "anti-foreign sanctions law": "反外国制裁法",
    "exit and entry administration law": "出境入境管理法",
    "exit-entry administration law": "出境入境管理法",
    "administrative licensing law": "行政许可法",
    "administrative license law": "行政许可法",
    "environmental impact assessment law": "环境影响评价法",
    "urban real estate administration law": "城市房地产管理法",
    "patent law": "专利法",
    "trademark law": "商标法",
    "labour contract law": "劳动合同法",
    "labor contract law": "劳动合同法",
    "labour law": "劳动法",
    "labor law": "劳动法",
    "partnership enterprise law": "合伙企业法",
    "arbitration law": "仲裁法",
    "civil code": "民法典",
    "lei das sociedades": "公司法",
    "lei das empresas": "公司法",
    "lei de investimento estrangeiro": "外商投资法",
    "lei do contrato de trabalho": "劳动合同法",
    "закона о компаниях": "公司法",
    "закон о компаниях": "公司法",
    "закона об иностранных инвестициях": "外商投资法",
    "закон об иностранных инвестициях": "外商投资法",
    "закона о трудовом договоре": "劳动合同法",
    "закон о трудовом договоре": "劳动合同法",
    "قانون الشركات": "公司法",
    "قانون الاستثمار الأجنبي": "外商投资法",
}
"""Foreign names of Chinese laws.

The English ones are those of the National People's Congress and the ministries, and common forms.
"""
KNOWN = frozenset(FOREIGN.values())
LAW_BEFORE_ARTICLE = re.compile(
    r"(?:请问|根据|按照?|依据|依照|我国|中国|新|现行)*([\u4e00-\u9fff]{2,30}(?:法|条例|规定|办法|细则))[》〉]?"
    r"\s*(?:的|中|里)?\s*第?\s*[\d一二三四五六七八九十百]+\s*条"
)
REGULATIONS = re.compile(
    r"implement(?:ing|ation) (?:regulations?|rules)|regulations? (?:on|for) (?:the )?implement", re.I
)
STATE = "中华人民共和国"
MARKS = re.compile(r"[《》〈〉“”\"\s]")
TITLE_CHARACTERS = 3
"""Shortest title that is recognised as a name, in characters."""


def names(question: str) -> str:
    """Returns the Chinese name of the law named in another language, or "".

    The longest match wins; "implementing regulations" add 实施条例.
    """
    lower = question.lower()
    found = [name for foreign, name in FOREIGN.items() if re.search(rf"\b{re.escape(foreign)}\b", lower)]
    longest = max(found, key=len, default="")
    return f"{longest}实施条例" if longest and REGULATIONS.search(lower) else longest


def law(question: str) -> str:
    """Returns the Chinese name of the law whose article a question names; "" for none."""
    known = [name for name in KNOWN if name in question]
    before = LAW_BEFORE_ARTICLE.search(question)
    return max(known, key=len, default="") or names(question) or (before[1] if before else "")


def cites(text: str, named: str, article: str) -> bool:
    """Checks that a text cites an article, of the law `named` if that is given."""
    lower = text.lower()
    law_named = (
        not named or named in text or any(foreign in lower for foreign, name in FOREIGN.items() if name == named)
    )
    return law_named and article in articles(text)


def named_documents(question: str, documents: Mapping[str, Metadata]) -> frozenset[str]:
    """Returns the sources of the documents whose title is in the question.

    A title that is part of another matching title does not count.
    """
    text = bare(f"{question} {names(question)}")
    titles = {title: () for metadata in documents.values() if len(title := bare(metadata.title)) >= TITLE_CHARACTERS}
    held = [title for title in titles if title in text]
    meant = {title for title in held if not any(title in other and title != other for other in held)}
    return frozenset(source for source, metadata in documents.items() if bare(metadata.title) in meant)


@lru_cache(maxsize=20_000)
def bare(title: str) -> str:
    """Returns a title as people say it: no state name, marks or spaces; lower case."""
    return MARKS.sub("", title).replace(STATE, "").lower()
