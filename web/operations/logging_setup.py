"""Logging: one line a message, without personal data and words of a question.

A line has time, level, logger and request id.
"""

from __future__ import annotations

import json
import logging
import sys
import threading
import traceback
from datetime import datetime
from types import TracebackType
from typing import Any, Literal, TextIO

from bot.pii import mask
from web.operations.request_context import current_request
from web.operations.withholding import WITHHELD, shares_words

OURS = ("app", "bot", "evals", "ingest", "records", "store", "web", "__main__")
"""Loggers whose level is the setting.

All others log from WARNING up, because some would log questions.
"""
Form = Literal["text", "json"]


class Line(logging.Formatter):
    """Formats a message as one line of text or JSON, with its traceback."""

    def __init__(self, form: Form) -> None:
        super().__init__()
        self.form = form

    def format(self, record: logging.LogRecord) -> str:
        """Returns a message as a line; as text, a traceback follows on lines of its own."""
        request = current_request()
        said = {
            "time": datetime.fromtimestamp(record.created).astimezone().isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "request": getattr(record, "request_id", "") or request.id,
            "message": storable(mask(message_of(record, request.question))),
        }
        if record.exc_info:
            said["exception"] = storable(mask(format_traceback(record.exc_info, request.question)))
        if self.form == "json":
            return json.dumps(said, ensure_ascii=False)
        line = "{time} {level} {logger} [{request}] {message}".format(**said | {"request": said["request"] or "-"})
        return "\n".join([line.replace("\n", "\\n"), *said.get("exception", "").splitlines()])


def message_of(record: logging.LogRecord, question: str) -> str:
    """Returns the message; values with words of the current question are withheld."""
    values = record.args
    if isinstance(values, tuple):
        values = tuple(WITHHELD if shares_words(str(each), question) else each for each in values)
    try:
        return str(record.msg) % values if values else str(record.msg)
    except (TypeError, ValueError):
        return str(record.msg)


def format_traceback(failure: Any, question: str) -> str:
    """Returns a traceback; exception texts with words of the question are withheld."""
    shown = traceback.TracebackException(*failure, compact=True)
    each: traceback.TracebackException | None = shown
    while each is not None:
        if shares_words("".join(each.format_exception_only()), question):
            setattr(each, "_str", WITHHELD)  # noqa: B010  # typeshed does not know it
        each = each.__cause__ or each.__context__
    return "".join(shown.format()).rstrip()


def storable(text: str) -> str:
    """Returns a text for any stream: unpaired surrogates become question marks."""
    return text.encode("utf-8", "replace").decode()


class Captured:
    """A stream that logs its lines, because some libraries print tracebacks."""

    encoding = "utf-8"

    def __init__(self, original: TextIO) -> None:
        self.original, self.logger = original, logging.getLogger("stderr")
        self.rest = threading.local()

    def write(self, text: str) -> int:
        """Logs the complete lines, and keeps the rest of this thread for its next call."""
        lines = (getattr(self.rest, "text", "") + text).split("\n")
        self.rest.text = lines.pop()
        for line in filter(str.strip, lines):
            self.logger.warning("%s", line)
        return len(text)

    def flush(self) -> None:
        """Flushes the original stream; an incomplete line stays here."""
        self.original.flush()

    def isatty(self) -> bool:
        """Returns False, because nobody looks at the log as it is written."""
        return False

    def fileno(self) -> int:
        """Returns the file descriptor of the original stream."""
        return self.original.fileno()


def set_up_logging(level: str = "INFO", form: Form = "text") -> None:
    """Logs to standard error, including uncaught exceptions of threads."""
    handler = logging.StreamHandler(sys.stderr.original if isinstance(sys.stderr, Captured) else sys.stderr)
    handler.setFormatter(Line(form))
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    for name in OURS:
        logging.getLogger(name).setLevel(level)
    logging.captureWarnings(True)
    sys.excepthook = log_uncaught
    threading.excepthook = lambda died: log_uncaught(died.exc_type, died.exc_value, died.exc_traceback)


def log_what_is_printed() -> None:
    """Logs everything printed to standard error from now on."""
    if not isinstance(sys.stderr, Captured):
        sys.stderr = Captured(sys.stderr)


def log_uncaught(kind: type[BaseException], error: BaseException | None, trace: TracebackType | None) -> None:
    """Logs an exception that nobody caught, except for those that end the program."""
    if not issubclass(kind, KeyboardInterrupt | SystemExit):
        failure = error or kind()
        logging.getLogger("app").critical("Nobody caught this.", exc_info=(kind, failure, trace))
