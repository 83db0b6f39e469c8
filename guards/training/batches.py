"""From rows to tensors: cut, padded, and with the labels that each row allows."""

import random
from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path

import torch
from tokenizers import Tokenizer
from torch import Tensor
from torch.nn import Module

from guards.formats import MAX_TOKENS
from guards.training.device import autocast
from guards.training.network import NLI_LABELS
from guards.training.rows import LABELS, Row

SCORED = 64
"""Rows that `probabilities` puts to the network at a time."""


@dataclass(slots=True)
class Batch:
    """Tensors of one step."""

    inputs: tuple[Tensor, Tensor, Tensor]
    """Ids, mask and types, `(batch, length)`."""
    nli: Tensor
    """`(batch, 3)` of 0 and 1: what each row's label allows."""
    rows: list[Row]
    """What was read, for a teacher with a tokenizer of its own."""

    def to(self, device: torch.device) -> "Batch":
        """Return the batch with its tensors on `device`."""
        ids, mask, types = (tensor.to(device) for tensor in self.inputs)
        return Batch((ids, mask, types), self.nli.to(device), self.rows)


def pair_tokenizer(path: Path) -> Tokenizer:
    """Return the tokenizer, set to cut pairs as `guards.formats` promises."""
    tokenizer = Tokenizer.from_file(str(path))
    tokenizer.no_padding()
    return cutting(tokenizer)


def cutting(tokenizer: Tokenizer) -> Tokenizer:
    """Return `tokenizer`, now set to cut pairs as `guards.formats` promises."""
    tokenizer.enable_truncation(MAX_TOKENS, strategy="only_first", direction="left")
    return tokenizer


def collate(tokenizer: Tokenizer, rows: list[Row]) -> Batch:
    """Tokenise and pad `rows` to the longest of them.

    Args:
        tokenizer: Pads by itself if its padding token is another than 0.
        rows: At least one.
    """
    encoded = tokenizer.encode_batch([(row.first, row.second) for row in rows])
    length = max(len(e.ids) for e in encoded)
    ids, mask, types = (torch.zeros(len(rows), length, dtype=torch.long) for _ in range(3))
    for line, e in enumerate(encoded):
        size = len(e.ids)
        ids[line, :size] = torch.tensor(e.ids)
        mask[line, :size] = torch.tensor(e.attention_mask)
        types[line, :size] = torch.tensor(e.type_ids)
    return Batch((ids, mask, types), _allowed(rows), rows)


def probabilities(
    net: Module, tokenizer: Tokenizer, rows: Sequence[Row], *, half: bool = False
) -> Tensor:
    """Return what a float network gives for `rows`, `(rows, 3)` in the order of `NLI_LABELS`.

    The result lies on the CPU.

    Args:
        net: Is put into evaluation mode, and computes where it lies.
        tokenizer: Cuts pairs to length.
        rows: Entailment rows.
        half: Compute in bfloat16, about twice as fast and good for comparisons.
    """
    net.eval()
    order = sorted(range(len(rows)), key=lambda i: len(rows[i].first) + len(rows[i].second))
    found = torch.zeros(len(rows), len(NLI_LABELS))
    device = next(net.parameters()).device
    with torch.no_grad(), autocast(device) if half else nullcontext():
        for start in range(0, len(order), SCORED):
            places = order[start : start + SCORED]
            batch = collate(tokenizer, [rows[i] for i in places]).to(device)
            found[places] = net(*batch.inputs).float().softmax(dim=1).cpu()
    return found


def by_length(pool: list[Row], size: int, seed: str) -> Iterator[list[Row]]:
    """Yield `pool` in groups of `size` rows of like length, the groups shuffled."""
    ordered = sorted(pool, key=lambda row: len(row.first) + len(row.second))
    groups = [ordered[i : i + size] for i in range(0, len(ordered), size)]
    random.Random(seed).shuffle(groups)
    yield from groups


def _allowed(rows: list[Row]) -> Tensor:
    return torch.tensor([[float(name in LABELS[row.label]) for name in NLI_LABELS] for row in rows])
