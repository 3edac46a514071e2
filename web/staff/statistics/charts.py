"""Charts of a period, in words and numbers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

from babel.dates import format_skeleton

from web.staff.statistics.key_numbers import Words
from web.staff.statistics.summary import Summary
from web.staff.statistics.svg import Plot, Row

MOST_BARS = 12


def charts(summary: Summary, words: Words, known: Mapping[str, str]) -> list[Plot]:
    """Returns the charts that have data; `known` are the messages of the staff pages."""

    def make_namer(start: str) -> Callable[[str], str]:
        def name(code: str) -> str:
            return known.get(f"{start}.{code}", code) if code else words.say("statistics.not_known")

        return name

    def name_language(code: str) -> str:
        return words.language_name(code) if code else words.say("statistics.not_known")

    plots = (
        by_day(summary, words),
        bars("outcomes", summary.now.outcomes, words, make_namer("outcome")),
        bars("topics", summary.topics, words, make_namer("topic")),
        bars("languages", summary.languages, words, name_language),
        bars("pages", summary.pages, words, name_language),
        times(summary, words),
        bars("ratings", ratings(summary), words, lambda code: words.say(f"statistics.rating.{code}")),
        bars("rest", count_by_validity(summary), words, lambda code: words.say(f"statistics.rest.{code}")),
        bars("reasons", summary.now.ratings.reasons, words, make_namer("why")),
    )
    return [plot for plot in plots if plot.rows]


def ratings(summary: Summary) -> dict[str, int]:
    """Counts useful and useless ratings; empty if there are none."""
    rated = summary.now.ratings
    return {"useful": rated.useful, "useless": rated.useless} if rated.useful + rated.useless else {}


def count_by_validity(summary: Summary) -> dict[str, int]:
    """Counts answers based on documents that end soon or do not apply, and all others."""
    answered = summary.now.answered
    return {"lasting": answered - summary.resting, "ending": summary.resting} if answered else {}


def by_day(summary: Summary, words: Words) -> Plot:
    """Returns questions per day: answered ones, and the others above them."""
    rows = tuple(
        Row(short(day, words.language), (answered, others), (words.count(answered), words.count(others)))
        for day, answered, others in summary.days
    )
    busiest = max(summary.days, key=lambda each: each[1] + each[2])
    said = words.say(
        "statistics.days_summary",
        questions=words.count(summary.now.questions),
        most=words.count(busiest[1] + busiest[2]),
        day=words.day(busiest[0]),
    )
    legend = words.say("statistics.part.answered"), words.say("statistics.part.others")
    head = (words.say("statistics.day"), *legend)
    return Plot("days", "columns", words.say("statistics.days"), said, head, rows, legend)


def bars(name: str, counts: Mapping[str, int], words: Words, named: Callable[[str], str]) -> Plot:
    """Returns a bar chart of counts, the most frequent first."""
    total = sum(counts.values())
    rows = tuple(
        Row(named(code), (count,), (words.count(count), words.share(count / total)))
        for code, count in list(counts.items())[:MOST_BARS]
    )
    said = words.say("statistics.bars_summary", first=rows[0].label, share=rows[0].shown[1]) if rows else ""
    head = words.say(f"statistics.{name}_head"), words.say("statistics.count"), words.say("statistics.share")
    return Plot(name, "bars", words.say(f"statistics.{name}"), said, head, rows)


def times(summary: Summary, words: Words) -> Plot:
    """Returns the answer times of each mode: median and 95th percentile, in seconds."""
    rows = tuple(
        Row(
            words.say(f"statistics.mode.{mode or 'none'}"),
            (each.middle, each.most),
            (words.count(each.count), words.seconds(each.middle), words.seconds(each.most)),
        )
        for mode, each in summary.now.times.items()
    )
    legend = words.say("statistics.half"), words.say("statistics.nearly_all")
    head = words.say("statistics.mode"), words.say("statistics.count"), *legend
    return Plot(
        "times", "ranges", words.say("statistics.times"), words.say("statistics.times_summary"), head, rows, legend
    )


def short(day: date, language: str) -> str:
    """Formats a day as month and day, such as `Nov 27`."""
    return str(format_skeleton("MMMd", day, locale=language))
