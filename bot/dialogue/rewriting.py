"""Readings of a question: alone, after earlier ones, and as a model completes it.

A follow-up that only names another country is completed. No other is rewritten: the search takes both readings, and
the answerability model, which reads the question with what was asked before, tells which snippets answer it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from bot.answer import Turn
from bot.dialogue.intent import route
from bot.dialogue.questions_back import asks_back
from bot.pii import without_masked
from bot.query.continuation import OPENING, SAME_PLACE, asks_itself, begins_anew, is_continuation, leans, says_enough
from bot.query.countries import HOME, countries, country_name, is_here, mentions, replace_hosts
from text.language import detect_language
from text.lexicon.load import words
from text.scripts import DEVANAGARI, FULL_STOPS, QUESTION_MARKS

WORD = re.compile(rf"[\w{DEVANAGARI}]+")
FIGURE = re.compile(r"\d")
LINKS = frozenset(words("follow_up.links"))
"""Words that ask nothing beside the name of a country."""
OF_PEOPLE = frozenset({"人", "的"})
END = f"{FULL_STOPS}. "
MARKS = tuple(QUESTION_MARKS)
TURNS_READ = 2
"""Most earlier questions that are read; older ones do not count."""
AFTER, THERE, ALONE = 0.0, 0.0, -1.5
"""Preference of a reading, in points of the search.

