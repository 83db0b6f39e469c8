import copy
import doctest
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from peft import PeftModel
from safetensors.numpy import load_file, save_file

from persona_sdk.errors import AdapterError, ModelNotFound
from persona_sdk.training.adapters import gguf_lora, writing
from persona_sdk.training.adapters.convert import convert_adapter
from persona_sdk.training.adapters.llama_logits import LlamaLogits
from persona_sdk.training.adapters.merge import merge_adapter
from persona_sdk.training.adapters.reference import ReferenceLogits
from persona_sdk.training.adapters.verify import BAR

# What peft and transformers tell each other.
pytestmark = [
    pytest.mark.filterwarnings("ignore:`is_gradient_checkpointing`:FutureWarning"),
    pytest.mark.filterwarnings("ignore:Could not find a config file:UserWarning"),
]

TOKENS = [5, 17, 3, 40, 81, 9, 9, 60, 33, 2, 71, 12]
Q_A = "base_model.model.model.layers.0.self_attn.q_proj.lora_A.weight"
WEIGHTS = "adapter_model.safetensors"

Make = Callable[..., Any]


def difference(tiny: Any, folder: Path, adapter: Path) -> tuple[float, float]:
    """Return how far llama.cpp is from transformers, and how far the adapter moves a logit."""
    tuned_model = PeftModel.from_pretrained(copy.deepcopy(tiny.model), str(folder)).eval()
    reference = ReferenceLogits(tuned_model, tuned_model, tuned_model.disable_adapter)
    plain, tuned = (reference.logits(TOKENS, adapted=adapted) for adapted in (False, True))
    llama = LlamaLogits(tiny.gguf, threads=1)
    found = llama.logits(TOKENS, adapter)
    llama.close()
    return float(np.abs(found - tuned).max()), float(np.abs(tuned - plain).max())


@pytest.mark.parametrize("kind", ["llama", "qwen2", "gemma", "gemma2", "gemma3"])
def test_llama_cpp_predicts_with_the_file_what_transformers_predicts_with_the_folder(
    kind: str, tiny: Make, adapted: Make, tmp_path: Path
) -> None:
    folder = adapted(tiny(kind).model)
    file = convert_adapter(folder, tmp_path / "a.gguf", base=f"gguf:{tiny(kind).gguf}")
    apart, effect = difference(tiny(kind), folder, file.path)
    assert apart <= BAR < 1 < effect
    assert (file.architecture, file.layers, file.ranks) == (kind, 2, (4,))


def test_ranks_alphas_and_rank_stabilised_scales_of_single_layers_are_kept(
    tiny: Make, adapted: Make, tmp_path: Path
) -> None:
    folder = adapted(
        tiny("llama").model,
        use_rslora=True,
        rank_pattern={"q_proj": 8, "layers.1.mlp.down_proj": 2},
        alpha_pattern={"layers.1.self_attn.k_proj": 20, "up_proj": 3},
    )
    base = f"hf:{tiny('llama').folder}"
    file = convert_adapter(folder, tmp_path / "a.gguf", base=base, kind="f32")
    apart, effect = difference(tiny("llama"), folder, file.path)
    assert apart < 1e-3 < 1 < effect
    assert file.ranks == (2, 4, 8)


def test_an_adapter_of_some_layers_only_is_written_for_these(
    tiny: Make, adapted: Make, tmp_path: Path
) -> None:
    folder = adapted(tiny("llama").model, target_modules=["v_proj"], layers_to_transform=[1])
    file = convert_adapter(folder, tmp_path / "a.gguf", base=f"gguf:{tiny('llama').gguf}")
    assert list(file.maps) == ["blk.1.attn_v.weight"]
    assert file.layers == 2


def test_eight_bits_are_used_where_a_row_is_long_enough(
    tiny: Make, adapted: Make, tmp_path: Path
) -> None:
    folder, base = adapted(tiny("llama").model), f"gguf:{tiny('llama').gguf}"
    small = convert_adapter(folder, tmp_path / "a.gguf", base=base, kind="q8_0")
    apart, effect = difference(tiny("llama"), folder, small.path)
    assert apart < effect / 10
    assert small.kinds == ("f16", "q8_0")
    assert small.size < convert_adapter(folder, tmp_path / "b.gguf", base=base).size


