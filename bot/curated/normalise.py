"""Normalises wording: two wordings of one question become the same words.

Word order stays, because it tells who does what to whom; so do "from" and "by".
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from bot.curated.facets import CONCEPTS, without_codes
from bot.curated.roles import names_two
from bot.query.answer_type import ARTICLE
from bot.query.countries import LANGUAGES, country_name, mentions
from store.index import terms

IDEOGRAPH = re.compile(r"[\u3400-\u9fff]")
SPELLED_ALIKE = tuple(
    (re.compile(words, re.IGNORECASE), alike)
    for words, alike in (
        (r"请问|麻烦问一下|我想(?:问|知道|了解)(?:一下)?|咨询一下|你好|您好|谢谢", ""),
        (r"需要准备|需要提交|要准备|要提交|需要|需", "要"),
        (r"办理|申办|办(?!事处|公)", ""),
        (r"多长时间|多少时间|多久时间", "多久"),
        (r"多少个工作日|几个工作日|多少工作日", "几工作日"),
        (r"多少天|多少日", "几天"),
        (r"几个点|百分之几|百分之多少|多少", ""),
        (r"税率|率", ""),
        (r"在哪(?:里|儿)?|哪儿", "哪里"),
        (r"什么时候|何时", "几时"),
        (r"截止|为止", "止"),
        (r"现在|目前|如今|到底|究竟|一般|大概|可以|具体", ""),
        (r"什么材料|哪些材料|哪些资料|什么资料", "材料"),
        (r"规定的?|所规定", ""),
        (r"[的是吗呢啊呀了会有到在就能]", ""),
    )
)  # fmt: skip
"""Chinese synonyms, longer ones first; words without meaning become ""."""
ASKING = re.compile(r"^(要?(?:材料|几工作日|几天|多久|钱))[\s，,：:]*(.+)$")
"""Words that may stand before or after the rest of a Chinese question."""
BY_WHEN = re.compile(r"\bby (?=when\b|what\b|which\b)|(?<=when )(.*) by\W*$|(?<=how long )(.*) for\W*$", re.IGNORECASE)
"""An English "by" or "for" that only belongs to a question word."""
SMALL = frozenset(
    "what what's which who when where why how much many long often do does did is are was were can could may must should"
    " will would has have had need needs needed get gets a an the in on at and or as it its we our us you your i my"
    " me they their there this that these those still now please just only also any some one s"
    " qual quais que quem quando onde como quanto quanta quantos quantas é são ser um uma o a os as em no na nos"
    " nas e ou eu nós meu minha nosso nossa preciso precisa necessário necessários necessária agora ainda favor"
    " какой какая какое какие какова каков сколько кто когда где как что ли я мы вы мой наш и или сейчас за это"
    " нужен нужна нужно нужны ما هي هو كم هل متى أين كيف في على عن أو و التي الذي".split()
)  # fmt: skip
"""Words of other languages that only ask or join; answer types are compared apart."""
JOINING = SMALL | frozenset("of for to with de do da dos das em ao aos à às во в на для с со по у".split())
"""SMALL and words that matter only between two things of a kind.

Example: "the permit of the wife for the husband".
"""
MARKED = re.compile(r"[\w]+")


@lru_cache(maxsize=4096)
def wording(question: str) -> tuple[str, ...]:
    """Returns the normalised words of a question, in its language and order.

    Chinese gives characters, other languages give stems. If two things of one kind are named, whole words are kept,
    because an ending may tell who gives from who takes. Removed: question words, conjunctions, politeness, and articles
    of laws and codes, which are compared apart. Synonyms and country names get one form.
    """
    whole = unicodedata.normalize("NFKC", question)
    text = ARTICLE.sub(" ", without_codes(whole))
    is_chinese = bool(IDEOGRAPH.search(text))
    if names_two(whole) and not is_chinese:
        return words_of(text.lower(), SMALL)
    return chinese(made_one(text)) if is_chinese else stems(made_one(text))


def made_one(text: str) -> str:
    """Returns a text in which countries and concepts have one name."""
    for words, code in mentions(text):
        text = text.replace(words, f" {code.lower()}country ") if is_name(words, code) else text
    for name, pattern in CONCEPTS.items():
        text = pattern.sub(f" {name.replace(' ', '')} ", text)
    return text.lower()


def chinese(text: str) -> tuple[str, ...]:
    """Returns the characters with meaning; the words that ask always come last."""
    for pattern, alike in SPELLED_ALIKE:
        text = pattern.sub(alike, text)
    if begins := ASKING.match(text.strip()):
        text = f"{begins[2]} {begins[1]}"
    return tuple(each for word in MARKED.findall(text) for each in pieces(word))


def stems(text: str) -> tuple[str, ...]:
    """Returns the stems of the words.

    Participles on "ed" stay whole: who sues is not who is sued.
    """
    return tuple(each for word in words_of(text, JOINING) for each in ([word] if word.endswith("ed") else terms(word)))


def words_of(text: str, dropped: frozenset[str]) -> tuple[str, ...]:
    """Returns the words except those to be dropped."""
    asked = BY_WHEN.sub(lambda match: match[1] or match[2] or "", text)
    return tuple(word for word in MARKED.findall(asked) if word not in dropped)


def is_name(words: str, code: str) -> bool:
    """Checks that words name a country, not a place in it.

    They begin as its name does.
    """
    return any(country_name(code, language).lower()[:2] == words.lower()[:2] for language in LANGUAGES) or (
        country_name(code, "zh").startswith(words)
    )


def pieces(word: str) -> list[str]:
    """Returns the characters of a Chinese word; letters and digits stay together."""
    return re.findall(r"[\u3400-\u9fff]|[^\u3400-\u9fff]+", word)
