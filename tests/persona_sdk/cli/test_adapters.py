"""`persona adapters`: from the folder of a training to a file that speaks."""

import json
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import pytest
from typer.testing import Result

from persona_sdk.models.catalog import builtin_path

Run = Callable[..., Result]
needs_extra = pytest.mark.skipif(
    any(find_spec(p) is None for p in ("torch", "gguf", "safetensors")), reason="needs the extra"
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a LoRA folder for one map of the built-in model."""
    import numpy as np
    from safetensors.numpy import save_file

    path = tmp_path / "tess"
    path.mkdir()
    name = "base_model.model.model.layers.3.self_attn.v_proj.lora_"
    factors = {"A": np.full((2, 576), 0.5, np.float32), "B": np.full((192, 2), 0.25, np.float32)}
    save_file(
        {f"{name}{side}.weight": numbers for side, numbers in factors.items()},
        path / "adapter_model.safetensors",
    )
    config = {"peft_type": "LORA", "r": 2, "lora_alpha": 4}
    (path / "adapter_config.json").write_text(json.dumps(config))
    (path / "training.json").write_text(
        '{"base": "builtin", "command": "persona\\u001b[31m train"}'
    )
    return path


@needs_extra
def test_a_folder_becomes_a_file_that_tells_where_it_comes_from(folder: Path, persona: Run) -> None:
    done = persona("adapters", "convert", folder)
    assert (done.exit_code, done.stdout.strip()) == (0, f"{folder}.gguf")
    assert f"persona chat --model builtin+adapter:{folder}.gguf" in done.stderr
    told = persona("adapters", "inspect", f"{folder}.gguf").stdout
    assert "llama, 30 layers" in told and "1 maps: attn_v" in told and "2, alpha 4" in told
    assert "persona\ufffd[31m train" in told
    found = json.loads(persona("adapters", "inspect", f"{folder}.gguf", "--json").stdout)
    assert (found["name"], found["types"], found["layers"]) == ("tess", ["f16"], 30)
    assert found["lineage"]["base"] == "builtin"


@needs_extra
def test_what_is_no_adapter_is_one_error_line(tmp_path: Path, persona: Run) -> None:
    for command in (["convert", tmp_path], ["inspect", builtin_path()], ["inspect", tmp_path]):
        done = persona("adapters", *command)
        assert (done.exit_code, done.stdout) == (4, "")
        assert done.stderr.startswith("persona: ") and done.stderr.count("\n") == 1


@needs_extra
def test_a_base_that_does_not_match_is_told_with_its_shape(folder: Path, persona: Run) -> None:
    config = {"model_type": "llama", "num_attention_heads": 9, "num_hidden_layers": 2}
    (folder / "config.json").write_text(json.dumps(config))
    done = persona("adapters", "convert", folder, "--base", f"hf:{folder}")
    assert done.exit_code == 4
    assert "model.layers.3.self_attn.v_proj is none of the 2 layers" in done.stderr


@needs_extra
def test_merging_into_a_folder_of_transformers_names_the_converter(
    folder: Path, tmp_path: Path, persona: Run
) -> None:
    done = persona("adapters", "merge", folder, "-o", tmp_path / "m.gguf", "--base", f"hf:{folder}")
    assert (done.exit_code, "convert_hf_to_gguf.py" in done.stderr) == (4, True)
