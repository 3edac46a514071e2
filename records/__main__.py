"""Command line of the records: list, requests, done, delete, expire, export."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import settings as configuration
from records.csv_export import label, write_csv
from records.engine import WrongRecordsUrlError
from records.errors import RecordsUnavailableError, UnknownRecordError
from records.models import Exchange, Filter, PersonRequest, Thumb, now
from records.records import SPOOL, Records, open_records
from text.messages import message

LONGEST_RETENTION = 3_650


def main(arguments: Sequence[str] | None = None, prog: str = "python -m records") -> int:
    """Runs one command, by default that of the process.

    Returns 0 on success, 1 for problems the user can fix.
    """
    parser = argparse.ArgumentParser(prog=prog, description="Questions, ratings and requests of visitors.")
    add_commands(parser.add_subparsers(required=True))
    options = parser.parse_args(arguments)
    try:
        settings = configuration.load()
        url = settings.records_address
        with open_records(url, settings.retention_days, settings.data_dir) as records:
            command: Callable[[Records, argparse.Namespace], None] = options.command
            try:
                command(records, options)
            finally:
                tell_waiting(records)
            return 0
    except (
        configuration.SettingsError,
        WrongRecordsUrlError,
        RecordsUnavailableError,
        UnknownRecordError,
        OSError,
    ) as error:
        print(f"{error}", file=sys.stderr)
        return 1


def tell_waiting(records: Records) -> None:
    """Reports records that the database has not taken yet, or that were lost."""
    waiting = records.waiting()
    if waiting.count:
        code = "command.one_waits" if waiting.count == 1 else "command.some_wait"
        print(message(code, count=f"{waiting.count:,}", file=SPOOL), file=sys.stderr)
    if waiting.dropped:
        print(message("command.lost", count=f"{waiting.dropped:,}"), file=sys.stderr)


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds the commands with their arguments."""

    def add(name: str, command: Callable[[Records, argparse.Namespace], None], text: str) -> argparse.ArgumentParser:
        own = commands.add_parser(name, help=text)
        own.set_defaults(command=command)
        return own

    listing = add("list", show_exchanges, "questions with their outcomes, the newest first")
    listing.add_argument("--outcome", default="", help="only those that ended so, such as not_in_knowledge_base")
    listing.add_argument("--days", type=int, help="only those of so many days, today included")
    listing.add_argument("--badly-rated", action="store_true", help="only those whose answer was of no use")
    asking = add("requests", show_requests, "who asked for a person, the longest waiting first")
    asking.add_argument("--open", action="store_true", help="only those that nobody has dealt with")
    for own in (listing, asking):
        own.add_argument("--json", action="store_true", help="one line of JSON on standard output")
    add("done", close_request, "note that a request was dealt with").add_argument("id", type=int, help="its number")
    add("delete", delete, "remove questions with their ratings and requests").add_argument("ids", nargs="+")
    add("expire", expire, "remove what is older than the retention")
    add("export", export, "all questions as a table").add_argument("file", type=Path, metavar="FILE.csv")


def show_exchanges(records: Records, options: argparse.Namespace) -> None:
    """Prints the exchanges that the options select, latest first, as text or JSON."""
    first = None
    if options.days is not None:
        first = date.today() - timedelta(min(max(options.days, 1), LONGEST_RETENTION) - 1)
    rated = Thumb.NOT_USEFUL if options.badly_rated else None
    found = records.exchanges(Filter(options.outcome, first=first, rated=rated), limit=None)
    if options.json:
        return emit({"exchanges": [asdict(exchange) for exchange in found]})
    for exchange in found:
        print(exchange_line(exchange))
    return None


def exchange_line(exchange: Exchange) -> str:
    """Returns an exchange as lines of text: outcome, question and rating."""
    asked = f"{exchange.asked_at.astimezone():%Y-%m-%d %H:%M}"
    lines = [f"{asked}  {exchange.outcome}  {exchange.language}  {exchange.id}", f"  {one_line(exchange.question)}"]
    if rating := exchange.rating:
        verdict = "useful" if rating.useful else f"not useful {rating.reason or ''}".rstrip()
        lines.append(f"  {verdict}: {one_line(rating.comment)}".removesuffix(": "))
    return "\n".join(lines)


def show_requests(records: Records, options: argparse.Namespace) -> None:
    """Prints the requests for a person, longest waiting first, as text or JSON."""
    found = records.requests(options.open)
    if options.json:
        return emit({"requests": [asdict(request) for request in found]})
    for request in found:
        print(request_line(request))
    return None


def request_line(request: PersonRequest) -> str:
    """Returns a request as lines of text: state, contact, question and note."""
    state = f"done {request.done_at.astimezone():%Y-%m-%d}" if request.done_at else "open"
    page_language = one_line(request.page_language)
    lines = [
        f"{request.id}  {state}  {request.consented_at.astimezone():%Y-%m-%d %H:%M}  {page_language}"
        f"  {label(request.mode)}".rstrip(),
        f"  {one_line(request.name)}: {one_line(request.contact)}",
        f"  {one_line(request.question)}",
        f"  {one_line(request.note)}",
    ]
    return "\n".join(line for line in lines if line.strip())


def one_line(text: str) -> str:
    """Returns text of a user with unprintable characters replaced.

    So it cannot control a terminal or pass for another line.
    """
    return "".join(letter if letter.isprintable() else " " for letter in text)


def close_request(records: Records, options: argparse.Namespace) -> None:
    """Closes the request whose number the options name, as answered."""
    records.close_request(options.id)


def delete(records: Records, options: argparse.Namespace) -> None:
    """Deletes the exchanges that the options name, and prints their number."""
    print(message("command.deleted", count=records.delete(options.ids)))


def expire(records: Records, _: argparse.Namespace) -> None:
    """Removes records older than the retention.

    Most were removed at the opening, so a number would mislead.
    """
    records.expire(now())
    print(message("command.expired", days=records.days) if records.keeping else message("command.nothing_kept"))


def export(records: Records, options: argparse.Namespace) -> None:
    """Writes all exchanges to the CSV file of the options, and prints their number."""
    count = write_csv(options.file, records.each())
    print(message("command.exported", count=count, file=options.file))


def emit(value: dict[str, Any]) -> None:
    """Prints a value as one line of JSON, with letters of all scripts as they are."""
    print(json.dumps(value, ensure_ascii=False, default=str))


if __name__ == "__main__":
    sys.exit(main())
