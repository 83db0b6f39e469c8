"""Train both heads together within a wall-clock budget: `python -m guards.training.train`.

The learning rate follows elapsed time, so that a busy machine ends with fewer steps, not with a
schedule cut short. Checkpoints carry model, optimiser and position; `--resume` continues.
"""

import argparse
import hashlib
import json
import random
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import torch
from tokenizers import Tokenizer
from torch import Tensor
from torch.nn import functional

from guards.formats import FORMAT_VERSION, MAX_TOKENS
from guards.training.mixture import Corpus
from guards.training.network import (
    NLI_LABELS,
    RELEVANCE_LABELS,
    Discriminators,
    from_start,
    start_weights,
)
from guards.training.rows import LABELS, Row, Sources

POOL = 96
"""Batches drawn together and sorted by length, so that a batch holds pairs of like length."""


@dataclass(frozen=True, slots=True)
class Options:
    """What decides a run, saved beside the weights."""

    data: Path
    out: Path
    minutes: float
    nli_minutes: float
    """The first minutes use the public NLI rows alone."""
    seed: int
    sources: Sources
    batch: int
    rate: float
    """Peak learning rate."""
    save_minutes: float
    resume: bool


@dataclass(slots=True)
class Batch:
    """Tensors of one step: ids, mask and types `(batch, length)`, allowed labels per head."""

    inputs: tuple[Tensor, Tensor, Tensor]
    nli: Tensor
    """`(batch, 3)` of 0 and 1; an all-zero line trains no entailment."""
    relevance: Tensor
    """`(batch, 2)`, likewise."""


def pair_tokenizer(path: Path) -> Tokenizer:
    """Return the tokenizer, set to cut pairs as `guards.formats` promises."""
    tokenizer = Tokenizer.from_file(str(path))
    tokenizer.no_padding()
    tokenizer.enable_truncation(MAX_TOKENS, strategy="only_first", direction="left")
    return tokenizer


def collate(tokenizer: Tokenizer, rows: list[Row]) -> Batch:
    """Tokenise and pad `rows` to the longest of them."""
    encoded = tokenizer.encode_batch([(row.first, row.second) for row in rows])
    length = max(len(e.ids) for e in encoded)
    ids, mask, types = (torch.zeros(len(rows), length, dtype=torch.long) for _ in range(3))
    for line, e in enumerate(encoded):
        size = len(e.ids)
        ids[line, :size] = torch.tensor(e.ids)
        mask[line, :size] = 1
        types[line, :size] = torch.tensor(e.type_ids)
    return Batch((ids, mask, types), _allowed(rows, NLI_LABELS), _allowed(rows, RELEVANCE_LABELS))


def partial_loss(logits: Tensor, allowed: Tensor) -> Tensor:
    """Return the mean of -log P(allowed labels) over the lines that allow any.

    Args:
        logits: `(batch, labels)`.
        allowed: Same shape, 1 where the label may be the true one.
    """
    used = allowed.any(dim=1)
    if not used.any():
        return logits.sum() * 0.0
    log_p = functional.log_softmax(logits[used].float(), dim=1)
    blocked = torch.where(allowed[used] > 0, 0.0, float("-inf"))
    return -(log_p + blocked).logsumexp(dim=1).mean()


def rate_at(done: float) -> float:
    """Return the share of the peak rate at `done` in [0, 1] of the budget: 3 % warm-up, linear."""
    return min(done / 0.03, 1.0) * max(1.0 - done, 0.0)


