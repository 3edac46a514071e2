"""Files on the clerk's own computer."""

from __future__ import annotations

from tests.web.staff.samples import RUSSIA

LAW = """# 江城市企业出海补贴管理办法

江商〔2025〕12号

江城市商务局

第一条 为了支持企业出海，制定本办法。

第二条 每家企业每年的出海补贴最高为50万元。

第三条 企业应当在三十个工作日内提交出海补贴的申请材料。

第四条 本办法自2025年3月1日起施行。
"""
NEWER = LAW.replace("50万元", "80万元").replace("自2025", "自2026")
SIDECAR = "topics: [policy]\nissued: 2025-01-01\n"
FEES = {f"费用{number}.txt": f"通行费第{number}档为{number}20元。" for number in range(1, 6)}
BAD: dict[str, str | bytes] = {
    "programme.pdf": b"MZ\x90\0 not a document",
    "broken.pdf": b"%PDF-1.7 cut short",
    "copy.md": RUSSIA,
    "archive.zip": b"PK\3\4",
    "empty.txt": b"",
}
