"""Names of the months in English, Portuguese and Russian, as written in dates."""

from __future__ import annotations

_NAMES = (
    "January|Jan janeiro|jan января|январь|январе",
    "February|Feb fevereiro|fev февраля|февраль|феврале",
    "March|Mar março|marco|mar марта|март|марте",
    "April|Apr abril|abr апреля|апрель|апреле",
    "May maio|mai мая|май|мае",
    "June|Jun junho|jun июня|июнь|июне",
    "July|Jul julho|jul июля|июль|июле",
    "August|Aug agosto|ago августа|август|августе",
    "September|Sept|Sep setembro|set сентября|сентябрь|сентябре",
    "October|Oct outubro|out октября|октябрь|октябре",
    "November|Nov novembro|nov ноября|ноябрь|ноябре",
    "December|Dec dezembro|dez декабря|декабрь|декабре",
)
_NUMBERS = {
    name.casefold(): number
    for number, names in enumerate(_NAMES, 1)
    for group in names.split()
    for name in group.split("|")
}
MONTH = r"\b(?:" + "|".join(sorted(_NUMBERS, key=len, reverse=True)) + r")\b\.?"
"""Pattern of a month name; match it without regard to case."""


def month_number(name: str) -> int:
    """Returns the number of a month by its name, 1 to 12."""
    return _NUMBERS[name.rstrip(".").casefold()]
