"""A GGUF adapter and the LoRA folder that a training starts from: the same maps."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("peft")
pytest.importorskip("gguf")

from peft import PeftModel

from persona_sdk.errors import AdapterError
from persona_sdk.training.adapters.bases import find_base_facts
from persona_sdk.training.adapters.convert import convert_adapter
from persona_sdk.training.adapters.gguf_lora import GgufLora, load_gguf_lora, lora_for
from persona_sdk.training.adapters.peft_folder import read_lora
from persona_sdk.training.adapters.unconvert import unconvert_adapter
from persona_sdk.training.adapters.writing import write_adapter

pytestmark = pytest.mark.filterwarnings("ignore:.*deprecated:FutureWarning:transformers")


@pytest.mark.parametrize("kind", ["llama", "qwen2"])
def test_the_way_there_and_back_keeps_every_map(
    tiny: Callable[[str], Any], adapted: Callable[..., Path], tmp_path: Path, kind: str
) -> None:
    model = tiny(kind)
    base = f"gguf:{model.gguf}"
    before = adapted(model.model, rank_pattern={"o_proj": 2})
    file = convert_adapter(before, tmp_path / "a.gguf", base=base, kind="f32").path
    after = unconvert_adapter(file, tmp_path / "start", base=base)
    one, two = read_lora(before), read_lora(after)
    assert one.maps.keys() == two.maps.keys()
    for name, change in one.maps.items():
        found = two.maps[name]
        assert np.array_equal(change.a, found.a)
        np.testing.assert_allclose(change.scale * change.b, found.scale * found.b, rtol=1e-6)


def test_without_an_alpha_every_map_acts_in_full_whatever_its_rank(
    tiny: Callable[[str], Any], adapted: Callable[..., Path], tmp_path: Path
) -> None:
    model = tiny("llama")
    base = f"gguf:{model.gguf}"
    folder = adapted(model.model, rank_pattern={"o_proj": 2})
    lora = load_gguf_lora(convert_adapter(folder, tmp_path / "a.gguf", base=base).path)
    facts = find_base_facts(base)
    plain = GgufLora(lora.architecture, 0.0, lora.factors)
    write_adapter(tmp_path / "b.gguf", plain, base=facts, name="b", lineage={}, kind="f32")
    found = load_gguf_lora(tmp_path / "b.gguf")
    start = read_lora(unconvert_adapter(tmp_path / "b.gguf", tmp_path / "start", base=base))
    for name, (a, b) in lora.factors.items():
        change = found.change(name)
        assert change is not None
        np.testing.assert_allclose(change, b @ a, rtol=1e-5, atol=1e-7)
    again = lora_for(facts, start)
    for name, (a, b) in lora.factors.items():
        change = again.change(name)
        assert change is not None
        np.testing.assert_allclose(change, b @ a, rtol=1e-5, atol=1e-7)


def test_peft_reads_the_folder(
    tiny: Callable[[str], Any], adapted: Callable[..., Path], tmp_path: Path
) -> None:
    model = tiny("llama")
    base = f"gguf:{model.gguf}"
    file = convert_adapter(adapted(model.model), tmp_path / "a.gguf", base=base).path
    start = unconvert_adapter(file, tmp_path / "start", base=base)
    copied = type(model.model)(model.model.config)
    opened = PeftModel.from_pretrained(copied, str(start), is_trainable=True)
    learned = [n for n, p in opened.named_parameters() if p.requires_grad]
    assert len(learned) == 2 * 7 * 2


def test_layers_that_the_file_leaves_alone_get_no_factors(
    tiny: Callable[[str], Any], adapted: Callable[..., Path], tmp_path: Path
) -> None:
    model = tiny("llama")
    base = f"gguf:{model.gguf}"
    folder = adapted(model.model, target_modules=["v_proj"], layers_to_transform=[1])
    file = convert_adapter(folder, tmp_path / "a.gguf", base=base).path
    start = unconvert_adapter(file, tmp_path / "start", base=base)
    copied = type(model.model)(model.model.config)
    opened = PeftModel.from_pretrained(copied, str(start), is_trainable=True)
    learned = [n for n, p in opened.named_parameters() if p.requires_grad]
    assert len(learned) == 2
    assert all("layers.1.self_attn.v_proj" in name for name in learned)


def test_a_training_starts_from_the_file_itself(
    tiny: Callable[[str], Any], adapted: Callable[..., Path], tmp_path: Path
) -> None:
    from persona_sdk.training.lora import started_adapter

    model = tiny("llama")
    base = f"gguf:{model.gguf}"
    file = convert_adapter(adapted(model.model), tmp_path / "a.gguf", base=base, kind="f32").path
    copied = type(model.model)(model.model.config)
    started = started_adapter(copied, file, base=base)
    found = dict(started.named_parameters())
    name = "base_model.model.model.layers.1.mlp.up_proj.lora_B.default.weight"
    assert found[name].requires_grad
    assert np.array_equal(
        found[name].detach().numpy(), load_gguf_lora(file).factors["blk.1.ffn_up.weight"][1]
    )


def test_an_adapter_for_another_base_is_refused(
    tiny: Callable[[str], Any], adapted: Callable[..., Path], tmp_path: Path
) -> None:
    model, other = tiny("llama"), tiny("qwen2")
    file = convert_adapter(
        adapted(model.model), tmp_path / "a.gguf", base=f"gguf:{model.gguf}"
    ).path
    with pytest.raises(AdapterError, match="made for another model"):
        unconvert_adapter(file, tmp_path / "start", base=f"gguf:{other.gguf}")


def test_a_change_of_something_else_than_a_linear_map_is_refused(
    tiny: Callable[[str], Any],
    adapted: Callable[..., Path],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    model = tiny("llama")
    base = f"gguf:{model.gguf}"
    file = convert_adapter(adapted(model.model), tmp_path / "a.gguf", base=base).path
    lora = load_gguf_lora(file)
    odd = GgufLora(lora.architecture, lora.alpha, {"token_embd.weight": (np.ones((1, 2)),) * 2})
    monkeypatch.setattr("persona_sdk.training.adapters.unconvert.load_gguf_lora", lambda _: odd)
    with pytest.raises(AdapterError, match="token_embd"):
        unconvert_adapter(file, tmp_path / "start", base=base)
