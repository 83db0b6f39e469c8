from collections.abc import Callable
from pathlib import Path

import pytest
from llama_cpp import Llama

from persona_sdk.errors import AdapterError, ModelBusy
from persona_sdk.models.catalog import builtin_path
from persona_sdk.models.gguf import load_gguf
from persona_sdk.models.gguf_slots import load_gguf_slots
from persona_sdk.models.llama_cpp import LlamaCppModel
from persona_sdk.types import GenerationOptions, Turn

pytestmark = pytest.mark.model

TESS = Turn("system", "You are Tess. Tess keeps bees in Cornwall. Tess never drinks coffee.")
ASK = [TESS, Turn("user", "Who are you?")]
SHORT = GenerationOptions(max_tokens=10, seed=7)
WIDTH = 576  # of the built-in model


@pytest.fixture(scope="module")
def model() -> LlamaCppModel:
    return load_gguf(builtin_path(), context_size=256, threads=1)


@pytest.fixture
def first(tmp_path: Path, write_adapter: Callable[..., Path]) -> Path:
    return write_adapter(tmp_path / "first.gguf", width=WIDTH, strength=0.4)


@pytest.fixture
def second(tmp_path: Path, write_adapter: Callable[..., Path]) -> Path:
    return write_adapter(tmp_path / "second.gguf", width=WIDTH, strength=0.4, seed=2)


def said(model: LlamaCppModel) -> str:
    return model.generate(ASK, options=SHORT)[0].text


def fresh(adapter: Path | None, scale: float = 1.0) -> str:
    model = load_gguf(
        builtin_path(), adapter=adapter, adapter_scale=scale, context_size=256, threads=1
    )
    return said(model)


def test_switching_adapters_says_what_freshly_loaded_models_say(
    model: LlamaCppModel, first: Path, second: Path
) -> None:
    one, other = model.with_adapter(first), model.with_adapter(second)
    twice = [[said(model), said(one), said(other)] for _ in range(2)]
    assert twice[0] == twice[1] == [fresh(None), fresh(first), fresh(second)]
    assert len(set(twice[0])) == 3


def test_an_adapter_of_a_model_of_another_name_is_told_when_it_is_loaded(
    model: LlamaCppModel,
    tmp_path: Path,
    write_adapter: Callable[..., Path],
    caplog: pytest.LogCaptureFixture,
) -> None:
    facts = {"general.base_model.0.name": "Stranger", "faithful_persona.base": "gguf:f16.gguf"}
    model.with_adapter(write_adapter(tmp_path / "a.gguf", width=WIDTH, strength=0.4, **facts))
    assert "was trained on 'Stranger'" in caplog.text


def test_each_scale_is_an_adapter_of_its_own(model: LlamaCppModel, first: Path) -> None:
    texts = [said(model.with_adapter(first, scale=scale)) for scale in (1.0, -1.0, 0.0)]
    assert texts == [fresh(first), fresh(first, -1.0), fresh(None)]
    assert len(set(texts)) == 3


def test_a_stream_of_one_adapter_keeps_the_others_waiting(
    model: LlamaCppModel, first: Path
) -> None:
    one = model.with_adapter(first)
    stream = one.stream(ASK, options=SHORT)
    begun = next(stream)
    with pytest.raises(ModelBusy):
        said(model)
    assert begun + "".join(stream) == said(one)


def test_a_model_goes_back_to_the_adapter_that_its_llama_was_made_with(
    first: Path, second: Path
) -> None:
    llama = Llama(str(builtin_path()), lora_path=str(first), n_ctx=256, n_threads=1, verbose=False)
    model = LlamaCppModel(llama)
    own = said(model)
    assert own == fresh(first)
    assert said(model.with_adapter(second)) != own == said(model)


def test_another_file_of_the_same_name_is_another_adapter(
    model: LlamaCppModel, first: Path, second: Path
) -> None:
    before = said(model.with_adapter(first))
    first.write_bytes(second.read_bytes())
    assert said(model.with_adapter(first)) == said(model.with_adapter(second)) != before


def test_the_name_tells_the_adapter(model: LlamaCppModel, first: Path) -> None:
    half = model.with_adapter(first, scale=0.5)
    assert half.name == f"{model.name}+adapter:{first}@0.5"
    assert half.without_adapter().name == model.name
    assert model.with_adapter(first, name="Tess").name == "Tess"


def test_an_adapter_for_fewer_layers_is_refused(
    model: LlamaCppModel, tmp_path: Path, write_adapter: Callable[..., Path]
) -> None:
    facts: dict[str, str | int] = {"llama.block_count": 12, "general.base_model.0.name": "Tiny"}
    path = write_adapter(tmp_path / "a.gguf", width=WIDTH, strength=0.1, **facts)
    with pytest.raises(AdapterError, match=r"another model \(Tiny\): it wants 12 layers.* has 30"):
        model.with_adapter(path)


def test_an_adapter_of_another_architecture_is_refused(
    model: LlamaCppModel, tmp_path: Path, write_adapter: Callable[..., Path]
) -> None:
    facts: dict[str, str | int] = {"general.architecture": "qwen2"}
    path = write_adapter(tmp_path / "a.gguf", width=WIDTH, strength=0.1, **facts)
    with pytest.raises(AdapterError, match=r"it wants 'qwen2', .* has 'llama'"):
        model.with_adapter(path)


def test_a_scale_that_is_no_number_is_refused(model: LlamaCppModel, first: Path) -> None:
    with pytest.raises(ValueError, match="scale must be a finite number, was: nan"):
        model.with_adapter(first, scale=float("nan"))


def test_all_slots_speak_with_the_adapter_they_were_loaded_with(first: Path) -> None:
    slots = load_gguf_slots(
        builtin_path(), slots=2, slot_context=256, threads=1, adapter=first, adapter_scale=-1.0
    )
    plain = load_gguf_slots(builtin_path(), slots=2, slot_context=256, threads=1)
    texts = [model.generate(ASK, options=SHORT)[0].text for model in (slots, plain)]
    assert texts[0] != texts[1]


def test_slots_that_are_asked_to_switch_say_how_to_load_them(first: Path) -> None:
    slots = load_gguf_slots(builtin_path(), slots=1, slot_context=64, threads=1)
    with pytest.raises(AdapterError, match=r"one adapter in all its slots.*\+adapter:PATH"):
        slots.with_adapter(first)
