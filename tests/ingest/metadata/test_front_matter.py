"""What somebody wrote counts field by field; all else is read from the text, as far as it speaks of itself."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date

import pytest

from ingest.loaders.markdown import read_markdown
from ingest.metadata.front_matter import FrontMatter
from store.documents import Validity
from store.validity import validity
from tests.conftest import ROOT
from tests.ingest.metadata.test_document_metadata import NOTICE, read

EXPIRED = NOTICE.replace("有效期3年", "有效期至2025年底")
WRITTEN = {
    "title": "外贸意见",
    "language": "en",
    "audience": "inbound",
    "topics": "[trade]",
    "countries": "[RU]",
    "issuer": "某局",
    "document_number": "某发〔2024〕1号",
    "issued": "2024-04-01",
    "effective_from": "2024-06-01",
    "effective_to": "2026-06-30",
    "status": "draft",
    "supersedes": "[旧意见]",
    "translation_of": "b.pdf",
    "source_url": "https://example.org/",
    "reviewed_on": "2026-01-10",
    "review_by": "2027-01-10",
    "contact": "12345",
    "summary": "外贸。",
    "facts": "[A-01]",
    "kind": "guide",
    "also_asked": "[设厂, 建厂]",
    "download": "true",
}


@pytest.mark.parametrize("key", FrontMatter.model_fields)
@pytest.mark.parametrize("is_empty", [False, True])
def test_a_key_that_is_written_changes_no_other(key: str, is_empty: bool) -> None:
    text, sidecar = f"杭州市人民政府办公厅{EXPIRED}", f"{key}:" + ("" if is_empty else f" {WRITTEN[key]}")
    plain, metadata = asdict(read(text)), asdict(read(text, sidecar=sidecar))
    others = plain.keys() - {key, "guessed"}
    assert {each: metadata[each] for each in others} == {each: plain[each] for each in others}
    assert metadata["guessed"] == plain["guessed"] - {key}


def test_a_review_leaves_an_expired_document_expired() -> None:
    today, scan = date(2026, 11, 26), read(EXPIRED)
    reviewed = read(EXPIRED, sidecar="reviewed_on: 2026-11-20\nreview_by: 2027-11-20")
    assert validity(scan, None, today) == validity(reviewed, None, today) == Validity.EXPIRED
    assert (reviewed.issuer, reviewed.document_number) == ("杭州市人民政府办公厅", "杭政办函〔2024〕18号")


def test_a_title_that_is_written_completes_what_the_text_does_not_say() -> None:
    body = "第一条 为了规范，制定本办法。\n本办法自2026年1月1日起施行。"
    assert read(body, sidecar="title: 商务部关于境外投资的办法").issuer == "商务部"


def test_a_term_runs_from_the_start_that_is_written() -> None:
    assert read(NOTICE, sidecar="effective_from: 2024-06-01").effective_to == date(2027, 5, 31)
    text = "某某办法\n商务部令2025年第2号\n第一条 本办法自公布之日起施行，有效期2年。"
    metadata = read(text, sidecar="issued: 2025-03-01")
    assert (metadata.effective_from, metadata.effective_to) == (date(2025, 3, 1), date(2027, 2, 28))


KNOWLEDGE = ROOT / "knowledge"
GUIDES = [path for room in ("outbound", "inbound", "center") for path in sorted((KNOWLEDGE / room).rglob("*.md"))]


def test_our_own_guides_take_over_nothing_of_what_they_cite_whatever_stands_at_their_head() -> None:
    assert len(GUIDES) >= 140
    for path in GUIDES:
        metadata = read(read_markdown(path).text, path.name)
        taken = (
            metadata.issuer,
            metadata.document_number,
            metadata.issued,
            metadata.effective_from,
            metadata.supersedes,
        )
        assert (path.name, *taken) == (path.name, "", "", None, None, ())


@pytest.mark.parametrize(
    "text",
    [
        "# 出口指南\n\n《某办法》（商务部令2025年第2号）自2025年7月1日起施行，有效期至2027年底。\n\n## 条件",
        "# 出口指南：商务部令2025年第2号怎么用\n\n企业须申请。",
        "# 《出口办法》解读\n\n商务部令2025年第2号\n\n本办法自2025年7月1日起施行，有效期3年。",
        "# 出口指南\n\n企业须申请。其中规定：“本办法自2025年7月1日起施行，有效期3年。”",
        "# Export guide\n\nOrder No. 801 of 2025 of the State Council was published on May 1, 2025.",
    ],
)
def test_what_a_guide_cites_is_not_its_own(text: str) -> None:
    metadata = read(text, "guide.md")
    taken = (metadata.document_number, metadata.issued, metadata.effective_from, metadata.effective_to)
    assert taken == ("", None, None, None)
