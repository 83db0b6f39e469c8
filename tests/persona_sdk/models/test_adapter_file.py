import re
import struct
from collections.abc import Callable
from pathlib import Path

import pytest

from persona_sdk.errors import AdapterError, ModelNotFound
from persona_sdk.models.adapter_file import check_match, read_adapter
from persona_sdk.models.catalog import builtin_path
from persona_sdk.models.gguf_header import GgufHeader, TensorShape, read_header


def test_an_adapter_tells_its_base_its_maps_and_its_lineage(
    tmp_path: Path, write_adapter: Callable[..., Path]
) -> None:
    facts: dict[str, str | int] = {
        "general.name": "Tess",
        "general.base_model.0.name": "SmolLM2",
        "llama.block_count": 30,
        "faithful_persona.seed": "17",
    }
    path = write_adapter(tmp_path / "a.gguf", width=8, strength=1.0, rank=2, **facts)
    file = read_adapter(path)
    assert (file.name, file.base, file.architecture, file.layers) == (
        "Tess",
        "SmolLM2",
        "llama",
        30,
    )
    assert (file.alpha, file.ranks, file.kinds) == (2.0, (2,), ("f32",))
    assert dict(file.maps) == {"blk.0.attn_q.weight": (8, 8)}
    assert dict(file.lineage) == {"seed": "17"}
    assert file.size == path.stat().st_size


@pytest.mark.model
def test_the_header_of_the_builtin_model_is_read() -> None:
    header = read_header(builtin_path())
    assert (header.architecture, header.layers, len(header.tensors)) == ("llama", 30, 272)
    assert header.tensors["blk.29.attn_k.weight"].sizes == (576, 192)
    assert header.values["tokenizer.ggml.model"] == "gpt2"


@pytest.mark.model
def test_a_model_is_no_adapter() -> None:
    with pytest.raises(AdapterError, match=r"general.type must be 'adapter', was: 'model'"):
        read_adapter(builtin_path())


@pytest.mark.model
def test_an_adapter_of_another_width_is_refused_with_both_shapes(
    tmp_path: Path, write_adapter: Callable[..., Path]
) -> None:
    adapter = read_adapter(write_adapter(tmp_path / "a.gguf", width=64, strength=1.0))
    told = re.escape("wants blk.0.attn_q.weight of shape (64, 64)") + ".*has .576, 576."
    with pytest.raises(AdapterError, match=told):
        check_match(adapter, read_header(builtin_path()))


def test_a_factor_without_its_partner_is_named(
    tmp_path: Path, write_adapter: Callable[..., Path]
) -> None:
    path = write_adapter(tmp_path / "a.gguf", width=8, strength=1.0)
    path.write_bytes(path.read_bytes().replace(b".lora_b", b".lora_x"))
    with pytest.raises(AdapterError, match=r"blk.0.attn_q.weight.lora_a has no .lora_b"):
        read_adapter(path)


def test_factors_of_two_ranks_are_told(tmp_path: Path, write_adapter: Callable[..., Path]) -> None:
    path = write_adapter(tmp_path / "a.gguf", width=8, strength=1.0, rank=4)
    name, shape = b"lora_b" + struct.pack("<I", 2), struct.Struct("<QQ")
    path.write_bytes(path.read_bytes().replace(name + shape.pack(4, 8), name + shape.pack(2, 8)))
    with pytest.raises(AdapterError, match=r"lora_a is of rank 4, the .lora_b beside it of rank 2"):
        read_adapter(path)


@pytest.mark.parametrize("size", [4, 20, 60, 150])
def test_a_header_that_is_cut_short_is_refused(
    size: int, tmp_path: Path, write_adapter: Callable[..., Path]
) -> None:
    path = write_adapter(tmp_path / "a.gguf", width=8, strength=1.0)
    path.write_bytes(path.read_bytes()[:size])
    with pytest.raises(AdapterError, match="may be cut short"):
        read_adapter(path)


def test_a_text_longer_than_the_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.gguf"
    path.write_bytes(b"GGUF" + struct.pack("<IQQQ", 3, 0, 1, 2**62) + b"x" * 64)
    with pytest.raises(ModelNotFound, match="does not fit"):
        read_header(path)


def base(name: str, width: int = 8) -> GgufHeader:
    shapes = {"blk.0.attn_q.weight": TensorShape((width, width), 1)}
    values = {"general.architecture": "llama", **({"general.name": name} if name else {})}
    return GgufHeader(Path("other.gguf"), values, shapes)


@pytest.mark.parametrize(
    ("trained", "title", "name", "warned"),
    [
        ("gguf:f16.gguf", "SmolLM2", "Stranger", True),
        ("builtin:base", "SmolLM2", "Stranger", True),
        ("gguf:f16.gguf", "SmolLM2", "SmolLM2", False),
        ("gguf:f16.gguf", "SmolLM2", "", False),
        ("gguf:f16.gguf", "", "Stranger", False),
        ("hf:models/smol", "smol", "SmolLM2", False),
        ("", "Smol LM2", "SmolLM2", False),
    ],
)
def test_an_adapter_of_another_model_of_the_same_shapes_is_told(
    tmp_path: Path,
    write_adapter: Callable[..., Path],
    caplog: pytest.LogCaptureFixture,
    trained: str,
    title: str,
    name: str,
    warned: bool,
) -> None:
    facts = {
        "general.base_model.0.name": title,
        "faithful_persona.base": trained,
        "faithful_persona.base_sha256": "f16",
    }
    file = read_adapter(write_adapter(tmp_path / "a.gguf", width=8, strength=1.0, **facts))
    check_match(file, base(name))
    assert ("trained on 'SmolLM2', other.gguf is 'Stranger'" in caplog.text) == warned
    assert bool(caplog.records) == warned


def test_a_missing_adapter_is_named(tmp_path: Path) -> None:
    with pytest.raises(AdapterError, match=r"cannot read .*none\.gguf"):
        read_adapter(tmp_path / "none.gguf")
