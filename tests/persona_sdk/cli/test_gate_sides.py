from collections.abc import Callable
from pathlib import Path

import pytest

from persona_sdk.cli.gate_sides import files_of
from persona_sdk.errors import ModelNotFound
from persona_sdk.models.adapter_name import plain_base


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("builtin", "builtin:base"),
        ("builtin:base", "builtin:base"),
        ("builtin+adapter:tess.gguf@0.5", "builtin:base"),
        ("gguf:a.gguf+adapter:tess.gguf", "gguf:a.gguf"),
        ("openai:m@http://localhost/v1", "openai:m@http://localhost/v1"),
    ],
)
def test_the_plain_base_is_the_model_without_an_adapter(name: str, plain: str) -> None:
    assert plain_base(name) == plain


def test_files_are_told_by_their_digests_not_their_places(
    tmp_path: Path, write_adapter: Callable[..., Path]
) -> None:
    for place in ("here", "there"):
        (tmp_path / place).mkdir()
        (tmp_path / place / "base.gguf").write_bytes(b"GGUF base")
        write_adapter(tmp_path / place / "a.gguf", width=8, strength=0.1)
    one, other = (
        files_of(f"gguf:{tmp_path / p / 'base.gguf'}+adapter:{tmp_path / p / 'a.gguf'}")
        for p in ("here", "there")
    )
    assert {**one, "name": ""} == {**other, "name": ""}
    assert one["adapter_scale"] == 1.0 and len(one["adapter_sha256"]) == 64


def test_an_adapter_that_is_switched_off_is_none(
    tmp_path: Path, write_adapter: Callable[..., Path]
) -> None:
    (tmp_path / "base.gguf").write_bytes(b"GGUF base")
    adapter = write_adapter(tmp_path / "a.gguf", width=8, strength=0.1)
    found = files_of(f"gguf:{tmp_path / 'base.gguf'}+adapter:{adapter}@0")
    assert (found["adapter_sha256"], found["adapter_scale"]) == ("", 0.0)


def test_a_folder_that_was_written_again_is_another_one(tmp_path: Path) -> None:
    (tmp_path / "model.safetensors").write_bytes(b"1")
    before = files_of(f"hf:{tmp_path}")
    (tmp_path / "model.safetensors").write_bytes(b"22")
    assert files_of(f"hf:{tmp_path}") != before


def test_a_file_that_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelNotFound, match=r"none\.gguf"):
        files_of(f"gguf:{tmp_path}/none.gguf")


@pytest.mark.parametrize("kind", ["gguf", "hf"])
def test_a_home_folder_that_nobody_has_is_named(kind: str) -> None:
    with pytest.raises(ModelNotFound, match="home folder that '~nobody-here"):
        files_of(f"{kind}:~nobody-here/m.gguf")
