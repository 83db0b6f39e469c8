"""GGUF adapters made by hand, so that tests of the runtime need no extra."""

import random
import struct
from collections.abc import Callable
from pathlib import Path

import pytest


@pytest.fixture
def write_adapter() -> Callable[..., Path]:
    """Return what writes an adapter for one square matrix."""
    return _write_adapter


def _write_adapter(
    path: Path, *, width: int, strength: float, rank: int = 4, seed: int = 1, **more: str | int
) -> Path:
    """Write a LoRA adapter for one square matrix, in GGUF version 3."""
    noise = random.Random(seed)
    facts: dict[str, str | int | float] = {
        "general.architecture": "llama",
        "general.type": "adapter",
        "adapter.type": "lora",
        "adapter.lora.alpha": float(rank),
        **more,
    }
    tensors = {
        "blk.0.attn_q.weight.lora_a": (width, rank),
        "blk.0.attn_q.weight.lora_b": (rank, width),
    }
    out = b"GGUF" + struct.pack("<IQQ", 3, len(tensors), len(facts))
    for key, value in facts.items():
        out += _text(key) + _value(value)
    offset = 0
    for name, shape in tensors.items():
        out += _text(name) + struct.pack("<IQQIQ", 2, *shape, 0, offset)
        offset += 4 * shape[0] * shape[1]
    out += b"\0" * (-len(out) % 32)
    values = [noise.gauss(0, strength) for _ in range(2 * width * rank)]
    path.write_bytes(out + struct.pack(f"<{len(values)}f", *values))
    return path


def _value(value: str | int | float) -> bytes:
    if isinstance(value, str):
        return struct.pack("<I", 8) + _text(value)
    return (
        struct.pack("<If", 6, value) if isinstance(value, float) else struct.pack("<II", 4, value)
    )


def _text(text: str) -> bytes:
    return struct.pack("<Q", len(text.encode())) + text.encode()