class Run:
    """One training run: network, optimiser, averaged weights and position in the data."""

    def __init__(self, options: Options, corpus: Corpus, tokenizer: Tokenizer) -> None:
        torch.manual_seed(options.seed)
        self.options = options
        self.corpus = corpus
        self.tokenizer = tokenizer
        self.net = from_start(start_weights())
        self.net.words.weight.requires_grad_(False)
        self.trained = [p for p in self.net.parameters() if p.requires_grad]
        self.average = [p.detach().clone() for p in self.trained]
        self.optimiser = torch.optim.AdamW(
            self.trained, lr=options.rate, weight_decay=0.01, fused=True
        )
        self.step = self.epoch = self.pool = 0
        self.elapsed = 0.0

    def train(self) -> None:
        """Run until the budget is spent, saving on the way and at the end."""
        budget, started, saved = self.options.minutes * 60, time.monotonic() - self.elapsed, 0.0
        saved = self.elapsed
        losses: list[float] = []
        for batch in self._batches():
            losses.append(self._update(batch, self.elapsed / budget))
            self.elapsed = time.monotonic() - started
            if self.step % 100 == 0:
                self._report(losses[-100:])
            if self.elapsed - saved > self.options.save_minutes * 60:
                self.save()
                saved = self.elapsed
            if self.elapsed >= budget:
                break
        self.save()

    def save(self) -> None:
        """Write the checkpoint in one rename, so that a kill leaves the former one whole."""
        state = {
            "net": self.net.state_dict(),
            "average": self.average,
            "optimiser": self.optimiser.state_dict(),
            "position": (self.step, self.epoch, self.pool, self.elapsed),
        }
        path = self.options.out / "checkpoint.pt"
        torch.save(state, path.with_suffix(".tmp"))
        path.with_suffix(".tmp").replace(path)

    def load(self) -> None:
        """Continue from the checkpoint in the output folder."""
        state = torch.load(self.options.out / "checkpoint.pt", weights_only=True)
        self.net.load_state_dict(state["net"])
        self.average = state["average"]
        self.optimiser.load_state_dict(state["optimiser"])
        self.step, self.epoch, self.pool, self.elapsed = state["position"]

    def _update(self, batch: Batch, done: float) -> float:
        for group in self.optimiser.param_groups:
            group["lr"] = self.options.rate * rate_at(done)
        with torch.autocast("cpu", torch.bfloat16):
            relevance, nli = self.net(*batch.inputs)
        loss = partial_loss(nli, batch.nli) + 0.5 * partial_loss(relevance, batch.relevance)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.trained, 1.0)
        self.optimiser.step()
        self.optimiser.zero_grad(set_to_none=True)
        self.step += 1
        keep = min(0.999, self.step / (self.step + 10))
        torch._foreach_lerp_(self.average, [p.detach() for p in self.trained], 1 - keep)
        return float(loss.detach())

    def _batches(self) -> Iterator[Batch]:
        size = self.options.batch
        while True:
            nli_only = self.elapsed < self.options.nli_minutes * 60
            rows = self.corpus.epoch(self.epoch, nli_only=nli_only)
            pools = [rows[i : i + size * POOL] for i in range(0, len(rows), size * POOL)]
            for number, pool in enumerate(pools):
                if number < self.pool:
                    continue
                yield from self._sorted(pool, number)
                self.pool = number + 1
                if nli_only and self.elapsed >= self.options.nli_minutes * 60:
                    break
            self.epoch, self.pool = self.epoch + 1, 0

    def _sorted(self, pool: list[Row], number: int) -> Iterator[Batch]:
        size = self.options.batch
        pool = sorted(pool, key=lambda row: len(row.first) + len(row.second))
        groups = [pool[i : i + size] for i in range(0, len(pool), size)]
        random.Random(f"{self.options.seed}-{self.epoch}-{number}").shuffle(groups)
        for group in groups:
            yield collate(self.tokenizer, group)

    def _report(self, losses: list[float]) -> None:
        mean = sum(losses) / len(losses)
        pace = self.step * self.options.batch / max(self.elapsed, 1e-9)
        print(
            f"{self.elapsed / 60:6.1f} min  step {self.step}  epoch {self.epoch}.{self.pool}  "
            f"loss {mean:.4f}  {pace:.0f} pairs/s",
            flush=True,
        )


def averaged(out: Path) -> Discriminators:
    """Return the network of a run's checkpoint with its averaged weights."""
    state = torch.load(out / "checkpoint.pt", weights_only=True)
    net = Discriminators()
    net.load_state_dict(state["net"])
    net.words.weight.requires_grad_(False)
    trained = [p for p in net.parameters() if p.requires_grad]
    for parameter, value in zip(trained, state["average"], strict=True):
        parameter.data.copy_(value)
    net.eval()
    return net


def run(options: Options, corpus: Corpus) -> Run:
    """Train with `options` on `corpus` and write checkpoint, tokenizer and run record."""
    options.out.mkdir(parents=True, exist_ok=True)
    start = start_weights()
    tokenizer = pair_tokenizer(start / "tokenizer.json")
    tokenizer.save(str(options.out / "tokenizer.json"))
    training = Run(options, corpus, tokenizer)
    if options.resume and (options.out / "checkpoint.pt").is_file():
        training.load()
    training.train()
    record = asdict(options) | {
        "data": options.data.name,
        "out": options.out.name,
        "format_version": FORMAT_VERSION,
        "data_sha256": corpus.sha256(),
        "start_sha256": hashlib.sha256((start / "model.safetensors").read_bytes()).hexdigest(),
        "steps": training.step,
        "pairs": training.step * options.batch,
    }
    (options.out / "run.json").write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")
    return training


def _allowed(rows: list[Row], names: tuple[str, ...]) -> Tensor:
    return torch.tensor([[float(name in LABELS[row.label]) for name in names] for row in rows])


def main(arguments: list[str] | None = None) -> int:
    """Parse the command line and train."""
    parser = argparse.ArgumentParser(prog="guards.training.train", description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--out", type=Path, default=Path("build/discriminators"))
    parser.add_argument("--minutes", type=float, default=95)
    parser.add_argument("--nli-minutes", type=float, default=25)
    parser.add_argument("--seed", type=int, default=17)
    parser.add_argument("--sources", choices=("cleared", "all"), default="cleared")
    parser.add_argument("--batch", type=int, default=48)
    parser.add_argument("--rate", type=float, default=2e-4)
    parser.add_argument("--save-minutes", type=float, default=4)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--resume", action="store_true")
    values = vars(parser.parse_args(arguments))
    torch.set_num_threads(values.pop("threads"))
    options = Options(**values)
    try:
        corpus = Corpus(options.data, options.sources, options.seed)
    except FileNotFoundError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    run(options, corpus)
    return 0


if __name__ == "__main__":
    sys.exit(main())
