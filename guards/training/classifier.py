"""A classifier of transformers that reads the rows as the student does: cut, in pairs, three-way.

`start_classifier` makes one of any encoder, to be trained; `load_teacher` loads a trained one.
"""

import os
import tempfile
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import torch
from tokenizers import Tokenizer
from torch import Tensor, nn

from guards.config import NLI_LABELS
from guards.formats import MAX_TOKENS
from guards.labels import entailment_columns, says_nothing
from guards.training.batches import collate, cutting
from guards.training.device import autocast
from guards.training.rows import Row
from persona_sdk.errors import WeightsError
from persona_sdk.training.adapters.whole_file import share
from persona_sdk.training.outcome import digest

if TYPE_CHECKING:
    from transformers import PreTrainedModel, PreTrainedTokenizerBase

_TOGETHER = "config.json"
"""Written last: whoever sees it sees a whole folder."""

_DECIDING = (
    "config.json",
    "*.safetensors",
    "*.bin",
    "tokenizer*.json",
    "special_tokens_map.json",
    "added_tokens.json",
    "vocab.*",
    "merges.txt",
    "*.model",
)
"""Weights, settings and tokenizer, in any of the shapes that transformers reads."""


class Classifier(nn.Module):  # type: ignore[misc]  # torch is an extra, unseen by mypy
    """Called as the student is; logits come in the order of `NLI_LABELS`.

    Args:
        model: Is trained and saved.
        columns: Where its outputs have contradiction, neutral and entailment.
        reads_types: Whether it tells the halves of a pair by their token types.
    """

    def __init__(
        self, model: "PreTrainedModel", *, columns: Sequence[int], reads_types: bool
    ) -> None:
        super().__init__()
        self.model = model
        self.columns = list(columns)
        self.reads_types = reads_types

    def forward(self, input_ids: Tensor, attention_mask: Tensor, token_type_ids: Tensor) -> Tensor:
        """Return logits `(batch, 3)`."""
        types = {"token_type_ids": token_type_ids} if self.reads_types else {}
        found = self.model(input_ids=input_ids, attention_mask=attention_mask, **types)
        logits: Tensor = found.logits[:, self.columns]
        return logits


class LoadedTeacher:
    """A trained classifier that is asked about rows; see `guards.training.distil.Teacher`."""

    def __init__(self, net: Classifier, tokenizer: Tokenizer) -> None:
        self._net = net.eval()
        self._tokenizer = tokenizer

    def logits(self, rows: Sequence[Row]) -> Tensor:
        device = self._net.model.device
        batch = collate(self._tokenizer, list(rows)).to(device)
        with torch.no_grad(), autocast(device):
            found: Tensor = self._net(*batch.inputs)
        return found.float()


class Start(NamedTuple):
    """What a teacher is trained from."""

    net: Classifier
    tokenizer: "PreTrainedTokenizerBase"


def load_teacher(folder: Path) -> LoadedTeacher:
    """Load a three-way classifier, on the GPU where there is one, and put probes to it.

    Raises:
        MissingExtra: transformers is not installed.
        ScorerError: It gives the probes values that are no numbers.
        WeightsError: The folder holds none that can be read, its labels are not contradiction,
            neutral and entailment in some order, it fails the probes, or reads too little.
    """
    from guards.huggingface import HuggingFaceEntailment
    from guards.probes import probe_entailment
    from guards.sequence_classifier import label_names, load_live

    if not folder.is_dir():
        raise WeightsError(f"no folder {folder}: the teacher is a folder with a classifier")
    live = load_live(folder)
    _check_reach(live.model, folder)
    # Labels that lie would be learned.
    probe_entailment(HuggingFaceEntailment(live.model, live.tokenizer, name=f"teacher {folder}"))
    columns = entailment_columns(label_names(live.model), str(folder))
    net = Classifier(live.model, columns=columns, reads_types=_reads_types(live.tokenizer))
    return LoadedTeacher(net, pair_reader(live.tokenizer, folder))


def start_classifier(folder: Path, seed: int) -> Start:
    """Return a classifier in float32 whose encoder, and head if it has one, is read from `folder`.

    A head for our labels in another order is put in our order; one for three labels without names
    stays as it is, and one for fewer or more is drawn anew by `seed`.

    Raises:
        MissingExtra: transformers is not installed.
        WeightsError: The folder holds no encoder and tokenizer that can be read, the encoder
            reads too little, or its head knows three labels that are not ours.
    """
    from guards.sequence_classifier import LOAD_ERRORS, quiet

    if not (folder / "config.json").is_file():
        raise WeightsError(
            f"no config.json in {folder}: name a folder with an encoder of transformers"
        )
    torch.manual_seed(seed)
    try:
        with quiet():
            start = _read(folder)
    except LOAD_ERRORS as error:
        reason = str(error).strip().partition("\n")[0]
        raise WeightsError(
            f"cannot read an encoder from {folder} ({reason}): name a folder with model and "
            "tokenizer of transformers"
        ) from error
    return start


