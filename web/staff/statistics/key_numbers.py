"""Key numbers of a period in words, each compared with the period before."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from web.staff.formatting import Formatter
from web.staff.pages import Say, translator
from web.staff.statistics.summary import FEW, Numbers, Summary


@dataclass(frozen=True)
class Key:
    """A key number: name, value, change (empty without a comparison) and explanation."""

    name: str
    value: str
    change: str
    hint: str


class Words(Formatter):
    """Formats numbers with their change, and the texts around them."""

    @property
    def say(self) -> Say:
        """The function that returns a message by its key, in this language."""
        return translator(self.language)

    def format_change(self, now: float, before: float | None, unit: str) -> str:
        """Returns the change; `unit` is count, points (of shares) or seconds."""
        if before is None:
            return ""
        by = now - before
        written = {"count": self.count(abs(by)), "points": f"{abs(by) * 100:.0f}", "seconds": f"{abs(by):.1f}"}[unit]
        if written in ("0", "0.0"):
            return self.say("statistics.same")
        said = self.say(f"statistics.{'more' if by > 0 else 'less'}.{unit}", by=written)
        return f"{said} ({self.share(by / before, '+0%;-0%')})" if unit == "count" and before else said


def keys(summary: Summary, words: Words) -> Iterator[Key]:
    """Yields the key numbers, the most important first."""
    say, now, before = words.say, summary.now, summary.before
    for name in ("questions", "unanswered", "requests"):
        yield count_key(name, now, before, words)
    yield Key(
        say("statistics.answered_share"),
        words.share(now.answered_share),
        shares(now.answered_share, before.answered_share if before else None, words),
        say(
            "statistics.answered_hint",
            answered=words.count(now.answered - now.partly),
            partly=words.count(now.partly),
            unanswered=words.count(now.unanswered),
        ),
    )
    yield satisfaction(now, before, words)
    for mode, times in now.times.items():
        earlier = before.times.get(mode) if before else None
        yield Key(
            say("statistics.middle", mode=say(f"statistics.mode.{mode or 'none'}")),
            words.seconds(times.middle),
            words.format_change(times.middle, earlier.middle if earlier else None, "seconds"),
            say("statistics.middle_hint", most=words.seconds(times.most), count=words.count(times.count)),
        )
    yield Key(
        say("statistics.resting"),
        words.share(summary.resting_share),
        "",
        say("statistics.resting_hint", count=words.count(summary.resting), answered=words.count(now.answered)),
    )
    yield count_key("aside", now, before, words)


def count_key(name: str, now: Numbers, before: Numbers | None, words: Words) -> Key:
    """Returns a count of `Numbers`, by its name, with its change."""
    number, earlier = getattr(now, name), getattr(before, name) if before else None
    change = words.format_change(number, earlier, "count")
    return Key(words.say(f"statistics.{name}"), words.count(number), change, words.say(f"statistics.{name}_hint"))


def satisfaction(now: Numbers, before: Numbers | None, words: Words) -> Key:
    """Returns the satisfaction with its number of ratings; too few are not compared."""
    is_few = now.rated < FEW
    hint = words.say("statistics.satisfaction_hint", useful=now.ratings.useful, rated=now.rated)
    few = f" {words.say('statistics.few', few=FEW)}" if is_few else ""
    earlier = before.satisfaction if before and before.rated >= FEW and not is_few else None
    change = shares(now.satisfaction, earlier, words)
    return Key(words.say("statistics.satisfaction"), words.share(now.satisfaction), change, hint + few)


def shares(now: float | None, before: float | None, words: Words) -> str:
    """Returns the change of a share (0 to 1), in points; empty without a comparison."""
    return "" if now is None else words.format_change(now, before, "points")
