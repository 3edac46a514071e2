"""Opens a network that was trained on from the embedding model."""

from __future__ import annotations

import logging
from typing import Protocol

from store.embeddings.e5 import EngineChoice
from store.embeddings.parameters import Parameters
from store.embeddings.vectors import Floats
from store.embeddings.weights import Shape

log = logging.getLogger(__name__)


class TrainedNetwork(Protocol):
    """Runs the network; see `openvino_network.OpenVinoNetwork`."""

    def run(self, embedded: Floats, mask: Floats, pools: Floats, /) -> Floats: ...


def open_network(parameters: Parameters, shape: Shape, engine: EngineChoice) -> TrainedNetwork:
    """The network on OpenVINO; in NumPy if that was chosen or OpenVINO is missing."""
    from store.embeddings.portable_network import PortableNetwork

    if engine == "portable":
        return PortableNetwork(parameters, shape)
    try:
        from store.embeddings.openvino_network import OpenVinoNetwork
    except ImportError as error:
        log.warning("OpenVINO cannot be imported (%s): answers will take several times as long.", error)
        return PortableNetwork(parameters, shape)
    return OpenVinoNetwork(parameters, shape, "f32" if engine == "float32" else "")
