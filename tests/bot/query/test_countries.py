"""Countries are found as people write them, and not where they are not meant."""

from __future__ import annotations

import pytest
from babel import Locale

from bot.query.countries import (
    NAME_LANGUAGES,
    countries,
    country_name,
    mentions,
    other_cities,
    territories,
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("俄罗斯的增值税是多少", "RU"),
        ("对俄出口要办什么", "RU"),
        ("在俄罗斯开公司", "RU"),
        ("印尼开外资公司", "ID"),
        ("директор ТОО", "KZ"),
        ("quanto de IRRF", "BR"),
        ("PT PMA kami", "ID"),
        ("our Sdn Bhd", "MY"),
        ("accountant in KL", "MY"),
        ("沙特的税", "SA"),
        ("阿联酋自贸区", "AE"),
        ("刚果（金）的矿业税", "CD"),
        ("tax in Brazil", "BR"),
        ("Brazilian VAT", "BR"),
        ("Indonesia's capital rules", "ID"),
        ("a US branch", "US"),
        ("taxes in the U.S. now", "US"),
        ("Vietnamese partners", "VN"),
        ("Mexican customs", "MX"),
        ("imposto no Brasil", "BR"),
        ("empresas brasileiras", "BR"),
        ("na Rússia", "RU"),
        ("na Arábia Saudita", "SA"),
        ("dividendo da africa do sul", "ZA"),
        ("impostos no cazaquistao", "KZ"),
        ("clientes alemães e alemã", "DE"),
        ("socios chinos", "CN"),
        ("una empresa alemana", "DE"),
        ("el IVA en Dubái", "AE"),
        ("ley sudafricana", "ZA"),
        ("si EE. UU. lo prohíbe", "US"),
        ("Индия", "IN"),
        ("налоги Индии", "IN"),
        ("в Россию", "RU"),
        ("российские налоги", "RU"),
        ("для Бразилии", "BR"),
        ("в Саудовской Аравии", "SA"),
        ("в Египте", "EG"),
        ("на Кубе", "CU"),
        ("в Южной Африке", "ZA"),
        ("Китай", "CN"),
        ("с Китаем", "CN"),
        ("الضريبة في البرازيل", "BR"),
        ("والسعودية", "SA"),
        ("للإمارات", "AE"),
        ("شركة برازيلية", "BR"),
        ("税 在亚的斯亚贝巴", "ET"),
        ("Jacarta ou Yakarta", "ID"),
        ("IVA en Dubái", "AE"),
        ("в Лагосе", "NG"),
        ("ташкентской фирме", "UZ"),
        ("مصنع في القاهرة", "EG"),
        ("कोलकाता", "IN"),
        ("TP Hồ Chí Minh", "VN"),
        ("Nga có khu kinh tế đặc biệt nào", "RU"),
        ("dividen dari Afrika Selatan", "ZA"),
        ("đặc khu kinh tế Nam Phi", "ZA"),
        ("रूस में कंपनी", "RU"),
        ("巨石工业园有什么优惠", "BY"),
        ("去德里开公司", "IN"),
        ("货发杰贝阿里", "AE"),
        ("a plant near Ain Sokhna", "EG"),
        ("kish island or chabahar", "IR"),
        ("a welder in Port Harcourt", "NG"),
        ("fábrica em Camaçari", "BR"),
        ("filial em Recife", "BR"),
        ("depósito en Alejandría", "EG"),
        ("никель на Сулавеси", "ID"),
        ("завод под Казанью", "RU"),
        ("резиденты Великого камня", "BY"),
        ("去大马开厂", "MY"),
        ("那个马来客户", "MY"),
        ("股份全归俄方", "RU"),
        ("货物抵达曼谷港要交什么税", "TH"),
        ("a factory in Surat Thani", "TH"),
        ("VAT in S Africa", "ZA"),
        ("مصنع في العين السخنة", "EG"),
        ("نشحن إلى جبل علي", "AE"),
        ("kho ở Haiphong và Đồng Nai", "VN"),
    ],
)
def test_a_country_is_found_however_it_is_written(text: str, expected: str) -> None:
    assert countries(text) == (expected,)


