"""Language of a text: by script if that is unique, otherwise by statistics."""

from __future__ import annotations

import re
from functools import cache

from py3langid.langid import MODEL_FILE, LanguageIdentifier

LATIN = ["en", "pt", "es", "fr", "de", "it", "nl", "id", "vi", "tr", "pl", "cs", "ro", "hu", "sw"]
# An ideograph or a kana carries about as much as three letters: a Chinese text with addresses stays Chinese,
# an English one with Chinese terms in brackets stays English.
SCRIPTS = {
    "ja": (r"[\u3040-\u30ff]", 6),
    "ko": (r"[\uac00-\ud7af]", 3),
    "zh": (r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]", 3),
    "ru": (r"[\u0400-\u04ff]", 1),
    "ar": (r"[\u0600-\u06ff\u0750-\u077f]", 1),
    "th": (r"[\u0e00-\u0e7f]", 1),
    "hi": (r"[\u0900-\u097f]", 1),
    "latin": (r"[A-Za-z\u00c0-\u024f\u1e00-\u1eff]", 1),
}
SAMPLE = 20_000
"""Characters that are looked at."""


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
    language, _ = _identifier().classify(text)
    return str(language)


@cache
def _identifier() -> LanguageIdentifier:
    identifier = LanguageIdentifier.from_model_file(MODEL_FILE)
    identifier.set_languages(LATIN)
    return identifier
