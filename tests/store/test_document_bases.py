"""A document of the folder can be what a line rests on, as long as it is there."""

from __future__ import annotations

from datetime import date

from store.bases import NO_BASES, BasesRead, Basis
from store.document_bases import document_basis_id, with_documents
from store.documents import Metadata, Validity

NOTICE = Metadata(
    title="关于展位补助的通知",
    language="zh",
    issuer="钱塘区商务局",
    document_number="钱商务〔2026〕21号",
    issued=date(2026, 12, 2),
    effective_to=date(2027, 12, 31),
)


def test_a_document_is_named_with_title_number_issuer_and_day() -> None:
    basis = with_documents(NO_BASES, {"a/notice.pdf": NOTICE}).by_id[document_basis_id("a/notice.pdf")]
    assert basis.name("zh") == "关于展位补助的通知（钱商务〔2026〕21号）"
    assert (basis.issuer_name("pt"), basis.issued) == ("钱塘区商务局", "2026-12-02")
    assert basis.validity(date(2027, 1, 1)) is Validity.IN_FORCE
    assert basis.validity(date(2028, 1, 1)) is Validity.EXPIRED


def test_guides_rest_on_no_guides_and_the_lists_stay() -> None:
    listed = BasesRead({"law": Basis(id="law", title={"zh": "法"})})
    found = with_documents(listed, {"guide.md": Metadata(title="指南", kind="guide"), "b.pdf": Metadata()})
    assert set(found.by_id) == {"law", document_basis_id("b.pdf")}
