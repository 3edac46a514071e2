"""Trains the answerability model with PyTorch, on prepared arrays.

`python -m training rows` writes them.
It runs in a virtual environment of its own, which has PyTorch and NumPy and nothing of this project: `make train`.
Loss of a row: binary cross-entropy over its snippets, plus cross-entropy over "which snippet, or none", with none fixed
at 0; a row with several answers shares the latter among them.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.nn import functional
from torch_encoder import HAS_BFLOAT16, Encoder

BATCH_TOKENS, POOL, LENGTH_STEP = 4_608, 1_024, 16
RATE, NEW_RATE, WARM_UP, DECAY = 6e-5, 5e-4, 0.06, 0.01
FROZEN = 6
"""Lowest layers frozen in a network trained before.

A step then takes two thirds of the time.
"""
SAVE_MINUTES = 10
AGAIN, EASY = 0.5, 0.1
"""Share of the rows that a further pass reads, and part of it with low losses."""
SEED = 20261127


def pad_length(length: int) -> int:
    """Returns a length rounded up to a multiple of LENGTH_STEP tokens, at least one."""
    return max(1, -(-length // LENGTH_STEP)) * LENGTH_STEP


class Rows:
    """Rows of a file; tokens are numbers of the compact word table."""

    def __init__(self, path: Path, ids: np.ndarray) -> None:
        data = np.load(path)
        self.starts = np.r_[0, np.cumsum(data["lengths"])]
        self.tokens = np.searchsorted(ids, data["tokens"])
        self.seconds, self.questions = data["seconds"], data["questions"]
        self.spans = data["spans"]
        self.first = np.searchsorted(self.spans[:, 0], np.arange(len(self.seconds) + 1))

    def __len__(self) -> int:
        return len(self.seconds)

    def length(self, row: int) -> int:
        """Returns the number of tokens of a row."""
        return int(self.starts[row + 1] - self.starts[row])

    def batches(self, order: np.ndarray) -> Iterator[np.ndarray]:
        """Yields batches `(n,)` of numbers of rows of similar length, in random order.

        They are shuffled within pools of `order` `(rows,)`, and padded have up to BATCH_TOKENS tokens.
        """
        for at in range(0, len(order), POOL):
            part = sorted(order[at : at + POOL], key=self.length)
            batches, batch = [], []
            for row in part:
                if batch and pad_length(self.length(row)) * (len(batch) + 1) > BATCH_TOKENS:
                    batches.append(np.array(batch))
                    batch = []
                batch.append(row)
            batches.append(np.array(batch))
            np.random.shuffle(batches)
            yield from batches


class Judge(Encoder):
    """Encoder with segment embedding, and one unit over the mean state of each span."""

    def __init__(self, initial: dict[str, np.ndarray]) -> None:
        was_trained = "segments" in initial
        super().__init__(initial, FROZEN if was_trained else 0)
        width = self.words.shape[1]
        self.segments = nn.Parameter(torch.zeros(2, width), requires_grad=not was_trained)
        self.score = nn.Linear(width, 1)
        nn.init.normal_(self.score.weight, std=0.02)
        nn.init.constant_(self.score.bias, -1.0)
        if was_trained:
            self.segments.data.copy_(torch.tensor(initial["segments"]))
            self.score.weight.data.copy_(torch.tensor(initial["score.w"]).reshape(1, width))
            self.score.bias.data.copy_(torch.tensor(initial["score.b"]).reshape(1))

    def forward(self, tokens: torch.Tensor, segments: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """States of the last layer, `(n, longest, width)`."""
        return self.layers(self.embedded(tokens, self.segments[segments]), mask)


def span_scores(judge: Judge, rows: Rows, batch: np.ndarray) -> tuple[torch.Tensor, np.ndarray]:
    """Returns the scores of a batch's spans, `(spans,)`, and the spans `(spans, 4)`.

    A span is the number of its row in the batch, begin, end and label.
    """
    longest = pad_length(max(rows.length(row) for row in batch))
    tokens, segments = np.zeros((len(batch), longest), np.int64), np.zeros((len(batch), longest), np.int64)
    mask = np.zeros((len(batch), longest), np.float32)
    found = []
    for at, row in enumerate(batch):
        length = rows.length(row)
        tokens[at, :length] = rows.tokens[rows.starts[row] : rows.starts[row + 1]]
        segments[at, rows.seconds[row] : length] = 1
        mask[at, :length] = 1
        own = rows.spans[rows.first[row] : rows.first[row + 1]].copy()
        own[:, 0] = at
        found.append(own)
    spans = np.concatenate(found)
    with torch.autocast("cpu", dtype=torch.bfloat16, enabled=HAS_BFLOAT16):
        hidden = judge(torch.from_numpy(tokens), torch.from_numpy(segments), torch.from_numpy(mask)).float()
    sums = torch.cat([torch.zeros(len(batch), 1, hidden.shape[2]), hidden.cumsum(1)], 1)
    at, begin, end = (torch.from_numpy(spans[:, column].astype(np.int64)) for column in range(3))
    means = (sums[at, end] - sums[at, begin]) / (end - begin)[:, None]
    return judge.score(means)[:, 0], spans


def losses_of(scores: torch.Tensor, spans: np.ndarray, count: int) -> torch.Tensor:
    """Returns the loss of each row of a batch, `(count,)`; label -1 does not count."""
    labels = torch.from_numpy(spans[:, 3].astype(np.float32))
    known = labels >= 0
    at = torch.from_numpy(spans[:, 0].astype(np.int64))
    single = functional.binary_cross_entropy_with_logits(scores[known], labels[known], reduction="none")
    per_row = torch.zeros(count).index_add(0, at[known], single)
    sizes = torch.zeros(count).index_add(0, at[known], torch.ones_like(single)).clamp(min=1)
    whole = torch.exp(scores.clamp(max=30))
    everything = 1 + torch.zeros(count).index_add(0, at[known], whole[known])
    right = torch.zeros(count).index_add(0, at[known], whole[known] * labels[known])
    has = torch.zeros(count).index_add(0, at[known], labels[known]) > 0
    choice = torch.log(everything) - torch.where(has, torch.log(right.clamp(min=1e-12)), torch.zeros(count))
    return per_row / sizes.sqrt() + choice


def optimizer_of(judge: Judge) -> torch.optim.Optimizer:
    """Returns AdamW with RATE for the network and NEW_RATE for segments and score."""
    new = [judge.segments, *judge.score.parameters()]
    return torch.optim.AdamW(
        [{"params": list(judge.values.values()), "lr": RATE}, {"params": new, "lr": NEW_RATE}],
        weight_decay=DECAY,
        betas=(0.9, 0.98),
        fused=True,
    )


def hardest_rows(cost: np.ndarray) -> np.ndarray:
    """Returns the row numbers `(n,)` of a further pass; `cost` `(rows,)` is the loss.

    Those with the highest losses, and some others, lest they be forgotten.
    """
    order = np.argsort(-cost)
    hard = round(len(order) * (AGAIN - EASY))
    return np.r_[order[:hard], np.random.choice(order[hard:], round(len(order) * EASY), replace=False)]


def train_judge(judge: Judge, rows: Rows, epochs: int, minutes: float, save: Callable[[], None]) -> None:
    """Trains for some epochs, or until the time is up; the rate falls to zero.

    After the first pass only the share AGAIN is read again: most of it those rows that cost most. Saves now and then.
    """
    optimizer, started = optimizer_of(judge), time.monotonic()
    base = [group["lr"] for group in optimizer.param_groups]
    total = (1 + AGAIN * (epochs - 1)) * sum(rows.length(row) for row in range(len(rows)))
    done, shown, losses = 0, 0.0, []
    cost = np.zeros(len(rows))
    for epoch in range(epochs):
        for batch in rows.batches(np.random.permutation(hardest_rows(cost) if epoch else len(rows))):
            spent = (time.monotonic() - started) / 60
            progress = max(done / total, spent / minutes)
            if progress >= 1:
                return
            pace = min(1.0, done / total / WARM_UP + 0.02) * (1 - progress)
            for group, rate in zip(optimizer.param_groups, base, strict=True):
                group["lr"] = rate * pace
            scores, spans = span_scores(judge, rows, batch)
            each = losses_of(scores, spans, len(batch))
            cost[batch] = each.detach().numpy()
            loss = each.mean()
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(judge.parameters(), 1.0)
            optimizer.step()
            done += sum(rows.length(row) for row in batch)
            losses.append(float(loss))
            if spent > shown + 1:
                if spent // SAVE_MINUTES > shown // SAVE_MINUTES:
                    save()
                shown = spent
                print(f"{spent:.1f} min, {done / total:.3f} of all, loss {np.mean(losses[-60:]):.4f}", flush=True)


def predict(judge: Judge, rows: Rows) -> np.ndarray:
    """Returns the score of each span, `(spans,)`, as float32."""
    found = np.zeros(len(rows.spans), np.float32)
    with torch.no_grad():
        for batch in rows.batches(np.arange(len(rows))):
            scores, _ = span_scores(judge, rows, batch)
            places = np.concatenate([np.arange(rows.first[row], rows.first[row + 1]) for row in batch])
            found[places] = scores.numpy()
    return found


def main() -> None:
    """Trains on the rows of the folder given, and writes weights and scores there."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--minutes", type=float, default=170)
    options = parser.parse_args()
    torch.manual_seed(SEED)
    np.random.seed(SEED)
    initial = dict(np.load(options.folder / "initial.npz"))
    judge = Judge(initial)
    judge.forward = torch.compile(judge.forward, dynamic=True)  # one and a half times as fast

    def save() -> None:
        state = {name: value.detach().numpy() for name, value in judge.state_dict().items() if name != "words"}
        np.savez(options.folder / "trained.npz", **state)

    train_judge(judge, Rows(options.folder / "train.npz", initial["ids"]), options.epochs, options.minutes, save)
    save()
    np.save(options.folder / "dev-scores.npy", predict(judge, Rows(options.folder / "dev.npz", initial["ids"])))


if __name__ == "__main__":
    main()
