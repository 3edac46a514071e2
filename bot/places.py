"""Countries named in a text, in any language of the service."""

from __future__ import annotations

import re
from functools import cache, lru_cache

from babel import Locale

LANGUAGES = ("zh", "en", "pt", "ru", "ar", "es", "fr")
HOME = "CN"
"""Where the asking companies are, or where they invest: no host country."""
NOT_COUNTRIES = frozenset({"AQ", "ZZ", "XA", "XB", "EU", "UN", "EZ", "QO"})
OTHER_NAMES: dict[str, str] = {
    "CN": "国内, 我国, chinese, chinês, chines, китайск",
    "AE": "abu dhabi, 阿联酋, 迪拜, uae, emirates, dubai, emirados, эмират, оаэ, الإمارات, امارات",
    "BR": "圣保罗, brasileir, brasíli, бразильск, برازيل",
    "CH": "swiss",
    "DE": "german",
    "EG": "مصر, cairo, 开罗",
    "ES": "spanish",
    "FR": "french",
    "GB": "英国, uk, britain",
    "HK": "香港, hong kong",
    "ID": "印尼, 雅加达, اندونيسيا",
    "KR": "南韩, korea, корея",
    "KZ": "哈萨克",
    "MO": "澳门",
    "NL": "dutch",
    "PL": "polish",
    "RU": "俄国, 莫斯科, moscow, russ, русск, рф, москв, росси, moscou",
    "SA": "沙特, 利雅得, saudi, riyadh, arábia saudita, саудовск, السعودية",
    "TH": "thai, bangkok, 曼谷",
    "TR": "turkey, turkish",
    "TW": "台湾",
    "US": "usa, u.s., america, eua, сша, أمريكا",
    "UZ": "乌兹别克",
    "VN": "viet nam, vietnã, hanoi, 河内, 胡志明市, ho chi minh",
    "ZA": "юар",
}
"""Short and common forms that the CLDR does not list."""

IDEOGRAPH = re.compile(r"[\u3400-\u9fff]")
ENDING = 6
"""Letters that an inflected form or an adjective may have beyond the stem of a name."""
SHORT_ENDING = "(?:a|n|an|ans|i|is|ian|ians|и|е|у|ы|е)?"
"""The same for names of up to four letters, which begin many other words."""


@cache
def names() -> tuple[tuple[str, str], ...]:
    """`(name or stem in lower case, country)`, longest first so that 印度尼西亚 is not read as 印度."""
    found = {name: code for code, others in OTHER_NAMES.items() for name in others.split(", ")}
    for language in LANGUAGES:
        for code, name in Locale(language).territories.items():
            if len(code) == 2 and code.isalpha() and code not in NOT_COUNTRIES:
                found.setdefault(stem(name.lower()), code)
    return tuple(sorted(found.items(), key=lambda item: -len(item[0])))


def stem(name: str) -> str:
    """A name without the ending that inflection changes: Россия, России, российский all begin with росси."""
    if IDEOGRAPH.search(name) or " " in name or len(name) < 5:
        return name
    name = name.removeprefix("ال")
    return name[:-1] if name[-1] in "aяеийьаоé" else name


@cache
def pattern() -> re.Pattern[str]:
    """Matches any name: anywhere among ideographs, at the beginning of a word elsewhere."""
    parts = []
    for name, _ in names():
        escaped = re.escape(name)
        if IDEOGRAPH.search(name):
            parts.append(f"({escaped})")
        elif "\u0600" <= name[0] <= "\u06ff":
            parts.append(rf"(?<!\w)(?:[وبلكف]?ال|[وبلكف]|لل)?({escaped})")
        else:
            ending = rf"\w{{0,{ENDING}}}" if len(name) > 4 or name == "russ" else SHORT_ENDING
            parts.append(rf"(?<!\w)({escaped}){ending}(?!\w)")
    parts.append(r"(?<!\w)((?-i:US))(?![\w$])")
    return re.compile("|".join(parts), re.IGNORECASE)


def countries(text: str) -> tuple[str, ...]:
    """The ISO 3166-1 alpha-2 codes of the countries that a text names, in order of mention."""
    return tuple(dict.fromkeys(code for _, code in mentions(text)))


def is_named(country: str, text: str) -> bool:
    """Whether a text names a country."""
    return country in countries(text)


@lru_cache(maxsize=2048)
def mentions(text: str) -> list[tuple[str, str]]:
    """`(the words in the text, country)` for each mention."""
    codes = dict(names()) | {"us": "US"}
    found = []
    for match in pattern().finditer(text):
        name = next(group for group in match.groups() if group)
        found.append((match[0], codes.get(name.lower(), "")))
    return [(words, code) for words, code in found if code]


OTHER_CITIES = (
    "北京|上海|天津|重庆|深圳|前海|广州|苏州|南京|无锡|常州|宁波|温州|嘉兴|绍兴|金华|义乌|台州|舟山|湖州|丽水|衢州|合肥|武汉|长沙|郑州|西安|成都"
    "|青岛|济南|烟台|厦门|福州|泉州|东莞|佛山|珠海|横琴|海口|三亚|海南|昆明|贵阳|南宁|沈阳|大连|长春|哈尔滨|石家庄|太原|兰州|乌鲁木齐|南昌"
    "|Beijing|Shanghai|Tianjin|Chongqing|Shenzhen|Qianhai|Guangzhou|Suzhou|Nanjing|Wuxi|Ningbo|Wenzhou|Yiwu|Jinhua|Hefei|Wuhan|Changsha"
    "|Zhengzhou|Chengdu|Qingdao|Xiamen|Fuzhou|Dongguan|Foshan|Zhuhai|Hengqin|Hainan|Kunming|Dalian|Pequim|Xangai"
    "|Пекин|Шанха[йея]|Шэньчжэн|Гуанчжоу|Сучжоу|Нинбо"
)
"""Chinese cities that have rules of their own; Hangzhou and its districts are not among them."""
CITY = re.compile(OTHER_CITIES, re.IGNORECASE)


def other_cities(text: str) -> tuple[str, ...]:
    """The Chinese cities other than Hangzhou that a text names, as it spells them."""
    return tuple(dict.fromkeys(CITY.findall(text)))
