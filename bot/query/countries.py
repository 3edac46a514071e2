"""Countries that a text names, in any service language."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from types import MappingProxyType

from babel import Locale

LANGUAGES = ("zh", "en", "pt", "ru", "ar", "es", "fr")
"""Languages whose country names are recognised."""
HOME = "CN"
"""China: home or destination of all companies that ask, so never a host country."""
NOT_COUNTRIES = frozenset({"AQ", "ZZ", "XA", "XB", "EU", "UN", "EZ", "QO"})
OTHER_NAMES: dict[str, str] = {
    "CN": "国内, 我国, 钱塘, 杭州, 浙江, 发改委, chinese, chinês, chines, qiantang, hangzhou, zhejiang, ndrc, mofcom,"
    " китай, китайск, ханчжоу, الصيني",
    "AE": "abu dhabi, 阿联酋, 迪拜, uae, emirates, dubai, emirados, эмират, оаэ, إمارات, امارات, jebel ali,"
    " sharjah, دبي, أبوظبي, ابوظبي",
    "BO": "la paz, 拉巴斯, cochabamba",
    "BR": "圣保罗, brasileir, brasíli, бразильск, برازيل, são paulo, sao paulo, rio de janeiro, rio, 里约,"
    " campinas, santos, curitiba, manaus, 玛瑙斯, сан-паулу, рио-де-жанейро, ساو باولو",
    "BY": "белорус, minsk, минск, 明斯克, лукашенк",
    "CD": "刚果金",
    "CG": "刚果",
    "CH": "swiss",
    "CU": "кубе, кубу, кубинск, cuban, havana, habana, 哈瓦那, mariel, 马里埃尔",
    "DE": "german, alemão, alemã, немецк, المانيا",
    "EG": "египт, egípci, مصر, cairo, 开罗, suez, 苏伊士, القاهرة, السويس",
    "ES": "spanish",
    "ET": "埃塞, эфиопск, addis, 亚的斯",
    "FR": "french, francês, frances",
    "GB": "英国, uk, britain, england, inglaterra, англи",
    "GH": "гане, ганы, гану",
    "HK": "香港, hong kong",
    "ID": "印尼, 雅加达, اندونيسيا, jakarta, джакарт, surabaya, 泗水, batam, 巴淡, morowali",
    "IN": "indian, индийск, mumbai, delhi, bangalore, bengaluru, chennai, hyderabad, gujarat, 孟买, 新德里,"
    " 班加罗尔, 金奈",
    "IR": "tehran, teerã, тегеран, 德黑兰",
    "JP": "японск",
    "KR": "南韩, korea, корея",
    "KZ": "哈萨克, kazakh, cazaque, казах, almaty, алмат, astana, астан, 阿拉木图, 阿斯塔纳",
    "MO": "澳门",
    "MX": "mexican",
    "MY": "kuala lumpur, 吉隆坡, penang, 槟城, johor, 柔佛, kuantan, 关丹",
    "NG": "lagos, abuja, lekki, 拉各斯, 阿布贾, 莱基",
    "NL": "dutch, holanda",
    "PL": "polish",
    "RU": "俄, 俄国, 莫斯科, moscow, moscou, russ, русск, рф, москв, росси, saint petersburg, петербург, 圣彼得堡,"
    " vladivostok, владивосток, 海参崴, новосибирск, екатеринбург, челябинск, татарстан, подмосков",
    "SA": "沙特, 利雅得, saudi, riyadh, arábia saudita, саудовск, سعودية, jeddah, 吉达, dammam, neom, الرياض,"
    " جدة, الدمام",
    "TH": "thai, bangkok, 曼谷, rayong, 罗勇, bkk",
    "TR": "turkey, turkish, турецк",
    "TW": "台湾",
    "UG": "kampala, 坎帕拉, кампал",
    "US": "usa, america, san francisco, eua, сша, أمريكا",
    "UZ": "乌兹别克, uzbek, узбек, tashkent, ташкент, 塔什干, samarkand, самарканд",
    "VN": "viet nam, vietnã, hanoi, 河内, 胡志明市, ho chi minh, hà nội, ha noi, hồ chí minh, sài gòn, saigon,"
    " bắc ninh, bac ninh, hải phòng, hai phong, 海防, 岘港, 北宁",
    "ZA": "юар, южной африк, johannesburg, joburg, cape town, durban, 约翰内斯堡, 约堡, 开普敦, 德班",
}
"""Short and common names that the CLDR lacks, and large cities for their country."""

SHORT_NAMES: dict[str, dict[str, str]] = {
    "zh": {"AE": "阿联酋", "HK": "中国香港", "MO": "中国澳门", "TW": "中国台湾"},
    "en": {"TW": "Taiwan, China"},
}
"""Names to show if the CLDR name is longer or not the one in official use."""

WORDS = frozenset({"того", "самоа", "مالي"})
"""Country names that are also words, such as "of that", "most" and "financial".

