"""A guide of steps, papers and days that rest on two laws, and an answer that quotes it."""

from __future__ import annotations

from datetime import date
from types import MappingProxyType

from bot.answer import Answer, Citation, CitedBasis
from bot.outcomes import Outcome
from store.bases import Basis
from store.basis_marks import split_marks
from store.documents import Document, Metadata, Validity
from web.chat.message import RenderContext

MARKED = """# 境外投资备案指南

## 材料

| 证件 | 份数 |
|---|---|
| 备案表 | 1 |

## 步骤

1. 登录网络系统，填报备案表。[^order 第14条]
2. 取得备案通知书。[^law 第3条]

## 办理时限

受理后7个工作日。[^order 第14条]

## 沿革

以前要核准。[^old]
"""
TITLE, QUOTE = "境外投资备案指南", "受理后7个工作日。"
TEXT, MARKS = split_marks(MARKED)
BASES = MappingProxyType(
    {
        name: Basis.model_validate(
            {
                "id": name,
                "title": {"zh": title},
                "number": number,
                "issuer": {"zh": issuer},
                "issued": "2017-12-26",
                "effective_from": "2018-03-01",
                "url": f"https://example.org/{name}",
            }
        )
        for name, title, number, issuer in (
            ("order", "企业境外投资管理办法", "国家发展改革委令第11号", "国家发展改革委"),
            ("law", "对外投资条例", "国务院令第1号", "国务院"),
            ("old", "旧条例", "国务院令第2号", "国务院"),
        )
    }
)
GUIDE = Document(
    "outbound/filing.zh.md",
    TEXT,
    Metadata(
        title=TITLE,
        language="zh",
        kind="guide",
        source_url="https://example.org/odi",
        contact="外资处",
        reviewed_on=date(2026, 1, 10),
    ),
    bases=MARKS,
)
ANSWER = Answer(
    "备案要多少天？",
    "备案要多少天？",
    "zh",
    Outcome.ANSWERED,
    f"**{TITLE}**\n\n{QUOTE} [1]",
    citations=(
        Citation(
            1,
            GUIDE.source,
            TITLE,
            QUOTE,
            TEXT.index(QUOTE),
            TEXT.index(QUOTE) + len(QUOTE),
            heading="办理时限",
            language="zh",
            kind="guide",
            reviewed_on=date(2026, 1, 10),
            bases=(CitedBasis("order", "第14条", BASES["order"], Validity.IN_FORCE),),
        ),
    ),
    id="a",
)
AROUND = RenderContext("zh", documents={GUIDE.source: GUIDE}.get, bases=lambda: BASES)
