"""The embedding network in PyTorch, for the two scripts that train it on."""

from __future__ import annotations

import numpy as np
import torch
from torch import nn
from torch.nn import functional

HEADS, LAYERS, EPSILON, PENALTY = 12, 12, 1e-5, -10_000.0
HAS_BFLOAT16 = any(torch.cpu.get_capabilities().get(each) for each in ("amx_bf16", "avx512_bf16", "bf16"))
"""True if the processor multiplies bfloat16 matrices.

Elsewhere that is slower than float32 (half as fast).
"""


class Encoder(nn.Module):
    """The network of `initial_arrays`; layers below `frozen` are not trained."""

    def __init__(self, initial: dict[str, np.ndarray], frozen: int) -> None:
        super().__init__()
        self.register_buffer("words", torch.tensor(initial["words"]))
        width = self.words.shape[1]
        self.values = nn.ParameterDict()
        fixed = ("emb.", *(f"l{layer}." for layer in range(frozen))) if frozen else ()
        for name, value in initial.items():
            if name in {"ids", "words", "segments"} or name.startswith("score."):
                continue
            tensor = torch.tensor(value.astype(np.float32))
            if name.endswith(".w") and not name.endswith("ln.w"):
                tensor = tensor.reshape(len(initial[name[:-1] + "b"]), -1)
            if name in {"emb.pos", "emb.type"}:
                tensor = tensor.reshape(-1, width)
            self.values[name.replace(".", "_")] = nn.Parameter(tensor, requires_grad=not name.startswith(fixed))

    def embedded(self, tokens: torch.Tensor, added: torch.Tensor | float = 0.0) -> torch.Tensor:
        """Input of the first layer, `(n, longest, width)`; `added` is added to each token."""
        places = self.values["emb_pos"][: tokens.shape[1]] + self.values["emb_type"][0]
        return self.normalise(self.words[tokens].float() + places + added, "emb_ln")

    def layers(self, hidden: torch.Tensor, mask: torch.Tensor, first: int = 0, end: int = LAYERS) -> torch.Tensor:
        """States after layers `first` to `end`, `(n, longest, width)`.

        `mask` is `(n, longest)` with 1 for tokens.
        """
        count, longest, _ = hidden.shape
        penalty = (1 - mask)[:, None, None, :] * PENALTY
        for layer in range(first, end):
            query, key, value = (
                self.linear(hidden, f"l{layer}_{part}").view(count, longest, HEADS, -1).transpose(1, 2)
                for part in "qkv"
            )
            shares = torch.softmax((query @ key.transpose(2, 3)).float() / query.shape[-1] ** 0.5 + penalty, -1)
            mixed = (shares.to(value.dtype) @ value).transpose(1, 2).reshape(count, longest, -1)
            hidden = self.normalise(hidden + self.linear(mixed, f"l{layer}_ao"), f"l{layer}_aln")
            inner = functional.gelu(self.linear(hidden, f"l{layer}_fi"))
            hidden = self.normalise(hidden + self.linear(inner, f"l{layer}_fo"), f"l{layer}_oln")
        return hidden

    def linear(self, hidden: torch.Tensor, name: str) -> torch.Tensor:
        """Applies the linear layer of this name to the last dimension."""
        return functional.linear(hidden, self.values[f"{name}_w"], self.values[f"{name}_b"])

    def normalise(self, hidden: torch.Tensor, name: str) -> torch.Tensor:
        """Applies the layer normalisation of this name to the last dimension, in float32."""
        return functional.layer_norm(
            hidden.float(), hidden.shape[-1:], self.values[f"{name}_w"], self.values[f"{name}_b"], EPSILON
        )
