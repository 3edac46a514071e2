"""What is wrong in a list of the staff is said in the language of the page, by what each key needs."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import BaseModel

from store import bases, contacts, glossary
from store.yaml_list import ListCodes, read_list
from text.catalog import STAFF_LANGUAGES
from text.messages import Message, sentences

LISTS = [(bases.CODES, bases.Basis), (contacts.CODES, contacts.Contact), (glossary.CODES, glossary.Term)]


def problems(folder: Path, codes: ListCodes, model: type[BaseModel], text: str) -> list[Message]:
    (folder / "list.yaml").write_text(text, encoding="utf-8")
    return read_list(folder / "list.yaml", codes, model)[1]


@pytest.mark.parametrize(
    ("codes", "model", "text", "says"),
    [
        (contacts.CODES, contacts.Contact, "- {authority: {}}", "第 1 项的 authority：至少要写一种语言的名称"),
        (contacts.CODES, contacts.Contact, "- {hotline: '1'}", "第 1 项的 authority：至少要写一种语言的名称"),
        (contacts.CODES, contacts.Contact, "- {authority: {zh: 甲}, hotline: 12345}", "第 1 项的 hotline：要写文字"),
        (
            contacts.CODES,
            contacts.Contact,
            "- {authority: {zh: 甲}, telephone: '1'}",
            "第 1 项的 telephone：没有这个名称，最接近的是 hotline",
        ),
        (glossary.CODES, glossary.Term, "- {zh: [甲]}", "第 1 项的 zh：要写文字"),
        (glossary.CODES, glossary.Term, "- {zh: 甲, also: 乙}", "第 1 项的 also：要按语言写词"),
        (glossary.CODES, glossary.Term, "- 甲", "第 1 项不是一行一个的"),
        (glossary.CODES, glossary.Term, "- {zh: 甲}\n- [", "读不出来：第 2 行不是 YAML 格式"),
    ],
)
def test_a_mistake_is_told_in_chinese(
    tmp_path: Path, codes: ListCodes, model: type[BaseModel], text: str, says: str
) -> None:
    [problem] = problems(tmp_path, codes, model, text)
    assert problem.say(sentences("zh")).startswith(says)


def test_a_list_in_another_encoding_says_how_to_save_it(tmp_path: Path) -> None:
    (tmp_path / "list.yaml").write_bytes("- {zh: 甲}".encode("gb18030"))
    _, [problem] = read_list(tmp_path / "list.yaml", glossary.CODES, glossary.Term)
    assert "UTF-8" in problem.say(sentences("zh"))


@pytest.mark.parametrize(("codes", "model"), LISTS)
@pytest.mark.parametrize("wrong", ["{a: [b]}", "[[1]]", "2", "!!binary aGk="])
def test_no_value_of_any_key_is_answered_with_a_sentence_of_a_library(
    tmp_path: Path, codes: ListCodes, model: type[BaseModel], wrong: str
) -> None:
    keys = [*model.model_fields, "other"]
    told = [each for key in keys for each in problems(tmp_path, codes, model, f"- {{{key}: {wrong}}}")]
    assert told and all(isinstance(each.params["error"], Message) for each in told)
    codes_used = {each.params["error"].code for each in told if isinstance(each.params["error"], Message)}
    assert all(code in sentences(language) for code in codes_used for language in STAFF_LANGUAGES)