@pytest.mark.parametrize(
    "text",
    [
        "isenção na zona franca de servicos, reuniao amanha",
        "US$3.5 million",
        "5,000 US dollars",
        "300 U.S. dollars",
        "the Madrid protocol and the New York Convention",
        "读过、oral agreement",
        "samarium and other rare earths",
        "мы этого не читаем",
        "pháp nhân có ý kiến",
        "mo tai khoan ngan hang, moi nam phi bao nhieu",
        "thanh toán bằng séc",
        "RBI के विनियमन के तहत निवेश सीमा",
        "una fortaleza de la empresa en la bahía",
        "tecido de chita",
        "how can us help",
        "美元、欧元和泰铢",
        "上海地区的优惠",
        "增加纳税人",
        "湖南非公有制企业",
        "依法国有化",
        "кроме того, это самое важное",
        "السنة المالية",
        "together with a woman",
        "recifes de coral e peixes",
        "我们在广东开普票还是专票",
        "perusahaan dengan bintang lima",
        "马六甲海峡的航线",
        "小麦加工和黄浦那边的厂",
        "самарий и александрит",
        "加大马力和从车上跑去大马路",
        "俄语翻译要资质吗",
        "到俄亥俄建厂再去俄克拉荷马",
        "老马来这里开公司，我姓马来自西安",
        "广大马术爱好者和伟大马达",
        "职业道德里面有什么",
        "霞浦那家工厂",
        "an individual indicator",
        "export KL-200 pumps",
        "葡萄牙语翻译补贴，印度尼西亚语的也行",
    ],
)
def test_words_that_only_look_like_a_country_are_none(text: str) -> None:
    assert countries(text) == ()


def test_the_longer_name_wins() -> None:
    assert countries("印度尼西亚") == ("ID",)
    assert countries("尼日利亚") == ("NG",)
    assert countries("Papua New Guinea") == ("PG",)
    assert countries("白俄罗斯") == ("BY",)


def test_countries_come_once_and_in_order_of_mention() -> None:
    assert countries("巴西、俄罗斯和巴西，以及 the US") == ("BR", "RU", "US")


def test_a_mention_keeps_the_words_of_the_text() -> None:
    assert mentions("Налог в России и İn Brazil") == (("России", "RU"), ("Brazil", "BR"))


def test_the_own_district_is_china_and_other_cities_are_told_apart() -> None:
    assert countries("investing in Qiantang") == countries("在钱塘开公司") == ("CN",)
    assert other_cities("上海和 Shenzhen 的补贴") == ("上海", "Shenzhen")
    assert other_cities("杭州钱塘的补贴") == ()


def test_countries_have_the_names_that_the_public_uses() -> None:
    assert country_name("AE", "zh") == "阿联酋"
    assert country_name("BR", "en") == country_name("BR", "xx") == "Brazil"
    assert [country_name(code, "zh") for code in ("", "ZZ", "br", "EU", "BRA")] == [""] * 5


def test_names_are_kept_for_the_languages_of_the_service_only() -> None:
    assert {country_name("BR", f"x{number}") for number in range(100)} == {"Brazil"}
    assert territories.cache_info().currsize <= len(NAME_LANGUAGES)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_bot_reads_every_country_by_the_name_that_the_page_gives_it(language: str) -> None:
    for code in filter(lambda code: len(code) == 2, Locale(language).territories):
        if name := country_name(code, language):
            assert code in countries(name), name


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("شركة ماليزية تريد فتح فرع", ("MY",)),
        ("شركة نيجيرية من أبوجا", ("NG",)),
        ("Empresa sul-africana", ("ZA",)),
        ("Тайский завод платит нам", ("TH",)),
        ("an Emirati buyer", ("AE",)),
        ("هل يكفي 150 ألف دولار أمريكي؟", ()),
        ("150 тыс. американских долларов", ()),
        ("British Columbia pays in British pounds", ()),
        ("孟加拉湾沿岸的港口", ()),
    ],
)
def test_a_country_is_known_by_its_adjective_but_not_by_its_currency(text: str, named: tuple[str, ...]) -> None:
    assert countries(text) == named
