"""A document has one card in an answer: law and issuing body first, its title once, its quotes once, below."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from urllib.parse import parse_qs, urlsplit

import pytest
from bs4 import BeautifulSoup, Tag

from bot.answer import Answer, AnswerWarning, Citation, CitedBasis
from bot.outcomes import Outcome
from store.bases import Basis
from store.documents import Validity
from tests.web.test_bases import ORDER
from web.chat.answer_pieces import pieces
from web.chat.message import RenderContext, render_message
from web.i18n import texts

RUSSIA, BRAZIL = "俄罗斯国别指南", "Guia do Brasil"
LAW = Basis.model_validate(
    {"id": "law", "title": {"zh": "俄罗斯联邦税法典", "en": "Tax Code"}, "issuer": {"zh": "俄罗斯联邦", "en": "Russia"}}
)


def quote(number: int, words: str, title: str = RUSSIA, language: str = "zh", basis: str = "law") -> Citation:
    based = CitedBasis(
        basis, "", LAW if basis == "law" else None, Validity.IN_FORCE if basis == "law" else Validity.UNKNOWN
    )
    cited = Citation(number, f"{title}.md", title, words, 0, 9, language=language, bases=(based,))
    return replace(cited, kind="guide", reviewed_on=date(2026, 11, 24))


PROFIT, VAT, BRASIL = (
    quote(1, "利润税为 25%。"),
    quote(2, "增值税为 22%。", basis="?"),
    quote(3, "A alíquota é de 34%.", BRAZIL, "pt"),
)
TEXT = f"**{RUSSIA}**\n\n利润税为 25%。 [1]\n\n增值税为 22%。 [2]\n\n**{BRAZIL}**\n\nA alíquota é de 34%. [3]"
ANSWER = Answer("税率？", "税率？", "zh", Outcome.ANSWERED, TEXT, citations=(PROFIT, VAT, BRASIL))


def shown(answer: Answer, language: str = "zh") -> BeautifulSoup:
    return BeautifulSoup(render_message(answer, 1, RenderContext(language)), "html.parser")


def plain(part: Tag | BeautifulSoup) -> str:
    return part.get_text(" ", strip=True)


def test_a_document_has_one_card_with_all_its_quotes() -> None:
    cards = shown(ANSWER).select(".card")
    assert [plain(card.select(".title strong")[0]) for card in cards] == [RUSSIA, BRAZIL]
    assert [len(card.select(".quote")) for card in cards] == [2, 1]
    assert not shown(ANSWER).select(".sources"), "nothing stands beside the answer once more"


def test_title_and_quote_stand_there_once() -> None:
    page = plain(shown(ANSWER))
    for once in (RUSSIA, BRAZIL, "利润税为 25%。", "增值税为 22%。", "A alíquota é de 34%."):
        assert page.count(once) == 1, once


def test_the_title_is_a_small_line_and_no_heading_below_law_and_issuing_body() -> None:
    card = shown(ANSWER).select(".card")[0]
    assert not card.select(".about :is(h1, h2, h3, h4)")
    assert plain(card).index("俄罗斯联邦税法典") < plain(card).index(RUSSIA)


def test_only_one_law_stands_above_the_quote_and_the_guide_below_it() -> None:
    said = plain(shown(ANSWER).select(".card")[0])
    assert said.index("俄罗斯联邦税法典") < said.index("利润税为 25%。") < said.index(RUSSIA)


def test_a_law_comes_with_its_issuing_body_first() -> None:
    law = replace(
        PROFIT,
        kind="document",
        issuer="商务部",
        document_number="商务部令2014年第3号",
        bases=(),
        validity=Validity.IN_FORCE,
    )
    head = shown(replace(ANSWER, text=f"**{RUSSIA}**\n\n利润税为 25%。 [1]", citations=(law,))).select(".card .about")[
        0
    ]
    assert plain(head) == f"现行有效 商务部 商务部令2014年第3号 {RUSSIA}"


def test_a_basis_names_its_quotes_where_others_rest_on_something_else() -> None:
    [basis] = shown(ANSWER).select(".card")[0].select(".basis")
    assert [plain(each) for each in basis.select(".number")] == ["1"]
    [alone] = shown(ANSWER).select(".card")[1].select(".basis")
    assert not alone.select(".number")


def test_what_is_to_be_checked_is_said_once_and_above_the_quote() -> None:
    warning = AnswerWarning("to_be_checked", "请核实。")
    page = shown(replace(ANSWER, text=f"> 请核实。\n\n{TEXT}", warnings=(warning,)))
    assert plain(page).count(texts("zh")["warning.to_be_checked"]) == 1
    [note] = page.select(".unsure")
    assert [plain(each) for each in note.select(".number")] == ["2"]
    assert plain(page).index(plain(note)) < plain(page).index("增值税为 22%。")


def test_every_quote_is_written_in_the_direction_of_its_language() -> None:
    arabic = replace(ANSWER, text=f"**{RUSSIA}**\n\nالضريبة 9%. [1]", citations=(replace(PROFIT, language="ar"),))
    assert [(each["lang"], each["dir"]) for each in shown(ANSWER, "ar").select(".quotes")] == [
        ("zh", "ltr"),
        ("pt", "ltr"),
    ]
    assert shown(arabic).select(".quotes")[0]["dir"] == "rtl"
    beside = shown(replace(arabic, mode="model")).select("blockquote")[0]
    assert (beside["lang"], beside["dir"]) == ("ar", "rtl")


VERSIONS = {"zh": f"{RUSSIA}.md", "en": "russia.en.md", "ru": "russia.ru.md"}


@pytest.mark.parametrize(
    ("spoken", "version"),
    [("zh", None), ("ru", "russia.ru.md"), ("pt", "russia.en.md"), ("es", "russia.en.md"), ("en", "russia.en.md")],
)
def test_the_guide_is_offered_in_the_language_nearest_to_the_question(spoken: str, version: str | None) -> None:
    around = RenderContext("en", versions=lambda source: VERSIONS if source in VERSIONS.values() else {})
    answer = replace(ANSWER, language=spoken, citations=(PROFIT,), text=f"**{RUSSIA}**\n\n利润税为 25%。 [1]")
    links = BeautifulSoup(render_message(answer, 1, around), "html.parser").select(".version")
    assert [parse_qs(urlsplit(str(link["href"])).query)["path"] for link in links] == ([[version]] if version else [])
    assert [plain(link) for link in links] in ([], ["Read it in English"], ["Read it in Russian"])


def test_nothing_is_offered_where_the_quote_is_in_the_nearest_language_there_is() -> None:
    around = RenderContext("ar", versions=lambda _: {"zh": f"{RUSSIA}.md"})
    answer = replace(ANSWER, language="ar", citations=(PROFIT,))
    assert not BeautifulSoup(render_message(answer, 1, around), "html.parser").select(".version")


@pytest.mark.parametrize("mode", ["model", "curated"])
def test_an_answer_in_other_words_has_its_quotes_beside_it(mode: str) -> None:
    page = shown(replace(ANSWER, mode=mode, text="俄罗斯 25% [1]，巴西 34% [3]。"))  # type: ignore[arg-type]
    assert [len(card.select("blockquote")) for card in page.select(".sources .card")] == [2, 1]
    assert not page.select(".words .card")


def test_the_words_around_the_quotes_stay_where_they_are() -> None:
    first = f"### 俄罗斯？\n\n**{RUSSIA}**\n\n利润税为 25%。 [1]"
    text = f"{first}\n\n### 月球？\n\n没有。\n\n**{BRAZIL}**\n\n34%. [3]\n\n请问商务局。"
    assert [(piece.text, piece.numbers) for piece in pieces(text, ANSWER.citations)] == [
        ("### 俄罗斯？", ()),
        ("利润税为 25%。 [1]", (1,)),
        ("### 月球？\n\n没有。", ()),
        ("34%. [3]", (3,)),
        ("请问商务局。", ()),
    ]


def test_over_several_questions_a_document_says_its_title_and_its_law_once() -> None:
    later = replace(VAT, number=2, bases=PROFIT.bases)
    other = replace(quote(3, "最低资本1万卢布。"), bases=(CitedBasis("o", "第14条", ORDER, Validity.IN_FORCE),))
    said = (("利润税？", PROFIT), ("增值税？", later), ("资本？", other))
    text = "\n\n".join(f"### {asked}\n\n**{RUSSIA}**\n\n{cited.quote} [{cited.number}]" for asked, cited in said)
    page = shown(replace(ANSWER, text=text, citations=(PROFIT, later, other)))
    cards = page.select(".card")
    assert [len(card.select(".quote")) for card in cards] == [1, 1, 1]
    assert [plain(each) for card in cards for each in card.select(".basis .number")] == ["1", "2"]
    assert [len(card.select(".basis")) for card in cards] == [1, 0, 1], "the last one rests on another order"
    assert [len(card.select(".title")) for card in cards] == [1, 0, 0]
    assert page.select(".title")[0]["data-numbers"] == "1 2 3"
    assert len(cards[1].select(".about")) == 0


def test_a_title_without_a_quote_is_left_as_it_is() -> None:
    assert [piece.text for piece in pieces(f"**{RUSSIA}**\n\n没有。", ANSWER.citations)] == [f"**{RUSSIA}**\n\n没有。"]


def test_the_basis_of_a_guide_is_the_order_behind_it() -> None:
    cited = replace(PROFIT, bases=(CitedBasis("ndrc-order-11", "第14条", ORDER, Validity.IN_FORCE),))
    page = shown(replace(ANSWER, text=f"**{RUSSIA}**\n\n利润税为 25%。 [1]", citations=(cited,)))
    assert page.select(".basis .official")[0]["href"] == "https://www.ndrc.gov.cn/order"


def test_the_law_of_the_country_asked_about_stands_above_the_quote() -> None:
    laws = {
        code: Basis.model_validate({"id": code, "title": {"en": f"Tax law of {name}"}, "issuer": {"en": name}})
        for code, name in (("ru", "Russia"), ("in", "India"), ("br", "Brazil"))
    }
    cited = replace(PROFIT, bases=tuple(CitedBasis(code, "", law, Validity.IN_FORCE) for code, law in laws.items()))
    answer = replace(ANSWER, text=f"**{RUSSIA}**\n\n利润税为 25%。 [1]", citations=(cited,))
    for asked, first in (("What is the profit tax in Brazil?", "Brazil"), ("What is the profit tax?", "Russia")):
        above, below = shown(replace(answer, standalone_question=asked), "en").select(".card .about")
        assert f"Tax law of {first}" in plain(above)
        assert len(below.select(".basis")) == 2


def test_thanks_have_no_tools() -> None:
    said = replace(ANSWER, id="1", outcome=Outcome.GREETING, text="不客气！", citations=())
    assert not shown(said).select(".tools")
    assert shown(replace(ANSWER, id="1")).select(".tools")


@pytest.mark.parametrize("validity", [Validity.REPEALED, Validity.SUPERSEDED, Validity.EXPIRED])
def test_quotes_of_a_text_that_no_longer_applies_are_folded(validity: Validity) -> None:
    old = replace(BRASIL, validity=validity, kind="document")
    page = shown(replace(ANSWER, citations=(PROFIT, VAT, old)))
    (folded,) = page.select("details.over")
    assert "34%" in plain(folded)
    assert "25%" not in plain(folded)
    assert plain(folded.select("summary")[0]) == texts("zh")["source.over"]


def test_quotes_of_a_past_day_that_was_asked_about_are_not_folded() -> None:
    old = replace(BRASIL, validity=Validity.SUPERSEDED)
    assert not shown(replace(ANSWER, citations=(PROFIT, VAT, old), as_of=date(2019, 5, 1))).select(".over")


def test_quotes_of_a_draft_are_not_folded() -> None:
    assert not shown(replace(ANSWER, citations=(PROFIT, VAT, replace(BRASIL, validity=Validity.DRAFT)))).select(".over")
