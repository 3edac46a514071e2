"""Opens a network whose training began with the embedding model."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import cached_property
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from store.embeddings.parameters import Parameters
from store.embeddings.vectors import EngineChoice, Floats
from store.embeddings.weights import FILE, Shape, Weights, dequantise, read_weights

log = logging.getLogger(__name__)


class TrainedNetwork(Protocol):
    """Runs the network; see `openvino_network.OpenVinoNetwork`."""

    def run(self, embedded: Floats, mask: Floats, pools: Floats, /) -> Floats:
        """Returns the outputs for spans, `(n, spans, outputs) float32`.

        `embedded` is `(n, longest, width)`, `mask` `(n, longest)`, `pools` `(n, spans, longest)`.
        """


class TrainedModel:
    """A network with the words of the embedding model, opened with the first use.

    `own` reads its parameters.
    """

    def __init__(self, engine: EngineChoice, own: Callable[[Weights], Parameters]) -> None:
        self._engine, self._own = engine, own

    @cached_property
    def _weights(self) -> Weights:
        return read_weights(FILE)

    @cached_property
    def _parameters(self) -> Parameters:
        return self._own(self._weights)

    @cached_property
    def _network(self) -> TrainedNetwork:
        return open_network(self._parameters, self._weights.shape, self._engine)

    @cached_property
    def _words(self) -> NDArray[np.void]:
        return self._weights.tensors.blocks("emb.word").reshape(self._weights.shape.words, -1)

    def _embed(self, tokens: NDArray[np.int64]) -> Floats:
        """Word embeddings of tokens of any shape, one axis more."""
        return dequantise(self._words[tokens]).reshape(*tokens.shape, -1)


def open_network(parameters: Parameters, shape: Shape, engine: EngineChoice) -> TrainedNetwork:
    """Opens a network on OpenVINO; in NumPy if chosen or OpenVINO is missing."""
    from store.embeddings.portable_network import PortableNetwork

    if engine == "portable":
        return PortableNetwork(parameters, shape)
    try:
        from store.embeddings.openvino_network import OpenVinoNetwork
    except ImportError as error:
        log.warning("OpenVINO cannot be imported (%s): answers will take several times as long.", error)
        return PortableNetwork(parameters, shape)
    return OpenVinoNetwork(parameters, shape, "f32" if engine == "float32" else "")
