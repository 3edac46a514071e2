"""Trains the question encoder with PyTorch, on prepared arrays.

`python -m training questions` writes them.
Two questions that the same line answers are a pair, or a question and the line; each has to be told from all others of
a batch (InfoNCE; van den Oord and others, 2018). Half of a batch is drawn from few guides, where others are most alike.
The lower layers stay as they are, so what they make of each text is computed once.
"""

from __future__ import annotations

import argparse
import time
from collections import defaultdict
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.nn import functional
from torch_encoder import HAS_BFLOAT16, Encoder

FROZEN = 6
"""Number of lowest layers, which stay those of the embedding model.

The program takes them from there.
"""
PAIRS, OF_A_GUIDE, UNANSWERED = 192, 24, 24
"""Sizes in a batch: pairs, questions of one guide, and unanswered questions.

Unanswered questions are paired with none.
"""
WITH_LINE, TRIES = 0.35, 6
"""Share of questions paired with their line, and draws for a partner.

A question without a partner is left out.
"""
RATE, DECAY, WARM_UP, TEMPERATURE, BACKWARDS = 1.5e-4, 0.01, 60, 0.05, 0.5
CHUNK, SEED, ROUNDED = 96, 1, 8


class Texts:
    """Questions, lines of guides, and held-out questions; `parts` are their counts."""

    def __init__(self, path: Path, ids: np.ndarray) -> None:
        data = np.load(path)
        self.lengths, self.groups, self.guides = data["lengths"], data["groups"], data["guides"]
        self.tokens = np.split(np.searchsorted(ids, data["tokens"]), np.cumsum(self.lengths)[:-1])
        self.answers = [frozenset(own.tolist()) for own in np.split(data["answers"], np.cumsum(data["counts"])[:-1])]
        asked, lines, _ = data["parts"].tolist()
        self.lines_of, self.asked_of = defaultdict(list), defaultdict(list)
        self.asked, self.held = np.arange(asked), np.arange(asked + lines, len(self.lengths))
        for number in range(asked + lines):
            for line in self.answers[number]:
                (self.asked_of if number < asked else self.lines_of)[line].append(number)
        self.answered = np.array([number for number in self.asked if self.answers[number]])
        self.unanswered = np.array([number for number in self.asked if not self.answers[number]])
        own = self.guides[self.answered]
        self.by_guide = [self.answered[own == guide] for guide in np.unique(own)]

    def partner(self, number: int, draw: np.random.Generator) -> int | None:
        """Another question with the same answering line, or that line in any language.

        None if none was drawn.
        """
        line = draw.choice(sorted(self.answers[number]))
        if draw.random() < WITH_LINE and self.lines_of[line]:
            return int(draw.choice(self.lines_of[line]))
        for _ in range(TRIES):
            other = int(draw.choice(self.asked_of[line]))
            if self.groups[other] != self.groups[number]:
                return other
        return None

    def batch(self, draw: np.random.Generator) -> tuple[list[int], list[int], list[int]]:
        """Questions, their partners, and questions that nothing answers."""
        first = draw.choice(self.answered, PAIRS // 2, replace=False).tolist()
        while len(first) < PAIRS:
            own = self.by_guide[draw.integers(len(self.by_guide))]
            first += draw.choice(own, min(OF_A_GUIDE, len(own)), replace=False).tolist()
        found = [(each, self.partner(each, draw)) for each in first[:PAIRS]]
        pairs = [(each, other) for each, other in found if other is not None]
        others = draw.choice(self.unanswered, min(UNANSWERED, len(self.unanswered)), replace=False).tolist()
        return [each for each, _ in pairs], [other for _, other in pairs], others

    def pair_matrix(self, first: list[int], second: list[int]) -> torch.Tensor:
        """True for pairs with a common answering line, or forms of one question.

        False for the same position in both lists.
        """
        same = [
            [at != to and (not self.answers[one].isdisjoint(self.answers[other]) or self.is_one_question(one, other))
             for to, other in enumerate(second)]
            for at, one in enumerate(first)
        ]  # fmt: skip
        return torch.tensor(same)

    def is_one_question(self, one: int, other: int) -> bool:
        """Checks that two texts are forms of one question, no lines and not held out."""
        return bool(self.groups[one] == self.groups[other]) and max(one, other) < len(self.asked)


class QuestionEncoder(Encoder):
    """The encoder with the mean of its last states, of unit length."""

    def forward(self, hidden: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """Vectors `(n, width)` of what the frozen layers made of texts."""
        states = self.layers(hidden, mask, first=FROZEN).float()
        return functional.normalize((states * mask[:, :, None]).sum(1) / mask.sum(1, keepdim=True), dim=1)


class Trainer:
    """An encoder with what its frozen layers make of each text."""

    def __init__(self, encoder: QuestionEncoder, texts: Texts) -> None:
        self.encoder, self.texts = encoder, texts
        self.lower: list[torch.Tensor] = [torch.empty(0)] * len(texts.lengths)
        order = np.argsort(texts.lengths)
        with torch.no_grad(), torch.autocast("cpu", torch.bfloat16, enabled=HAS_BFLOAT16):
            for at in range(0, len(order), CHUNK):
                numbers = order[at : at + CHUNK]
                mask = self.mask(numbers)
                tokens = np.zeros(mask.shape, np.int64)
                for row, number in zip(tokens, numbers, strict=True):
                    row[: texts.lengths[number]] = texts.tokens[number]
                states = encoder.layers(encoder.embedded(torch.from_numpy(tokens)), mask, end=FROZEN)
                for row, number in zip(states.to(torch.bfloat16), numbers, strict=True):
                    self.lower[number] = row[: texts.lengths[number]].clone()

    def mask(self, numbers: np.ndarray) -> torch.Tensor:
        """Returns 1 for tokens of texts and 0 for padding, `(n, longest)`."""
        longest = -(-int(self.texts.lengths[numbers].max()) // ROUNDED) * ROUNDED
        return torch.from_numpy((np.arange(longest) < self.texts.lengths[numbers][:, None]).astype(np.float32))

    def vectors(self, numbers: np.ndarray) -> torch.Tensor:
        """Vectors of texts, `(n, width)`, those of like length together."""
        order = np.argsort(self.texts.lengths[numbers], kind="stable")
        found = []
        for at in range(0, len(order), CHUNK):
            own = numbers[order[at : at + CHUNK]]
            mask = self.mask(own)
            hidden = torch.zeros(*mask.shape, self.encoder.words.shape[1])
            for row, number in zip(hidden, own, strict=True):
                row[: self.texts.lengths[number]] = self.lower[number].float()
            with torch.autocast("cpu", torch.bfloat16, enabled=HAS_BFLOAT16):
                found.append(self.encoder(hidden, mask).float())
        return torch.cat(found)[np.argsort(order)]

    def loss(self, draw: np.random.Generator) -> torch.Tensor:
        """InfoNCE loss of a batch, from questions to partners and back."""
        first, second, others = self.texts.batch(draw)
        vectors = self.vectors(np.array(first + second + others))
        one, two = vectors[: len(first)], vectors[len(first) :]
        same = self.texts.pair_matrix(first, second)
        left_out = torch.cat([same, torch.zeros(len(first), len(others), dtype=torch.bool)], 1)
        own = torch.arange(len(first))
        ahead = (one @ two.T / TEMPERATURE).masked_fill(left_out, -1e4)
        back = (two[: len(second)] @ one.T / TEMPERATURE).masked_fill(same.T, -1e4)
        return functional.cross_entropy(ahead, own) + BACKWARDS * functional.cross_entropy(back, own)

    def nearest_is_right(self) -> float:
        """Share of held-out questions whose nearest training question is a right match.

        The same line answers both.
        """
        texts = self.texts
        with torch.no_grad():
            nearest = (self.vectors(texts.held) @ self.vectors(texts.answered).T).argmax(1).numpy()
        pairs = zip(texts.held, texts.answered[nearest], strict=True)
        return float(np.mean([not texts.answers[one].isdisjoint(texts.answers[other]) for one, other in pairs]))


def train_encoder(trainer: Trainer, minutes: float, draw: np.random.Generator) -> None:
    """Trains until the time is up; by then the rate has come down to zero."""
    trained = [each for each in trainer.encoder.parameters() if each.requires_grad]
    optimizer = torch.optim.AdamW(trained, lr=RATE, weight_decay=DECAY, betas=(0.9, 0.98), fused=True)
    started, shown, losses = time.monotonic(), 0, []
    while (spent := (time.monotonic() - started) / 60) < minutes:
        for group in optimizer.param_groups:
            group["lr"] = RATE * min(1.0, (len(losses) + 1) / WARM_UP) * (1 - spent / minutes)
        loss = trainer.loss(draw)
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(trained, 1.0)
        optimizer.step()
        losses.append(loss.item())
        if spent >= shown + 2:
            shown = int(spent)
            print(f"{spent:.1f} min, {len(losses)} batches, loss {np.mean(losses[-40:]):.3f}", flush=True)


def main() -> None:
    """Trains on the texts of the folder given, and writes weights and vectors there."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--minutes", type=float, default=30)
    options = parser.parse_args()
    torch.manual_seed(SEED)
    initial = dict(np.load(options.folder / "initial-questions.npz"))
    texts = Texts(options.folder / "questions.npz", initial["ids"])
    trainer = Trainer(QuestionEncoder(initial, FROZEN), texts)
    train_encoder(trainer, options.minutes, np.random.default_rng(SEED))
    print(f"nearest question is right for {trainer.nearest_is_right():.3f} of {len(texts.held)} held out")
    state = {name: value for name, value in trainer.encoder.values.items() if value.requires_grad}
    own = {name.replace("_", "."): value.detach().numpy() for name, value in state.items()}
    np.savez(options.folder / "trained-questions.npz", **own)
    with torch.no_grad():
        np.save(options.folder / "question-vectors.npy", trainer.vectors(texts.asked).numpy())


if __name__ == "__main__":
    main()
