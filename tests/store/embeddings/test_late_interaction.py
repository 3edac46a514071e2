"""Late interaction: how the tokens of a question agree with those of a text, and of its parts."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ingest.watcher import WatchedLibrary
from settings import Settings
from store.embeddings import Embedder, open_embedder
from store.embeddings.late_interaction import BinaryTokenVectors, QueryTokenVectors, agreement, sign_bits
from store.embeddings.tokenizer import Tokenizer, tokenizer_of
from store.embeddings.weights import FILE, read_weights

RUSSIA = "Profit tax in Russia is 25%. Companies with foreign capital may be registered by a notary in Moscow."
BRAZIL = "The National Congress of Brazil sits in Brasília. Its members are elected for four years."


@pytest.fixture(scope="module")
def embedder() -> Embedder:
    """An engine that shows tokens, also where all else is tested with the one that does not."""
    chosen = Settings().embedding_engine
    return open_embedder(Settings(embedding_engine="auto" if chosen == "portable" else chosen))


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    return tokenizer_of(read_weights(FILE).vocabulary)


def signs_of(embedder: Embedder, *texts: str) -> list[BinaryTokenVectors]:
    _, signs = embedder.embed_passages(texts)
    assert signs is not None
    return list(signs)


def test_a_question_agrees_more_with_the_text_that_answers_it_and_with_the_part_that_does(embedder: Embedder) -> None:
    _, tokens = embedder.embed_query("What is the profit tax rate in Russia?")
    assert tokens is not None
    russia, brazil = (agreement(tokens, signs) for signs in signs_of(embedder, RUSSIA, BRAZIL))
    assert 1 > russia.whole > brazil.whole > -1
    end = RUSSIA.index(".") + 1
    answer, rest = russia.within((0, end)), russia.within((end, len(RUSSIA)))
    assert russia.whole >= answer > rest
    assert russia.within((0, end), (end, len(RUSSIA))) == pytest.approx(russia.whole)
    assert russia.within((len(RUSSIA) + 5, len(RUSSIA) + 9)) == 0


def test_the_question_tokens_weigh_one_in_all(embedder: Embedder) -> None:
    for text in ("Какая ставка?", "设立要多久", "𓀀"):
        _, tokens = embedder.embed_query(text)
        assert tokens is not None
        assert len(tokens.states) == len(tokens.weights)
        assert tokens.weights.sum() == pytest.approx(1, abs=1e-5)


def test_an_empty_text_agrees_with_hardly_anything(embedder: Embedder) -> None:
    _, tokens = embedder.embed_query("设立要多久")
    (signs,) = signs_of(embedder, "")
    assert tokens is not None
    assert agreement(tokens, signs).whole < 0.1


def test_signs_are_kept_as_bytes_and_read_back(embedder: Embedder) -> None:
    for signs in signs_of(embedder, RUSSIA, "", "设立要多久"):
        kept = BinaryTokenVectors.from_bytes(signs.to_bytes())
        assert np.array_equal(kept.bits, signs.bits)
        assert np.array_equal(kept.ends, signs.ends)


def test_a_text_longer_than_the_model_reads_at_once_has_all_its_tokens(embedder: Embedder) -> None:
    text = " ".join(f"{number}. {RUSSIA}" for number in range(60))
    (signs,) = signs_of(embedder, text)
    assert len(signs.bits) == len(signs.ends) > 1_000
    assert signs.ends[-1] == len(text)


def test_the_cosine_is_that_with_the_signs() -> None:
    states = np.random.default_rng(5).normal(size=(3, 384)).astype(np.float32)
    signs = BinaryTokenVectors(sign_bits(states), np.arange(1, 4, dtype=np.uint32))
    unit = states / np.linalg.norm(states, axis=1, keepdims=True)
    found = agreement(QueryTokenVectors(unit, np.full(3, 1 / 3, np.float32)), signs).cosines
    expected = unit @ (np.where(states > 0, 1, -1) / np.sqrt(384)).T
    assert found == pytest.approx(expected, abs=1e-5)


@given(st.text(max_size=60))
@example("ＡＢＣ１２３（境外投资）①㈱")
@example("  two  spaces \t and\n\n lines  ")
@example("👩‍🚀🇨🇳 ✓ ﷺ ½ ™ ﬁ")
@example("before\0after𓀀𓀁")
@settings(max_examples=150, deadline=None)
def test_tokens_end_in_order_within_any_text_and_reach_its_end(tokenizer: Tokenizer, text: str) -> None:
    ends = tokenizer.ends(text, tokenizer.ids(text))
    assert (np.diff(ends.astype(int)) >= 0).all()
    assert (ends <= len(text)).all()
    words = text.rstrip()
    if words and tokenizer.ids(words[-1]) != [] and words[-1].isalnum():
        assert ends[-1] >= len(words)


def test_each_token_ends_where_its_letters_do(tokenizer: Tokenizer) -> None:
    text = "Ставка НДС – 22 %，自2026年起。 ½ of it"
    ids = tokenizer.ids(text)
    ends = tokenizer.ends(text, ids)
    for word in ("Ставка", "НДС", "22", "2026", "年起", "of"):
        assert text.index(word) + len(word) in ends


def test_what_was_found_knows_its_agreement_until_its_document_goes(library: WatchedLibrary) -> None:
    folder = library.settings.knowledge_dir
    (folder / "tax.txt").write_text(RUSSIA, encoding="utf-8")
    library.sync()
    vector = library.embedder.query("Russian profit tax")
    (found,) = library.index.candidates(["profit"], vector, 5)
    assert found.signs is not None
    assert len(found.signs.ends) > 10
    (folder / "tax.txt").unlink()
    library.sync(allow_empty=True)
    assert library.index.reader().execute("SELECT count(*) FROM signs").fetchone() == (0,)
