from collections.abc import Callable
from pathlib import Path

import pytest

from persona_sdk.errors import AdapterError, ModelError, ModelNotFound
from persona_sdk.models import gguf
from persona_sdk.models.catalog import builtin_path
from persona_sdk.models.gguf import load_gguf
from persona_sdk.types import GenerationOptions, Turn

ASK = [Turn("user", "Who are you?")]
GREEDY = GenerationOptions(max_tokens=12, temperature=0)
WIDTH = 576  # of the built-in model


def refused(
    path: Path,
    capfd: pytest.CaptureFixture[str],
    error: type[ModelError] = ModelNotFound,
    **options: Path,
) -> str:
    """Load what cannot be loaded; return the message, having printed nothing else."""
    with pytest.raises(error) as found:
        load_gguf(path, context_size=64, threads=1, **options)  # type: ignore[arg-type]
    printed = capfd.readouterr()
    assert (printed.out, printed.err) == ("", "")
    return str(found.value)


def test_a_missing_file_is_named(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert "cannot read" in refused(tmp_path / "none.gguf", capfd)


def test_a_folder_is_no_file(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert f"cannot read {tmp_path} (Is a directory)" in refused(tmp_path, capfd)


def test_another_kind_of_file_shows_its_beginning(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    other = tmp_path / "other.gguf"
    other.write_bytes(b"PK\x03\x04 and so on")
    assert "is not a GGUF file, it begins with b'PK\\x03\\x04'" in refused(other, capfd)


@pytest.mark.parametrize("size", [4, 100, 500_000, 5_000_000])
def test_a_truncated_file_is_refused_in_one_quiet_message(
    size: int, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    cut = tmp_path / "cut.gguf"
    with builtin_path().open("rb") as whole:
        cut.write_bytes(whole.read(size))
    message = refused(cut, capfd)
    assert f"cannot load {cut}" in message
    assert "download it again" in message


@pytest.mark.model
def test_an_adapter_that_is_none_is_refused_in_one_quiet_message(
    capfd: pytest.CaptureFixture[str],
) -> None:
    message = refused(builtin_path(), capfd, AdapterError, adapter=builtin_path())
    assert f"{builtin_path()} is no LoRA adapter: its general.type must be 'adapter'" in message


@pytest.mark.model
def test_loading_prints_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    model = load_gguf(builtin_path(), context_size=256, threads=1)
    printed = capfd.readouterr()
    assert (printed.out, printed.err) == ("", "")
    assert model.name == "SmolLM2-135M-Instruct.Q4_1"
    assert model.context_size == 256


def test_a_context_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="context_size must be at least 1, was: 0"):
        load_gguf(builtin_path(), context_size=0)


def test_a_context_that_no_number_of_llama_cpp_can_hold_is_refused() -> None:
    with pytest.raises(ModelError, match=f"context of {2**32 + 64} tokens .* 2147483647 at most"):
        load_gguf(builtin_path(), context_size=2**32 + 64)


@pytest.mark.model
def test_the_default_context_is_never_more_than_the_trained_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(gguf, "DEFAULT_CONTEXT", 20_000)
    assert load_gguf(builtin_path(), threads=1).context_size == 8192


@pytest.mark.model
@pytest.mark.parametrize("size", [8193, 2_000_000_000])
def test_a_context_beyond_the_trained_one_is_refused_quietly(
    size: int, capfd: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(ModelError, match=rf"context of {size} tokens .* was trained for 8192"):
        load_gguf(builtin_path(), context_size=size, threads=1)
    printed = capfd.readouterr()
    assert (printed.out, printed.err) == ("", "")


def test_gpu_layers_without_gpu_support_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("llama_cpp.llama_supports_gpu_offload", lambda: False)
    with pytest.raises(ModelError, match="built without GPU support"):
        load_gguf(builtin_path(), gpu_layers=1)


@pytest.mark.model
def test_an_adapter_changes_what_is_said(
    tmp_path: Path, write_adapter: Callable[..., Path]
) -> None:
    adapter = write_adapter(tmp_path / "adapter.gguf", width=WIDTH, strength=0.5)
    said = []
    for options in ({}, {"adapter": adapter}, {"adapter": adapter, "adapter_scale": 0.0}):
        model = load_gguf(builtin_path(), context_size=256, threads=1, **options)  # type: ignore
        said.append(model.generate(ASK, options=GREEDY)[0].text)
    plain, adapted, switched_off = said
    assert adapted != plain == switched_off


@pytest.mark.model
def test_an_adapter_for_another_model_is_refused_in_one_quiet_message(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], write_adapter: Callable[..., Path]
) -> None:
    adapter = write_adapter(tmp_path / "adapter.gguf", width=64, strength=0.5)
    message = refused(builtin_path(), capfd, AdapterError, adapter=adapter)
    assert "name an adapter that was made for this model" in message
    assert f"{adapter} was made for another model: it wants blk.0.attn_q.weight" in message
    assert "of shape (64, 64)" in message and "has (576, 576)" in message
