"""Personal data do not leave the question; what names a company or a document does."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.pii import MASK, mask, without_masked

PERSONAL = [
    ("我的手机13812345678，备案要几天", "13812345678"),
    ("打给我 138 1234 5678", "138 1234 5678"),
    ("电话+86 138-1234-5678", "138-1234-5678"),
    ("call me at +55 11 91234-5678 about the visa", "91234-5678"),
    ("мой телефон +7 912 345-67-89", "912 345-67-89"),
    ("رقمي ‎+971 50 123 4567", "50 123 4567"),
    ("身份证11010519491231002X能办吗", "11010519491231002X"),
    ("身份证号码是 440524188001010014", "440524188001010014"),
    ("发到 li.wei@example.com.cn", "li.wei@example.com.cn"),
    ("me escreva: joao_silva@empresa.com.br", "joao_silva@empresa.com.br"),
    ("护照号E12345678，要签证吗", "E12345678"),
    ("my passport number is AB1234567", "AB1234567"),
    ("passaporte nº FZ123456 vale?", "FZ123456"),
    ("паспорт 751234567 подойдет?", "751234567"),
    ("جواز سفر رقم A1234567", "A1234567"),
    ("CPF 123.456.789-09 para abrir empresa", "123.456.789-09"),
    ("银行卡6222 0212 3456 7890 128能收款吗", "7890 128"),
    ("card 4111 1111 1111 1111", "4111 1111"),
    ("card 4111111111111111 charged", "4111111111111111"),
    ("微信同号13912345678", "13912345678"),
    ("联系人王先生，15988887777", "15988887777"),
]
BUSINESS = [
    "统一社会信用代码91330100MA2CCLHN7X怎么变更",
    "国家发展改革委令2017年第11号",
    "汇发〔2015〕13号第一条",
    "拨打12345或12366",
    "杭州海关12360",
    "HS 8471300010 关税",
    "8471.30.00",
    "投资30000000美元要核准吗",
    "注册资本13800000000元",
    "从2026-11-24到2027-12-31",
    "20261124前签的合同",
    "第15,270/2025号法律",
    "CNPJ 12.345.678/0001-95",
    "ИНН 7707083893",
    "Law 14,286/2021, Art. 12",
    "护照要公证吗",
    "passport copies in 3 languages",
    "钱塘区商务局的电话是多少",
    "7460.1亿元",
    "0571-12345678 是哪个部门的总机",
    "报关单号310120260000012345的退税",
]


@pytest.mark.parametrize(("question", "secret"), PERSONAL)
def test_personal_data_are_masked(question: str, secret: str) -> None:
    masked = mask(question)
    assert secret not in masked
    assert MASK in masked
    assert masked[:1] == question[:1] or question.startswith(secret)


@pytest.mark.parametrize("question", BUSINESS)
def test_what_names_a_company_a_document_or_an_amount_passes(question: str) -> None:
    assert mask(question) == question


@given(st.text(alphabet="0123456789 +-.@aXx护照号", max_size=80))
def test_any_text_can_be_masked_and_masking_again_changes_nothing(text: str) -> None:
    assert mask(mask(text)) == mask(text)


@pytest.mark.parametrize(
    ("masked", "rest"),
    [
        ("我的手机***，俄罗斯的利润税是多少", "俄罗斯的利润税是多少"),
        ("身份证***", ""),
        ("俄罗斯的增值税是多少？ 我的手机是***", "俄罗斯的增值税是多少？"),
        ("My number is ***. What is the VAT in Russia?", "What is the VAT in Russia?"),
        ("What is the VAT, my mail is ***", "What is the VAT,"),
        ("没有什么要遮的", "没有什么要遮的"),
    ],
)
def test_clauses_with_personal_data_can_be_left_out(masked: str, rest: str) -> None:
    assert without_masked(masked) == rest