Some are words only when inflected.
"""
WITHIN: dict[str, str] = {
    "南非": "(?<![湖海云西东河济江])南非",
    "俄": "(?<=[对赴在中])俄(?![罗国亥])",
    "加纳": "(?<![增参追])加纳",
    "德国": "(?<!道)德国",
    "日本": "(?<![今近昔昨每假])日本",
    "法国": "(?<![依司合本宪守该税])法国",
    "海地": "(?<![上沿临珠威北滨])海地(?![区方域带形])",
}
"""Patterns for names that arise where two words meet, as in 上海地区 or 增加纳税."""
DOLLARS = re.compile(r"(?<!\w)(?:US|U\.S\.)(?![\w$])(?!\s*dollars?\b)")
""""US" in capitals for the United States, unless it belongs to an amount."""

IDEOGRAPH = re.compile(r"[\u3400-\u9fff]")
ARABIC = re.compile(r"[\u0600-\u06ff]")
ENDING = r"\w{0,6}"
"""Letters that inflection or an adjective may add to the stem of a name."""
SHORT_ENDING = "(?:a|n|an|ans|i|is|ian|ians|а|е|и|й|у|ы|ю|я|ей|ем|ой|ом)?"
"""Endings for stems of up to four letters, which many other words begin with."""
ARABIC_ENDING = "(?:ي|ية|يين|يون)?"


@cache
def names() -> dict[str, str]:
    """Maps each name or stem, in lower case, to its country.

    Longest first, so that 印度尼西亚 is not read as 印度.
    """
    found = {name: code for code, others in OTHER_NAMES.items() for name in others.split(", ")}
    for language in LANGUAGES:
        for code, name in territories(language).items():
            if len(code) == 2 and code.isalpha() and code not in NOT_COUNTRIES and name.lower() not in WORDS:
                found.setdefault(stem(name.lower()), code)
    return dict(sorted(found.items(), key=lambda item: -len(item[0])))


def stem(name: str) -> str:
    """Returns a name without its ending: Россия, России, российский give росси."""
    if IDEOGRAPH.search(name) or " " in name or len(name) < 5:
        return name
    name = name.removeprefix("ال")
    return name[:-1] if name[-1] in "aяеийьаоé" else name


@cache
def pattern() -> re.Pattern[str]:
    """Matches any name in lower case, anywhere among ideographs, else at a word start."""
    ideographs = [name for name in names() if IDEOGRAPH.search(name)]
    arabic = [name for name in names() if ARABIC.match(name)]
    others = [name for name in names() if not IDEOGRAPH.search(name) and not ARABIC.match(name)]
    long = [name for name in others if len(name) > 4 or name == "russ"]
    short = [name for name in others if name not in long]
    return re.compile(
        f"(?P<ideographs>{'|'.join(WITHIN.get(name, re.escape(name)) for name in ideographs)})"
        rf"|(?<!\w)(?:(?P<long>{either(long)}){ENDING}|(?P<short>{either(short)}){SHORT_ENDING})(?!\w)"
        rf"|(?<!\w)(?:[وبلكف]?ال|[وبلكف]|لل)?(?P<arabic>{either(arabic)}){ARABIC_ENDING}(?!\w)"
    )


def either(words: Sequence[str]) -> str:
    """Returns a pattern for any of the words."""
    return "|".join(re.escape(word) for word in words)


def countries(text: str) -> tuple[str, ...]:
    """Returns the ISO 3166-1 alpha-2 codes of the countries named, in order."""
    return tuple(dict.fromkeys(code for _, code in mentions(text)))


def is_named(country: str, text: str) -> bool:
    """Checks that a text names a country."""
    return country in countries(text)


def country_name(code: str, language: str) -> str:
    """Returns the name of a country in a language, or in English; "" for no country."""
    spoken = language if language in LANGUAGES else "en"
    if len(code) != 2 or not code.isalpha() or code in NOT_COUNTRIES:
        return ""
    return SHORT_NAMES.get(spoken, {}).get(code) or territories(spoken).get(code, "")


@cache
def territories(language: str) -> Mapping[str, str]:
    """Returns the CLDR names in one of LANGUAGES, by code."""
    return MappingProxyType({code: str(name) for code, name in Locale(language).territories.items()})


@lru_cache(maxsize=2048)
def mentions(text: str) -> tuple[tuple[str, str], ...]:
    """Returns `(the words in the text, country)` for each mention, in order."""
    lower = text.replace("İ", "I").lower()
    found = [(match.span(), names()[str(match[match.lastgroup or 0])]) for match in pattern().finditer(lower)]
    found += [(match.span(), "US") for match in DOLLARS.finditer(text)]
    return tuple((text[start:end], code) for (start, end), code in sorted(found))


OTHER_CITIES = (
    "北京|上海|天津|重庆|深圳|前海|广州|苏州|南京|无锡|常州|宁波|温州|嘉兴|绍兴|金华|义乌|台州|舟山|湖州|丽水|衢州|合肥|武汉|长沙|郑州|西安|成都"
    "|青岛|济南|烟台|厦门|福州|泉州|东莞|佛山|珠海|横琴|海口|三亚|海南|昆明|贵阳|南宁|沈阳|大连|长春|哈尔滨|石家庄|太原|兰州|乌鲁木齐|南昌"
    "|Beijing|Shanghai|Tianjin|Chongqing|Shenzhen|Qianhai|Guangzhou|Suzhou|Nanjing|Wuxi|Ningbo|Wenzhou|Yiwu|Jinhua|Hefei|Wuhan|Changsha"
    "|Zhengzhou|Chengdu|Qingdao|Xiamen|Fuzhou|Dongguan|Foshan|Zhuhai|Hengqin|Hainan|Kunming|Dalian|Pequim|Xangai"
    "|Пекин|Шанха[йея]|Шэньчжэн|Гуанчжоу|Сучжоу|Нинбо"
)
"""Chinese cities with rules of their own; not Hangzhou and its districts."""
CITY = re.compile(OTHER_CITIES, re.IGNORECASE)


def other_cities(text: str) -> tuple[str, ...]:
    """Returns the Chinese cities other than Hangzhou that a text names, as written."""
    return tuple(dict.fromkeys(CITY.findall(text)))


HERE = re.compile(
    r"钱塘|杭州|下沙|浙江|来华|qiantang|hangzhou|xiasha|zhejiang|ханчжоу|цяньтан|تشيانتانغ|هانغتشو", re.IGNORECASE
)


def is_here(text: str) -> bool:
    """Checks that a text is about Qiantang, Hangzhou or Zhejiang, whoever asks."""
    return bool(HERE.search(text))