def test_the_lineage_of_the_training_is_in_the_file(
    tiny: Make, adapted: Make, tmp_path: Path
) -> None:
    folder = adapted(tiny("llama").model)
    record = {
        "base": f"gguf:{tiny('llama').gguf}",
        "base_sha256": "ab12",
        "seed": 17,
        "settings": {"rank": 4},
        "curve": [[1, 2.0]],
        "note": None,
    }
    (folder / "training.json").write_text(json.dumps(record))
    file = convert_adapter(folder, tmp_path / "a.gguf", name="Tess")
    lineage = dict(file.lineage)
    assert len(lineage.pop("weights_sha256")) == 64
    assert lineage == {
        "base": record["base"],
        "base_sha256": "ab12",
        "seed": "17",
        "settings": '{"rank":4}',
    }
    assert (file.name, file.base) == ("Tess", "Tiny llama")


def test_the_same_folder_gives_the_same_bytes(tiny: Make, adapted: Make, tmp_path: Path) -> None:
    folder, base = adapted(tiny("llama").model), f"gguf:{tiny('llama').gguf}"
    for name in ("a.gguf", "b.gguf"):
        convert_adapter(folder, tmp_path / name, base=base)
    assert (tmp_path / "a.gguf").read_bytes() == (tmp_path / "b.gguf").read_bytes()


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"use_dora": True}, "use_dora=True: train with use_dora=False"),
        ({"bias": "all"}, "bias='all': train with bias='none'"),
        ({"modules_to_save": ["lm_head"]}, r"modules_to_save=\['lm_head'\]"),
        ({"init_lora_weights": "pissa_niter_4"}, "path_initial_model_for_weight_conversion"),
        ({"peft_type": "IA3"}, "peft_type must be LORA, was: 'IA3'"),
        ({"lora_alpha": None}, "lora_alpha must be a number above 0, was: None"),
        ({"alpha_pattern": {"q_proj": "8"}}, "q_proj must be a number above 0, was: '8'"),
        ({"alpha_pattern": {"q_(proj": 8}}, r"'q_\(proj' is no pattern"),
        ({"alpha_pattern": ["q_proj"]}, "alpha_pattern must hold an object, was"),
        ({"trainable_token_indices": [4]}, "without new or changed tokens"),
    ],
)
def test_settings_that_llama_cpp_cannot_apply_are_refused_with_the_mend(
    settings: dict[str, object],
    told: str,
    tiny: Make,
    adapted: Make,
    edited: Make,
    tmp_path: Path,
) -> None:
    folder = adapted(tiny("llama").model)
    edited(folder, **settings)
    with pytest.raises(AdapterError, match=told):
        convert_adapter(folder, tmp_path / "a.gguf", base=f"gguf:{tiny('llama').gguf}")
    assert not list(tmp_path.glob("*.gguf"))


@pytest.mark.parametrize(
    ("tensor", "told"),
    [
        ("base_model.model.model.embed_tokens.lora_embedding_A", "the embedding or the head"),
        ("base_model.model.lm_head.lora_B.weight", "lm_head.lora_B.weight belongs to the"),
        ("base_model.model.model.norm.weight", "norms stay as they are"),
        ("base_model.model.model.layers.0.self_attn.q_proj.lora_magnitude_vector", "DoRA"),
        ("base_model.model.model.layers.7.self_attn.q_proj.lora_A.weight", "needs lora_A of"),
    ],
)
def test_a_tensor_that_llama_cpp_cannot_apply_is_named(
    tensor: str, told: str, tiny: Make, adapted: Make, tmp_path: Path
) -> None:
    folder = adapted(tiny("llama").model)
    tensors = load_file(folder / WEIGHTS)
    save_file({**tensors, tensor: np.ones((4, 64), np.float32)}, folder / WEIGHTS)
    with pytest.raises(AdapterError, match=told):
        convert_adapter(folder, tmp_path / "a.gguf", base=f"gguf:{tiny('llama').gguf}")


@pytest.mark.parametrize("value", [np.nan, np.inf, 1e6])
def test_numbers_that_cannot_be_written_are_refused(
    value: float, tiny: Make, adapted: Make, tmp_path: Path
) -> None:
    folder = adapted(tiny("llama").model)
    tensors = load_file(folder / WEIGHTS)
    tensors[Q_A][0, 0] = value
    save_file(tensors, folder / WEIGHTS)
    with pytest.raises(AdapterError, match="not finite" if value != 1e6 else "too large for f16"):
        convert_adapter(folder, tmp_path / "a.gguf", base=f"gguf:{tiny('llama').gguf}")
    assert not list(tmp_path.glob("*a.gguf*"))


