"""What people are told is a code with values: stored and handed on as such, and said only where it is shown."""

from __future__ import annotations

import ast
import errno
import os
import pickle
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest.metadata.front_matter import FrontMatter
from settings import SettingsError
from store.documents import Quality, UnreadableFileError
from store.index import IndexReleasedError
from store.index.tables.catalog import QUALITY
from tests.conftest import ROOT
from text.catalog import STAFF_LANGUAGES, load_catalog, parameters
from text.messages import (
    NOTHING,
    MessageError,
    as_it_is,
    from_text,
    join_messages,
    message,
    message_of,
    sentences,
    system_reason,
    to_text,
)
from text.messages.codes import FOLDERS

DAMAGED = message("page.damaged", page=3, error="KeyError")
NESTED = join_messages(message("file.no_text"), DAMAGED)
PRODUCT = ("text", "records", "store", "ingest", "bot", "web")
LOGGING = {"debug", "info", "warning", "error", "exception", "critical", "log", "_tell"}
"""Functions that write to the log."""
HELP = {"help", "description"}
"""Arguments with texts that a command line shows of itself."""
FOR_MODELS = {"bot/generation/prompts.py", "web/mcp/server.py"}
"""Files with texts that a model reads."""
LOG_ONLY = {
    "log_failure", "log_unfit_answer", "BotRefusedError", "BotSendError", "SignOnError", "SMTPNotSupportedError",
}  # fmt: skip
"""Functions and errors whose reasons nobody is told; the log gives them to engineers."""
NOT_TOLD = {
    "ingest/metadata/front_matter.py", "store/bases.py", "store/contacts.py",
    "text/catalog.py", "text/lexicon/load.py", "text/messages/codes.py", "web/http/gradio_calls.py",
    "web/sources/page_image_worker.py",
}  # fmt: skip
"""Files with errors of which people are told in other words, or that only a mistake in the program causes."""
WORDS = re.compile(r"[A-Za-z]{2,}[,:;]? [A-Za-z]")


def modules() -> Iterator[Path]:
    yield from ROOT.glob("*.py")
    for room in PRODUCT:
        yield from (ROOT / room).rglob("*.py")


def test_a_message_is_said_in_english_with_its_values() -> None:
    assert str(DAMAGED) == "Page 3 is damaged (KeyError). Compare it with the original."
    assert str(NESTED) == f"It holds no text. {DAMAGED}"
    assert str(NOTHING) == "" and not NOTHING and join_messages(NOTHING, NOTHING) == NOTHING


def test_braces_in_a_value_are_left_alone() -> None:
    assert "{page}" in str(message("page.damaged", page=1, error="{page}"))


def test_messages_are_stored_and_handed_to_other_processes() -> None:
    for each in (NOTHING, DAMAGED, NESTED, as_it_is("x")):
        assert from_text(to_text(each)) == each == pickle.loads(pickle.dumps(each))  # noqa: S301
    quality = Quality(notes=(DAMAGED, NESTED))
    assert QUALITY.validate_json(QUALITY.dump_json(quality)) == quality
    error = pickle.loads(pickle.dumps(UnreadableFileError(NESTED, DAMAGED)))  # noqa: S301
    assert (error.reason, error.remedy, str(error)) == (NESTED, DAMAGED, f"{NESTED} {DAMAGED}")


@pytest.mark.parametrize("kind", [MessageError, IndexReleasedError, SettingsError, ValueError, RuntimeError])
def test_an_error_of_any_kind_keeps_its_message_between_processes(kind: type[Exception]) -> None:
    error = pickle.loads(pickle.dumps(kind(NESTED)))  # noqa: S301
    assert (type(error), str(error), message_of(error)) == (kind, str(NESTED), NESTED)


def test_a_sentence_that_was_stored_before_there_were_codes_is_shown_as_it_is() -> None:
    old = "Page 3 has no text layer and OCR is off. Set ASSISTANT_OCR=on."
    assert str(from_text(old)) == old
    assert [str(note) for note in QUALITY.validate_json(f'{{"notes": ["{old}"]}}').notes] == [old]


def test_a_code_that_this_version_does_not_have_is_shown_as_it_is() -> None:
    assert str(from_text('{"code":"page.eaten","params":{"page":3}}')) == "page.eaten"
    assert str(from_text('{"code":"page.damaged","params":{}}')) == "page.damaged"


def calls(tree: ast.AST, name: str) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and name in (getattr(node.func, "id", ""), getattr(node.func, "attr", "")):
            yield node


def test_each_code_has_sentences_and_each_sentence_is_used() -> None:
    text = "\n".join(path.read_text(encoding="utf-8") for path in modules())
    used = set(re.findall(r'"([a-z]+(?:\.[a-z_0-9]+)?)"', text))
    used |= {f"key.{key}" for key in FrontMatter.model_fields} | {f"program.{kind}" for kind in PROGRAMS}
    named = {code for code, _ in codes_given()}
    composed = ("as_it_is", "objection.", "status.", "shared.", "where.", "written.too_")
    assert sorted(each for each in sentences("en").keys() - used - named if not each.startswith(composed)) == []
    assert len(named) > 250 and sorted(named - sentences("en").keys()) == []


