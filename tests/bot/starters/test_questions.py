"""Examples are questions of the folder that it really answers, and only those."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from bot.outcomes import Outcome
from bot.pipeline import Bot
from bot.query.countries import countries
from bot.starters.questions import TOPICS, TRIES, Starter, StarterFilter, candidates, examples
from ingest.watcher import WatchedLibrary, open_watched_library
from settings import Settings
from store.embeddings import BUNDLED_MODEL
from store.embeddings.late_interaction import BinaryTokenVectors, QueryTokenVectors
from store.index import Vector
from tests.bot.conftest import HOSTILE
from text.catalog import SERVICE_LANGUAGES
from web.i18n import texts


def guide(head: str, *sections: tuple[str, str]) -> str:
    body = "\n".join(f"### {question}\n\n{answer}\n" for question, answer in sections)
    return f"---\n{head}\n---\n# 指南\n\n{body}"


FOLDER = {
    "brazil.zh.md": guide(
        "title: 巴西指南\nlanguage: zh\naudience: outbound\ncountries: [BR]\ntopics: [country, tax, trade, visa]",
        ("巴西的企业所得税税率是多少？", "巴西的企业所得税综合税率为34%。"),
        ("在巴西可以设独资公司吗？", "可以，巴西允许外国人设立独资公司。"),
        ("找谁？", "找巴西驻华使馆。"),
    ),
    "russia.zh.md": guide(
        "title: 俄罗斯指南\nlanguage: zh\naudience: outbound\ncountries: [RU]\ntopics: [country, tax, trade, visa]",
        ("俄罗斯的增值税税率是多少？", "俄罗斯的增值税税率为22%。"),
    ),
    "compare.zh.md": guide(
        "title: 商标比较\nlanguage: zh\naudience: outbound\ncountries: [BR, RU]\ntopics: [trademarks]",
        ("俄罗斯的商标保护多少年？", "俄罗斯的商标保护期为10年。"),
        ("巴西的商标续展要花多少雷亚尔？", "巴西的商标续展规费为1065雷亚尔。"),
    ),
    "visas.en.md": guide(
        "title: Visas\nlanguage: en\naudience: inbound\ncountries: [CN]\ntopics: [visas]",
        ("Which visa does a business visitor to China need?", "A business visitor to China needs an M visa."),
        ("How long may I stay in China in transit without a visa?", "In transit without a visa: 240 hours."),
        (HOSTILE.split(".")[0] + "?", "Nothing."),
        ("x" * 91 + "?", "Nothing."),
    ),
    "old.zh.md": guide(
        "title: 旧办法\nlanguage: zh\naudience: outbound\ncountries: [NG]\ntopics: [data]\neffective_to: 2020-01-01",
        ("尼日利亚的旧补贴是多少？", "尼日利亚的旧补贴为每家5000元。"),
    ),
    "odd.zh.md": guide("title: 杂项\nlanguage: zh\naudience: inbound\ncountries: [CN, XX]\ntopics: [unheard-of]"),
}
PREFERRED = ("巴西的企业所得税税率是多少？", "火星的增值税税率是多少？")


class Counting:
    """The bundled model, which counts the questions."""

    name = BUNDLED_MODEL

    def __init__(self, library: WatchedLibrary) -> None:
        self.inner, self.asked, self.lock = library.embedder, 0, threading.Lock()

    def passages(self, texts: list[str], /) -> Vector:
        return self.inner.passages(texts)

    def embed_passages(self, texts: list[str], /) -> tuple[Vector, Sequence[BinaryTokenVectors] | None]:
        return self.inner.embed_passages(texts)

    def embed_query(self, text: str, /) -> tuple[Vector, QueryTokenVectors | None]:
        with self.lock:
            self.asked += 1
        return self.inner.embed_query(text)

    def question_vector(self, text: str, /) -> Vector | None:
        return self.inner.question_vector(text)


@contextmanager
def opened(place: Path) -> Iterator[WatchedLibrary]:
    settings = Settings(_env_file=None, knowledge_dir=place / "knowledge", data_dir=place / "data")
    settings.knowledge_dir.mkdir()
    with open_watched_library(settings) as library:
        yield library


def write(library: WatchedLibrary, content: dict[str, str]) -> None:
    for source, text in content.items():
        (library.settings.knowledge_dir / source).write_text(text, encoding="utf-8")
    assert not library.sync().failed


@pytest.fixture(scope="module")
def bot(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bot]:
    with opened(tmp_path_factory.mktemp("offering")) as library:
        write(library, FOLDER)
        yield Bot(library.index, library.embedder)


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[WatchedLibrary]:
    with opened(tmp_path) as library:
        yield library


def questions(found: Sequence[Starter]) -> list[str]:
    return [each.question for each in found]


def test_curated_questions_come_first_and_only_those_that_are_answered(bot: Bot) -> None:
    found = questions(examples(bot, StarterFilter("zh", "outbound", preferred=PREFERRED)))
    assert found[0] == PREFERRED[0]
    assert PREFERRED[1] not in found
    assert len(found) == len(set(found)) == 4


def test_every_example_is_answered_and_for_a_country_from_a_document_on_it(bot: Bot) -> None:
    for choice in (
        StarterFilter("zh", "outbound"),
        StarterFilter("zh", "outbound", "BR"),
        StarterFilter("en", "inbound", topic="visa"),
    ):
        found = examples(bot, choice)
        assert found
        for example in found:
            answer = bot.answer(example.question, country=choice.country)
            assert answer.outcome is Outcome.ANSWERED
            metadata = bot.index.documents()[answer.citations[0].source]
            assert choice.fits(metadata)


def test_examples_for_a_country_are_about_that_country(bot: Bot) -> None:
    found = questions(examples(bot, StarterFilter("zh", "outbound", "BR")))
    assert len(found) == 3
    assert all(countries(each) == ("BR",) for each in found)


def test_examples_are_spread_over_the_documents(bot: Bot) -> None:
    found = examples(bot, StarterFilter("zh", "outbound"), limit=3)
    sources = {bot.answer(each.question).citations[0].source for each in found}
    assert sources == {"brazil.zh.md", "russia.zh.md", "compare.zh.md"}


def test_a_document_on_everything_gives_no_example_for_a_topic(bot: Bot) -> None:
    assert examples(bot, StarterFilter("zh", "outbound", topic="visa")) == ()


def test_english_examples_stand_in_and_say_so(bot: Bot) -> None:
    found = examples(bot, StarterFilter("zh", "inbound"))
    assert found and {each.language for each in found} == {"en"}


def test_a_document_gives_no_english_example_beside_that_of_its_own_language(empty: WatchedLibrary) -> None:
    head = (
        "title: Vistos\nlanguage: pt\naudience: inbound\ncountries: [CN]\ntopics: [visas]\ntranslation_of: visas.en.md"
    )
    question = "Qual visto um visitante de negócios precisa na China?"
    write(empty, FOLDER | {"visas.pt.md": guide(head, (question, "Um visitante de negócios precisa do visto M."))})
    found = candidates(empty.index, StarterFilter("pt", "inbound"))
    assert [each.question for each, _ in found] == [question]


def test_what_is_too_long_too_short_or_speaks_to_a_machine_is_no_example(bot: Bot) -> None:
    shown = questions(
        [*examples(bot, StarterFilter("en", "inbound"), 10), *examples(bot, StarterFilter("zh", "outbound"), 10)]
    )
    assert not any("HACKED" in each or "Ignore" in each or len(each) > 90 or each == "找谁？" for each in shown)


@pytest.mark.parametrize(
    "choice", [("NG", ""), ("XX", ""), ("巴西", ""), ("", "data"), ("", "no-topic"), ("BR", "data")]
)
def test_what_the_folder_has_nothing_on_has_no_examples(bot: Bot, choice: tuple[str, str]) -> None:
    assert examples(bot, StarterFilter("zh", "outbound", *choice, preferred=PREFERRED)) == ()


def test_no_more_questions_are_tried_than_the_page_can_wait_for(empty: WatchedLibrary) -> None:
    write(empty, FOLDER)
    embedding_model = Counting(empty)
    nonsense = tuple(f"火星第{number}区的税率是多少？" for number in range(50))
    examples(Bot(empty.index, embedding_model), StarterFilter("zh", "outbound", preferred=nonsense), limit=2)
    assert embedding_model.asked == 2 * TRIES


def test_examples_are_the_same_at_every_call(bot: Bot) -> None:
    choice = StarterFilter("zh", "outbound", preferred=PREFERRED)
    assert examples(bot, choice) == examples(replace(bot), choice)


@pytest.mark.parametrize("language", SERVICE_LANGUAGES)
def test_every_topic_has_a_name_on_the_page(language: str) -> None:
    assert {key.removeprefix("topic.") for key in texts(language) if key.startswith("topic.")} == set(TOPICS)