def save_classifier(start: Start, folder: Path) -> None:
    """Write model and tokenizer as transformers reads them, `config.json` last."""
    from guards.sequence_classifier import quiet

    start.tokenizer.model_max_length = MAX_TOKENS
    start.tokenizer.truncation_side = "left"
    with quiet(), tempfile.TemporaryDirectory(dir=folder, prefix=".model.") as name:
        fresh = Path(name)
        start.net.model.save_pretrained(fresh)
        start.tokenizer.save_pretrained(fresh)
        for file in fresh.iterdir():
            share(file)
        for file in sorted(fresh.iterdir(), key=lambda path: path.name == _TOGETHER):
            os.replace(file, folder / file.name)


def pair_reader(tokenizer: "PreTrainedTokenizerBase", folder: Path) -> Tokenizer:
    """Return a copy that cuts pairs as `guards.formats` promises, and pads.

    Raises:
        WeightsError: It is no fast tokenizer, or has no padding token.
    """
    if not tokenizer.is_fast or tokenizer.pad_token_id is None:
        raise WeightsError(
            f"the tokenizer in {folder} must be a fast one (tokenizer.json) with a padding token"
        )
    own = cutting(Tokenizer.from_str(tokenizer.backend_tokenizer.to_str()))
    # A text that spells a special token stays text, as where replies are judged.
    own.encode_special_tokens = True
    own.enable_padding(pad_id=tokenizer.pad_token_id, pad_token=str(tokenizer.pad_token))
    return own


def weights_digest(folder: Path) -> str:
    """Return a digest of what decides the outputs of a classifier: weights, settings, tokenizer."""
    return digest(path for pattern in _DECIDING for path in sorted(folder.glob(pattern)))


def _read(folder: Path) -> Start:
    from transformers import AutoConfig, AutoModelForSequenceClassification, AutoTokenizer

    local = {"local_files_only": True, "trust_remote_code": False}
    tokenizer = AutoTokenizer.from_pretrained(folder, **local)
    names = list(AutoConfig.from_pretrained(folder, **local).id2label.values())
    model, loaded = AutoModelForSequenceClassification.from_pretrained(
        folder,
        num_labels=len(NLI_LABELS),
        id2label=dict(enumerate(NLI_LABELS)),
        label2id={label: place for place, label in enumerate(NLI_LABELS)},
        ignore_mismatched_sizes=True,
        output_loading_info=True,
        **local,
    )
    _check(model, loaded["missing_keys"] | {name for name, *_ in loaded["mismatched_keys"]}, folder)
    if len(names) == len(NLI_LABELS) and not says_nothing(names):
        _reorder(model, entailment_columns(names, str(folder)))
    net = Classifier(model.float(), columns=(0, 1, 2), reads_types=_reads_types(tokenizer))
    return Start(net, tokenizer)


def _check(model: "PreTrainedModel", drawn: Collection[str], folder: Path) -> None:
    """Refuse an encoder without its weights; a head, and a pooler before it, may be drawn."""
    encoder = f"{model.base_model_prefix}."
    lost = [name for name in drawn if name.startswith(encoder) and "pooler" not in name]
    if lost:
        raise WeightsError(
            f"{folder} has no {min(lost)} of the size that its config.json tells: its weights are "
            "of another network"
        )
    _check_reach(model, folder)


def _check_reach(model: "PreTrainedModel", folder: Path) -> None:
    from guards.sequence_classifier import positions

    if positions(model) < MAX_TOKENS:
        raise WeightsError(
            f"{folder} reads {positions(model)} tokens, rows have up to {MAX_TOKENS}: name another"
        )


def _reorder(model: "PreTrainedModel", columns: Sequence[int]) -> None:
    linear = [part for part in model.modules() if isinstance(part, nn.Linear)]
    head = next(part for part in reversed(linear) if part.out_features == len(NLI_LABELS))
    head.weight.data = head.weight.data[list(columns)].clone()
    if head.bias is not None:
        head.bias.data = head.bias.data[list(columns)].clone()


def _reads_types(tokenizer: "PreTrainedTokenizerBase") -> bool:
    return "token_type_ids" in tokenizer.model_input_names
