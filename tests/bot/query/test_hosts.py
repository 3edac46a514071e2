"""A question that names no country is about the one whose guide answers what is asked so."""

from __future__ import annotations

import pytest

from bot.pipeline import Bot
from bot.query.countries import HOME, countries
from bot.query.exemplars import closeness
from bot.query.hosts import by_place, guide_name, host_from_exemplars, hosts_before, without_own_country
from bot.query.query import SURE_SIDE
from evals.independent.guides import KNOWLEDGE
from store.documents import Metadata
from store.embeddings import Embedder

GUIDES = {
    f"outbound/{name}.{language}.md": Metadata(title=name, countries=about)
    for name, about in {
        "country-kazakhstan": ("KZ",),
        "country-malaysia": ("MY",),
        "country-brazil": ("BR",),
        "compare-taxes": ("KZ", "MY", "BR"),
        "ndrc-filing": (),
    }.items()
    for language in ("zh", "en")
}


@pytest.mark.parametrize(
    ("question", "host"),
    [
        ("wat is company tax in kazakstan", ("KZ",)),
        ("vat rate in malasya", ("MY",)),
        ("How long does the NDRC filing take?", ()),
        ("How high is the tax on profits?", ()),
        ("Which tax does a company in Tadjikstan pay", ()),
        ("profit tax in Kyrgystan", ()),
        ("KITAS how long", ()),
    ],
)
def test_a_country_that_is_misspelt_is_told_by_questions_like_it(
    remembering_embedder: Embedder, question: str, host: tuple[str, ...]
) -> None:
    assert {*countries(question)} <= {HOME}
    assert host_from_exemplars(closeness(remembering_embedder.question_vector(question)), GUIDES) == host


def test_nothing_is_told_without_exemplars_or_without_the_guides(remembering_embedder: Embedder) -> None:
    close = closeness(remembering_embedder.question_vector("wat is company tax in kazakstan"))
    assert host_from_exemplars(None, GUIDES) == host_from_exemplars(close, {}) == ()


@pytest.mark.parametrize(
    ("question", "is_about_china"),
    [
        ("Can a Saudi company own 100% of a company in Qiantang without a Chinese partner?", True),
        ("هل يمكن لشركة إماراتية أن تملك 100% من شركة في تشيانتانغ بدون شريك صيني؟", True),
        ("Somos exportadora de café do Brasil. dá pra ter empresa 100% nossa em Hangzhou sem sócio chinês?", True),
        ("越南公司在钱塘生产卖货，开发票增值税几个点", True),
        ("Can a Hangzhou company own 100% of a company in Dubai?", False),
        ("cuánto se queda el fisco de Bolivia cuando mandamos plata a la casa matriz en China?", False),
        ("杭州公司去巴西开厂要交什么税", False),
        ("我们在杭州的公司投资越南，企业所得税多少", False),
        ("Наша фирма в Ханчжоу, какой НДС у казахстанской дочки?", False),
        ("We sit in Hangzhou. Minimum capital for a Saudi branch?", False),
        ("Perusahaan kami di Hangzhou mau ekspansi ke Malaysia, pajak perusahaan berapa?", False),
    ],
)
def test_the_askers_own_country_does_not_say_where_something_happens(
    remembering_embedder: Embedder, question: str, is_about_china: bool
) -> None:
    encode = remembering_embedder.question_vector
    close = closeness(encode(question))
    assert close is not None
    assert close.side <= SURE_SIDE
    assert (by_place(question, close, encode).side > SURE_SIDE) == is_about_china


@pytest.mark.parametrize(
    ("question", "rest"),
    [
        ("Can a Saudi firm own land in Hangzhou?", "Can a   firm own land in Hangzhou?"),
        ("俄罗斯工程师来钱塘要什么证", " 工程师来钱塘要什么证"),
        ("Our people in Hangzhou go to Brazil", ""),
        ("Our shop in Hangzhou gets a Brazilian investor", ""),
        ("We are from Brazil, can our shop in Hangzhou hire?", "We are from  , can our shop in Hangzhou hire?"),
        ("现在俄罗斯公司想在钱塘设厂", "现在 公司想在钱塘设厂"),
        ("हांगझोउ में कंपनी, भारत में टैक्स?", ""),
        ("Can a Saudi firm own land?", ""),
        ("Are Saudi and Omani firms in Hangzhou taxed alike?", ""),
    ],
)
def test_one_country_may_be_the_askers_own_if_it_is_not_where_something_happens_and_china_is(
    question: str, rest: str
) -> None:
    assert without_own_country(question) == rest


@pytest.mark.parametrize(
    ("asked", "hosts"),
    [
        ("and if the money comes from a Singapore fund?", ("BR",)),
        ("and in Singapore?", ("SG",)),
        ("and a Russian one?", ("RU",)),
        ("how long does it take?", ("BR",)),
    ],
)
def test_a_country_without_a_document_is_no_host_where_it_only_tells_whose_something_is(
    bot: Bot, asked: str, hosts: tuple[str, ...]
) -> None:
    assert hosts_before(asked, f"Can we own a factory in Brazil, {asked}", bot.index) == hosts


def test_a_guide_and_its_translations_have_one_name() -> None:
    assert guide_name("outbound/country-brazil.pt.md") == "outbound/country-brazil"
    assert (KNOWLEDGE / "outbound/country-brazil.pt.md").exists()
    assert guide_name("laws/外商投资法.md") == ""
