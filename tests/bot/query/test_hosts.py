"""A question that names no country is about the one whose guide answers what is asked so."""

from __future__ import annotations

import pytest

from bot.pipeline import Bot
from bot.query.countries import HOME, countries
from bot.query.exemplars import closeness
from bot.query.hosts import UNNAMED, guide_name, host_from_exemplars, hosts_before, weigh_hosts
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
    ("question", "is_behind"),
    [
        ("Posso abrir empresa sozinha?", True),
        ("Posso abrir empresa sozinha no Brasil?", False),
        ("在杭州能开公司吗", True),
    ],
)
def test_exemplars_on_one_country_are_behind_for_a_question_that_names_none(
    remembering_embedder: Embedder, question: str, is_behind: bool
) -> None:
    vector = remembering_embedder.question_vector(question)
    assert vector is not None
    close = closeness(vector)
    assert close is not None
    documents = {"outbound/country-brazil.zh.md": Metadata(title="", countries=("BR",))}
    lags = close.cosines - weigh_hosts(question, close, documents, remembering_embedder.question_vector).cosines
    names, guides = close.exemplars.names, close.exemplars.guides
    is_brazil = guides == list(names).index("outbound/country-brazil")
    assert lags[is_brazil] == pytest.approx(UNNAMED if is_behind else 0.0, abs=1e-6)
    assert not lags[~is_brazil].any()


@pytest.mark.parametrize(
    ("question", "is_general"),
    [
        ("去印尼投资备案要多少天？", True),
        ("Where do we register foreign exchange for our investment in Uruguay?", True),
        ("أين نسجل النقد الأجنبي لاستثمارنا في السعودية؟", True),
        ("Куда в Китае подавать уведомление о заводе в Казахстане?", True),
        ("在印尼注册公司要多少天？", False),
        ("How long does the BOI take to decide in Thailand?", False),
        ("去印尼要签证吗", False),
    ],
)
def test_what_holds_for_every_country_is_near_a_question_that_names_one_if_nothing_on_that_country_is_nearer(
    remembering_embedder: Embedder, question: str, is_general: bool
) -> None:
    close = closeness(remembering_embedder.question_vector(question))
    assert close is not None
    guides = {f"{name}.zh.md" for name in close.exemplars.names if name.startswith("outbound/country-")}
    documents = {each: Metadata(title="", countries=("XX",)) for each in guides}
    weighed = weigh_hosts(question, close, documents, remembering_embedder.question_vector)
    assert (weighed.highest > close.highest) is is_general


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