def codes_given() -> Iterator[tuple[str, set[str | None]]]:
    """The codes that are written where a message is made, with the names of its values; None for `**`."""
    for path in modules():
        for call in calls(ast.parse(path.read_bytes()), "message"):
            if call.args and isinstance(call.args[0], ast.Constant):
                yield str(call.args[0].value), {each.arg for each in call.keywords}


def test_each_message_has_the_values_that_its_sentence_names() -> None:
    lacking = {code: parameters(sentences("en")[code]) - names for code, names in codes_given() if None not in names}
    assert {code: names for code, names in lacking.items() if names} == {}


def test_no_code_is_in_two_catalogs() -> None:
    catalogs = [load_catalog(folder, STAFF_LANGUAGES)["en"] for folder in FOLDERS]
    assert sum(map(len, catalogs)) == len(sentences("en"))


PROGRAMS = ("docx", "xlsx", "pptx", "pdf")


def without_log_and_help(tree: ast.AST) -> Iterator[ast.AST]:
    """All nodes of a module but those within docstrings, calls of the log and help."""
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        is_logged = isinstance(node, ast.Call) and getattr(node.func, "attr", "") in LOGGING
        is_docstring = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        is_help = isinstance(node, ast.keyword) and node.arg in HELP
        if not (is_logged or is_docstring or is_help):
            yield node
            waiting += ast.iter_child_nodes(node)


def texts_in(node: ast.AST) -> Iterator[str]:
    """The texts that are written in a part of a module, without those for the log and of help."""
    for each in without_log_and_help(node):
        if isinstance(each, ast.Constant) and isinstance(each.value, str):
            yield each.value


def test_no_code_says_a_sentence_of_its_own() -> None:
    said = {}
    for path in modules():
        texts = texts_in(ast.parse(path.read_bytes()))
        said[path.relative_to(ROOT).as_posix()] = [
            text for text in texts if re.search(r"\w+ \w+.*[a-z)”`]\.$", text) and not text.startswith("#")
        ]
    assert {name for name, texts in said.items() if texts} == FOR_MODELS


def worded(tree: ast.AST) -> Iterator[str]:
    """Words that are written where something is raised or printed, or ends a program."""
    for node in without_log_and_help(tree):
        made = node.exc if isinstance(node, ast.Raise) else node
        if not isinstance(made, ast.Call):
            continue
        name = getattr(made.func, "id", "") or getattr(made.func, "attr", "")
        if (isinstance(node, ast.Raise) and name not in LOG_ONLY) or name in ("print", "exit"):
            yield from filter(WORDS.search, texts_in(made))


def test_what_is_raised_or_printed_is_worded_in_catalogs() -> None:
    found = {path.relative_to(ROOT).as_posix(): list(worded(ast.parse(path.read_bytes()))) for path in modules()}
    assert {name: texts for name, texts in found.items() if texts and name not in NOT_TOLD} == {}
    assert {name for name in NOT_TOLD if not found[name]} == set()


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("raise SettingsError(f'{name} is not a setting.')", [" is not a setting."]),
        ("print('No receiver is set', file=sys.stderr)", ["No receiver is set"]),
        ("raise SettingsError(message('setting.unknown', setting=name))", []),
        ("raise log_failure('it wrote nothing')", []),
        ("log.error('It cannot be read.')", []),
    ],
)
def test_words_in_code_are_found(source: str, words: list[str]) -> None:
    assert list(worded(ast.parse(source))) == words


@pytest.mark.parametrize(
    ("number", "english", "chinese"),
    [
        (errno.EACCES, "access is denied", "没有权限"),
        (errno.EROFS, "the disk can only be read", "磁盘只能读取"),
        (errno.ENOENT, "it does not exist", "文件不存在"),
        (errno.ENOSPC, "the disk is full", "磁盘已满"),
        (errno.EBUSY, "it is in use", "正在使用中"),
        (errno.EIO, "the reason is unknown", "原因不明"),
    ],
)
def test_an_error_of_the_system_is_told_in_the_language_of_the_page_without_the_path(
    number: int, english: str, chinese: str
) -> None:
    error = OSError(number, os.strerror(number), "/srv/data/backup.zip")
    assert str(system_reason(error)) == english
    assert system_reason(error).say(sentences("zh")) == chinese
    for language in ("en", "zh"):
        told = message_of(error).say(sentences(language))
        assert "/srv" not in told
        assert os.strerror(number) not in told


def test_an_error_with_words_of_its_own_keeps_them() -> None:
    assert str(message_of(OSError("no such place"))) == "no such place"
