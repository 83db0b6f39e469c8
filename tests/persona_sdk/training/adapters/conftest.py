"""Tiny random models of each architecture, as a transformers folder and as GGUF, and adapters."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from persona_sdk.models.catalog import builtin_path

_EXTRA = ("torch", "transformers", "peft", "gguf", "safetensors")
if any(find_spec(package) is None for package in _EXTRA):
    collect_ignore_glob = ["test_*.py"]
else:
    import gguf
    import torch
    import transformers
    from peft import LoraConfig, get_peft_model

HIDDEN, HEADS, KV_HEADS, LAYERS, WIDE, SEEN, WORDS = 64, 4, 2, 2, 96, 256, 512
LINEAR = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]


@dataclass(frozen=True)
class Tiny:
    """A random model."""

    model: Any
    folder: Path
    gguf: Path


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Tiny]:
    """Return what makes, once each, a two-layer model of an architecture."""
    made: dict[str, Tiny] = {}

    def of(kind: str) -> Tiny:
        if kind not in made:
            folder = tmp_path_factory.mktemp(kind)
            model = _model(kind)
            model.save_pretrained(folder)
            _write_gguf(model, kind, folder / "tiny.gguf")
            made[kind] = Tiny(model, folder, folder / "tiny.gguf")
        return made[kind]

    return of


@pytest.fixture
def adapted(tmp_path: Path) -> Callable[..., Path]:
    """Return what saves a LoRA folder with random factors for a copy of a model."""
    count = iter(range(100))

    def save(model: Any, *, strength: float = 0.1, **options: Any) -> Path:
        torch.manual_seed(5)
        chosen = {"r": 4, "lora_alpha": 8, "target_modules": LINEAR, "task_type": "CAUSAL_LM"}
        copied = type(model)(model.config)
        copied.load_state_dict(model.state_dict())
        peft_model = get_peft_model(copied, LoraConfig(**{**chosen, **options}))
        for name, parameter in peft_model.named_parameters():
            if "lora_" in name:
                torch.nn.init.normal_(parameter, std=strength)
        folder = tmp_path / f"adapter{next(count)}"
        peft_model.save_pretrained(folder)
        return folder

    return save


@pytest.fixture
def edited() -> Callable[..., None]:
    """Return what changes settings in a LoRA folder's config."""

    def edit(folder: Path, **settings: object) -> None:
        file = folder / "adapter_config.json"
        file.write_text(json.dumps(json.loads(file.read_text()) | settings))

    return edit


def _model(kind: str) -> Any:
    torch.manual_seed(3)
    config_type, model_type, more = {
        "llama": (transformers.LlamaConfig, transformers.LlamaForCausalLM, {}),
        "qwen2": (transformers.Qwen2Config, transformers.Qwen2ForCausalLM, {}),
        "gemma": (transformers.GemmaConfig, transformers.GemmaForCausalLM, {"head_dim": 16}),
        "gemma2": (
            transformers.Gemma2Config,
            transformers.Gemma2ForCausalLM,
            {"head_dim": 16, "query_pre_attn_scalar": 16, "attn_implementation": "eager"},
        ),
        "gemma3": (
            transformers.Gemma3TextConfig,
            transformers.Gemma3ForCausalLM,
            {"head_dim": 16, "query_pre_attn_scalar": 16, "sliding_window": 512},
        ),
    }[kind]
    config = config_type(
        vocab_size=WORDS,
        hidden_size=HIDDEN,
        intermediate_size=WIDE,
        num_hidden_layers=LAYERS,
        num_attention_heads=HEADS,
        num_key_value_heads=KV_HEADS,
        max_position_embeddings=SEEN,
        tie_word_embeddings=True,
        initializer_range=0.2,
        bos_token_id=1,
        eos_token_id=2,
        pad_token_id=2,
        **more,
    )
    return model_type(config).eval()


def _write_gguf(model: Any, kind: str, path: Path) -> None:
    config = model.config
    writer = gguf.GGUFWriter(str(path), kind)
    writer.add_type("model")
    writer.add_name(f"Tiny {kind}")
    writer.add_block_count(LAYERS)
    writer.add_context_length(SEEN)
    writer.add_embedding_length(HIDDEN)
    writer.add_feed_forward_length(WIDE)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(KV_HEADS)
    writer.add_layer_norm_rms_eps(config.rms_norm_eps)
    writer.add_vocab_size(config.vocab_size)
    if kind in ("llama", "qwen2"):
        writer.add_rope_freq_base(config.rope_parameters["rope_theta"])
    if kind == "llama":
        writer.add_rope_dimension_count(HIDDEN // HEADS)
    if kind.startswith("gemma"):
        writer.add_key_length(16)
        writer.add_value_length(16)
    if kind == "gemma2":
        writer.add_attn_logit_softcapping(config.attn_logit_softcapping)
        writer.add_final_logit_softcapping(config.final_logit_softcapping)
    if kind in ("gemma2", "gemma3"):
        writer.add_sliding_window(config.sliding_window)
    _copy_tokenizer(writer)
    names = gguf.get_tensor_name_map(
        next(k for k, v in gguf.MODEL_ARCH_NAMES.items() if v == kind), LAYERS
    )
    for name, tensor in model.state_dict().items():
        if name != "lm_head.weight":
            writer.add_tensor(
                f"{names.get_name(name.rpartition('.')[0])}.{name.rpartition('.')[2]}",
                _in_llama_order(kind, name, tensor.numpy()),
            )
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def _in_llama_order(kind: str, name: str, numbers: Any) -> Any:
    if kind.startswith("gemma") and name.endswith("norm.weight"):
        return numbers + 1
    heads = {"q_proj": HEADS, "k_proj": KV_HEADS}.get(name.split(".")[-2])
    if kind != "llama" or heads is None:
        return numbers
    size = len(numbers) // heads
    half = [i // 2 + (i % 2) * (size // 2) for i in range(size)]
    return np.ascontiguousarray(numbers[[h * size + i for h in range(heads) for i in half]])


def _copy_tokenizer(writer: Any) -> None:
    for key, value, kind in _tokenizer():
        if isinstance(value, list):
            writer.add_array(key, value)
        else:
            writer.add_key_value(key, value, kind)


@cache
def _tokenizer() -> list[tuple[str, Any, Any]]:
    """Return the first words of the built-in model's vocabulary, with what else it says of it."""
    fields = gguf.GGUFReader(str(builtin_path())).fields
    heads = {
        key: [_text_or_number(field.parts[i]) for i in field.data[:WORDS]]
        for key, field in fields.items()
        if key.startswith("tokenizer.") and field.types[0] == gguf.GGUFValueType.ARRAY
    }
    words = set(heads["tokenizer.ggml.tokens"])
    merges = heads["tokenizer.ggml.merges"]
    heads["tokenizer.ggml.merges"] = [m for m in merges if m.replace(" ", "") in words]
    plain = [
        (key, field.contents(), field.types[0])
        for key, field in fields.items()
        if key.startswith("tokenizer.") and key not in heads
    ]
    return [*plain, *((key, value, None) for key, value in heads.items())]


def _text_or_number(part: Any) -> Any:
    return bytes(part).decode() if part.dtype == np.uint8 else int(part[0])
