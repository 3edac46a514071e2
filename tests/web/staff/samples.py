"""Documents in the folder of the center."""

from __future__ import annotations

RUSSIA = """---
title: 俄罗斯税收指南
language: zh
countries: [RU]
topics: [tax]
reviewed_on: 2026-01-10
review_by: 2027-01-10
---
# 俄罗斯税收指南

## 利润税

俄罗斯利润税（企业所得税）的一般税率为25%，自2025年1月1日起适用。

## 增值税

俄罗斯增值税的一般税率为22%，自2026年1月1日起适用。
"""
WAREHOUSE = """---
title: Bonded warehouse guide
language: en
audience: inbound
topics: [trade]
reviewed_on: 2026-01-10
review_by: 2027-01-10
---
# Bonded warehouse guide

## Storage

Goods may stay in a bonded warehouse for at most 12 months.
"""
DECREE = """# 江城市跨境数据流动管理办法

江数发〔2025〕12号

江城市数据局

2025年12月1日

第一条 为了规范跨境数据流动，制定本办法。

第二条 本办法自2026年1月1日起施行，有效期至2028年12月31日。
"""
FOLDER = {"outbound/russia.zh.md": RUSSIA, "inbound/warehouse.en.md": WAREHOUSE}