def test_another_base_is_refused_with_both_shapes(
    tiny: Make, adapted: Make, tmp_path: Path
) -> None:
    folder = adapted(tiny("llama").model)
    with pytest.raises(AdapterError, match=r"maps 96 inputs to 64 outputs.*has \(1536, 576\)"):
        convert_adapter(folder, tmp_path / "a.gguf", base="builtin")


def test_an_adapter_for_more_layers_than_the_base_has_is_refused(
    tiny: Make, adapted: Make, tmp_path: Path
) -> None:
    folder = adapted(tiny("llama").model)
    tensors = load_file(folder / WEIGHTS)
    deeper = {k.replace("layers.1", "layers.2"): v for k, v in tensors.items()}
    save_file(deeper, folder / WEIGHTS)
    with pytest.raises(AdapterError, match=r"model\.layers\.2\..* is none of the 2 layers"):
        convert_adapter(folder, tmp_path / "a.gguf", base=f"gguf:{tiny('llama').gguf}")


def test_an_architecture_without_a_conversion_is_refused(adapted: Make, tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text('{"model_type": "mamba"}')
    with pytest.raises(AdapterError, match=r"'mamba', .*convert_lora_to_gguf\.py"):
        convert_adapter_of_nothing(tmp_path)


def convert_adapter_of_nothing(base: Path) -> None:
    from persona_sdk.training.adapters.bases import find_base_facts

    find_base_facts(f"hf:{base}")


@pytest.mark.parametrize("base", ["builtn", "gguf:", "openai:m@http://h/v1"])
def test_a_base_that_is_none_is_refused(base: str) -> None:
    from persona_sdk.training.adapters.bases import find_base_facts

    with pytest.raises(ModelNotFound, match="builtin, gguf:PATH or hf:DIR, was"):
        find_base_facts(base)


@pytest.mark.parametrize("base", ["gguf:~nosuch/x", "hf:~nosuch/x"])
def test_a_base_in_the_home_folder_of_nobody_is_told(base: str) -> None:
    from persona_sdk.training.adapters.bases import find_base_facts

    with pytest.raises(ModelNotFound, match="home folder that '~nosuch/x' begins with"):
        find_base_facts(base)


def test_missing_and_broken_files_are_named(tiny: Make, adapted: Make, tmp_path: Path) -> None:
    base = f"gguf:{tiny('llama').gguf}"
    with pytest.raises(AdapterError, match=r"no LoRA folder of peft: cannot read adapter_config"):
        convert_adapter(tmp_path, tmp_path / "a.gguf", base=base)
    folder = adapted(tiny("llama").model)
    weights = (folder / WEIGHTS).read_bytes()
    (folder / WEIGHTS).write_bytes(weights[:100])
    with pytest.raises(AdapterError, match=r"adapter_model\.safetensors is broken"):
        convert_adapter(folder, tmp_path / "a.gguf", base=base)
    (folder / WEIGHTS).unlink()
    (folder / "adapter_model.bin").touch()
    with pytest.raises(AdapterError, match=r"is missing.*safe_serialization=True"):
        convert_adapter(folder, tmp_path / "a.gguf", base=base)
    (folder / "adapter_config.json").write_text("{")
    with pytest.raises(AdapterError, match="broken JSON"):
        convert_adapter(folder, tmp_path / "a.gguf", base=base)


def test_a_folder_that_cannot_be_written_to_is_named(
    tiny: Make, adapted: Make, tmp_path: Path
) -> None:
    folder = adapted(tiny("llama").model)
    with pytest.raises(AdapterError, match=r"none/a\.gguf cannot be written"):
        convert_adapter(folder, tmp_path / "none" / "a.gguf", base=f"gguf:{tiny('llama').gguf}")


def test_what_is_written_into_the_home_folder_is_found_there(
    tiny: Make, adapted: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    base = f"gguf:{tiny('llama').gguf}"
    file = convert_adapter(adapted(tiny("llama").model), "~/a.gguf", base=base)
    assert file.path == tmp_path / "a.gguf"
    assert merge_adapter("~/m.gguf", base=base) == tmp_path / "m.gguf"


@pytest.mark.parametrize("module", [gguf_lora, writing])
def test_the_examples_hold(module: Any) -> None:
    results = doctest.testmod(module)
    assert (results.failed, results.attempted > 0) == (0, True)