After what was asked before, with the country that was asked about, alone. One by a model has none.
"""


def readings(
    question: str, history: Sequence[Turn], chosen: str = "", goes_abroad: bool = False
) -> list[tuple[str, float]]:
    """Returns the readings of a question, each with its preference.

    A first question has one. `chosen` is the name of the country that the person chose before asking; `goes_abroad` is
    True if what was asked before surely is about going abroad.
    """
    before = previous_questions(question, history, chosen).strip(END)
    alone = [(question, ALONE)]
    if not before:
        return alone
    place = place_before(question, before, goes_abroad)
    there = [(of_place(place, question), THERE)] if place not in ("", before) else []
    after = of_place(chosen, question) if before == chosen else join([before, question])
    return [(after, AFTER), *there, *alone]


def complete(question: str, history: Sequence[Turn]) -> str:
    """Completes a question that only names another country than an earlier one.

    "" for any other question. "And in Russia?" after "What is the VAT in Brazil?" asks "What is the VAT in Russia?",
    which stands alone. A conversation of such questions is read so, and a question that names a country and nothing
    else after one that says enough to stand alone: a short one may need what was said before it.
    """
    said = [without_masked(turn.content) for turn in history if turn.role == "user"]
    if not said:
        return ""
    asked = said[0] if is_self_contained(said[0]) else ""
    for turn in [*said[1:], question]:
        asked = with_country(asked, turn)
    if asked or not only_names_country(question):
        return asked
    is_whole = is_self_contained(said[-1]) and says_enough(said[-1])
    return (with_country(said[-1], question) if is_whole else "") or there_instead(said, question)


def there_instead(said: Sequence[str], question: str) -> str:
    """Returns the last question behind the country that a message names.

    "How much is withheld on dividends?" after one on Indonesia is asked of Egypt by "and Egypt?", "how much capital do
    they want there?" as well. "" if the last question names a place, only goes on, or asks nothing itself. A short one
    may need what was said before it, unless it was the first, or said "there".
    """
    (name, code), *_ = list_countries(question)
    last = SAME_PLACE.sub("", said[-1]).strip()
    is_placeless = set(countries(last)) <= {HOME} and not is_here(last)
    is_whole = asks_itself(last) and is_self_contained(last)
    is_whole &= says_enough(last) or len(said) == 1 or last != said[-1].strip()
    return of_place(name, last) if is_whole and code != HOME and is_placeless else ""


def ask_at_home(history: Sequence[Turn]) -> list[Turn]:
    """Returns a conversation that names China in place of host countries.

    Only what the person wrote changes.
    """
    return [replace(turn, content=in_china(turn.content)) if turn.role == "user" else turn for turn in history]


def in_china(question: str) -> str:
    """Returns a question with China in place of the host countries that it names."""
    return replace_hosts(question, country_name(HOME, detect_language(question)))


def is_self_contained(question: str) -> bool:
    """Checks that a question neither continues another one nor is a greeting."""
    return route(question) is None and not is_continuation(question)


def with_country(asked: str, question: str) -> str:
    """Returns the question `asked` of the one country that `question` names.

    "" if either names no or several countries, or if `question` says more than a country.
    """
    own, old = list_countries(question), [each for each in mentions(asked) if each[1] != HOME]
    if len({code for _, code in own}) != 1 or len({code for _, code in old}) != 1 or own[0][1] == old[0][1]:
        return ""
    is_about_home = is_here(asked) or HOME in countries(asked)
    if is_about_home and own[0][1] == HOME:
        return ""
    beside = set(words_beside(question, own)) - (OF_PEOPLE if is_about_home else LINKS | OF_PEOPLE)
    if beside or only_names_country(asked):
        return ""
    named = "|".join(re.escape(name) for name, _ in old)
    name = re.sub("^و(?=ال)", "", own[0][0])  # Arabic joins "and" to the name
    return re.sub(rf"(?<![A-Za-z])(?:{named})(?![A-Za-z])", lambda _: name, asked)


def only_names_country(question: str) -> bool:
    """Checks that a question names a country and asks nothing: "and Indonesia?"."""
    named = list_countries(question)
    return bool(named) and set(words_beside(question, named)) <= LINKS | OF_PEOPLE


def list_countries(question: str) -> list[tuple[str, str]]:
    """Returns the host countries that a question names, else China.

    As `mentions` has them.
    """
    named = mentions(question)
    return [each for each in named if each[1] != HOME] or list(named)


def words_beside(question: str, named: Sequence[tuple[str, str]]) -> list[str]:
    """Returns the words of a question besides the countries that it names.

    Words that open a follow-up, such as "and", are left out.
    """
    rest = question.strip().lower()
    for name, _ in named:
        rest = rest.replace(name.lower(), " ")
    return WORD.findall(OPENING.sub(" ", rest.strip(f"{END},， ")))


def place_before(question: str, before: str, goes_abroad: bool) -> str:
    """Returns the name of the only host country of the earlier questions.

    "" if there is none, or if the question names a place itself. Beside all that was asked before, the question's words
    weigh too little to find the right line of a table of countries.
    A place in China is no other place for a company that goes abroad from there.
    """
    own = set(countries(question)) - ({HOME} if goes_abroad else set())
    if own or (not goes_abroad and (is_here(question) or is_here(before))):
        return ""
    named = {code: words for words, code in mentions(before) if code != HOME or not goes_abroad}
    return next(iter(named.values())) if len(named) == 1 and HOME not in named else ""


def previous_questions(question: str, history: Sequence[Turn], chosen: str = "") -> str:
    """Returns the last question that stands alone and the later ones, joined.

    At most TURNS_READ of the person's, and one that only states something, or answers a question back, goes with the
    one before; after the country chosen if they name none. "" if the question says that it is on something else.
    Greetings are no questions, and a question that is asked again does not continue itself.
    """
    if begins_anew(question):
        return ""
    said = [
        (without_masked(turn.content), is_reply(turn, before))
        for before, turn in pairwise([None, *history])
        if turn and turn.role == "user" and turn.content.strip() != question
    ]
    asked = [(each, reply) for each, reply in said if each and route(each) is None][-TURNS_READ:]
    is_one = bool(asked) and not (leans(asked[-1][0]) or only_states(asked[-1][0]) or asked[-1][1])
    texts = [each for each, _ in (asked[-1:] if is_one else asked)]
    is_placed = any(set(countries(each)) - {HOME} for each in texts)
    return " ".join(texts if is_placed or not chosen else [chosen, *texts])


def is_reply(turn: Turn, before: Turn | None) -> bool:
    """Checks that a turn asks nothing and follows a question back."""
    is_after_question = before is not None and before.role == "assistant" and asks_back(before)
    return is_after_question and not asks_itself(turn.content)


def only_states(message: str) -> bool:
    """Checks that a message states a figure and asks nothing: "fine, 9 % on the rest".

    False if it names a country, or begins another subject.
    """
    is_asking = asks_itself(message) or message.rstrip().endswith(MARKS)
    return bool(FIGURE.search(message)) and not (is_asking or countries(message) or begins_anew(message))


def previous_answers(question: str, history: Sequence[Turn]) -> str:
    """Returns the last TURNS_READ answers, joined.

    "" if there are none, or if the question repeats the last one or begins another subject.
    """
    if begins_anew(question):
        return ""
    asked = next((turn.content.strip() for turn in reversed(history) if turn.role == "user"), "")
    said = [turn.content for turn in history if turn.role == "assistant"][-TURNS_READ:]
    return "" if asked == question.strip() else "\n".join(said)


def last_host(history: Sequence[Turn]) -> tuple[str, str]:
    """Returns the last question that names a host country, and its name.

    Two empty texts if there is none, or if it names several.
    """
    for turn in reversed(history):
        named = {code: name for name, code in mentions(turn.content) if code != HOME} if turn.role == "user" else {}
        if named:
            return (turn.content, next(iter(named.values()))) if len(named) == 1 else ("", "")
    return "", ""


def asks_of_here(history: Sequence[Turn]) -> bool:
    """Checks that the last question is about a place in China and no host country."""
    last = next((turn.content for turn in reversed(history) if turn.role == "user"), "")
    return is_here(last) and set(countries(last)) <= {HOME}


def of_place(place: str, question: str) -> str:
    """Returns a question behind the name of a place; in Chinese they are one word."""
    return f"{place}{question}" if detect_language(question) == "zh" else f"{place} {question}"


def join(parts: Sequence[str]) -> str:
    """Joins parts of a question: with a blank in Chinese, else with a comma."""
    return (" " if detect_language(parts[-1]) == "zh" else ", ").join(part for part in parts if part)
