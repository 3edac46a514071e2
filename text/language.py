"""Language of a text: by its script, by signs of a language, or by statistics."""

from __future__ import annotations

import re
from functools import cache

from py3langid.langid import MODEL_FILE, LanguageIdentifier

from text.lexicon.load import alternatives, languages
from text.scripts import ARABIC, COMPATIBILITY_IDEOGRAPHS, CYRILLIC, DEVANAGARI, HANGUL, IDEOGRAPHS, KANA

LATIN = ["en", "pt", "es", "fr", "de", "it", "nl", "id", "vi", "tr", "pl", "cs", "ro", "hu", "sw"]
# An ideograph or a kana carries about as much as three letters: a Chinese text with addresses stays Chinese,
# an English one with Chinese terms in brackets stays English.
SCRIPTS = {
    "ja": (f"[{KANA}]", 6),
    "ko": (f"[{HANGUL}]", 3),
    "zh": (f"[{IDEOGRAPHS}{COMPATIBILITY_IDEOGRAPHS}]", 3),
    "ru": (f"[{CYRILLIC}]", 1),
    "ar": (rf"[{ARABIC}\u0750-\u077f]", 1),
    "th": (r"[\u0e00-\u0e7f]", 1),
    "hi": (f"[{DEVANAGARI}]", 1),
    "latin": (r"[A-Za-z\u00c0-\u024f\u1e00-\u1eff]", 1),
}
SHOWN_BY_FEW_WORDS = {"zh", "ru", "ar", "pt", "ja", "ko", "th", "hi"}
"""Languages that a few words show: by their script, and Portuguese by statistics."""
WORDS_A_SIGN = 8
"""Most words for each sign of a language that is told by its signs."""
SAMPLE = 20_000
"""Number of characters that are examined."""


def detect_language(text: str) -> str:
    """Returns the two-letter code of the main language of a text; "" without letters."""
    sample = re.sub(r"https?://\S+", " ", text[:SAMPLE])
    weights = {name: weight * len(re.findall(script, sample)) for name, (script, weight) in SCRIPTS.items()}
    # Japanese mixes kana with ideographs: a tenth of kana is enough to tell it from Chinese.
    if weights["ja"] > 0.1 * weights["zh"]:
        weights["ja"] += weights.pop("zh")
    name = max(weights, key=weights.__getitem__)
    if not weights[name]:
        return ""
    return _latin_language(sample) if name == "latin" else name


def _latin_language(text: str) -> str:
    return language_by_signs(text) or str(_identifier().classify(text)[0])


def language_by_signs(text: str) -> str:
    """Returns the language whose signs a text in Latin letters has; else "".

    Signs are words and letters that only this language has, one in WORDS_A_SIGN words. Names do not count: an English
    text may be about Đà Nẵng.
    """
    words = text.split()
    plain = " ".join(word for word in words if not word[0].isupper())
    found = {language: len(signs_of(language).findall(plain)) for language in languages()}
    best = max(found, key=found.__getitem__)
    return best if found[best] and WORDS_A_SIGN * found[best] >= len(words) else ""


@cache
def signs_of(language: str) -> re.Pattern[str]:
    """Returns the pattern of what only a language has in Latin letters: "¿", "kya".

    It matches nothing if no such words are known.
    """
    return re.compile(alternatives("language.signs", language) or "(?!)", re.IGNORECASE)


@cache
def _identifier() -> LanguageIdentifier:
    identifier = LanguageIdentifier.from_model_file(MODEL_FILE)
    identifier.set_languages(LATIN)
    return identifier


FEW_WORDS = 3
"""Up to so many words in Latin script count as of the page's language.

Statistics cannot tell the language of so few words, but for Portuguese; signs can. On a page in another script they
count as English.
"""


def question_language(text: str, otherwise: str = "en", before: str = "") -> str:
    """Returns the language of a question; `otherwise` if the text shows none.

    `otherwise` is that of the page. `before` is what was asked before: a few words that follow are of its language.
    """
    found = detect_language(text)
    is_sure = not found or found in SHOWN_BY_FEW_WORDS or bool(language_by_signs(text))
    if not is_sure and len(text.split()) <= FEW_WORDS:
        return question_language(before, otherwise) if before else otherwise if otherwise in LATIN else "en"
    return found or otherwise
