from collections.abc import Callable
from pathlib import Path
from typing import Any

import gguf
import numpy as np
import pytest

from persona_sdk.errors import AdapterError, ModelNotFound
from persona_sdk.models.gguf_header import read_header
from persona_sdk.training.adapters import merge
from persona_sdk.training.adapters.convert import convert_adapter
from persona_sdk.training.adapters.llama_logits import LlamaLogits
from persona_sdk.training.adapters.merge import merge_adapter

pytestmark = [
    pytest.mark.filterwarnings("ignore:`is_gradient_checkpointing`:FutureWarning"),
    pytest.mark.filterwarnings("ignore:Could not find a config file:UserWarning"),
]

TOKENS = [5, 17, 3, 40, 81, 9, 9, 60, 33, 2, 71, 12]
Make = Callable[..., Any]


def logits(path: Path, adapter: Path | None = None) -> Any:
    llama = LlamaLogits(path, threads=1)
    found = llama.logits(TOKENS, adapter)
    llama.close()
    return found


@pytest.mark.parametrize(("kind", "apart"), [("f32", 1e-3), ("f16", 0.05)])
def test_a_merged_model_predicts_what_base_and_adapter_predict(
    kind: Any, apart: float, tiny: Make, adapted: Make, tmp_path: Path
) -> None:
    base, folder = tiny("llama").gguf, adapted(tiny("llama").model)
    file = convert_adapter(folder, tmp_path / "a.gguf", base=f"gguf:{base}", kind="f32").path
    wanted = logits(base, file)
    for adapter in (file, folder):
        merged = merge_adapter(tmp_path / "m.gguf", base=f"gguf:{base}", adapter=adapter, kind=kind)
        assert np.abs(logits(merged) - wanted).max() <= apart
    assert np.abs(wanted - logits(base)).max() > 1


def test_half_the_scale_is_half_the_change(tiny: Make, adapted: Make, tmp_path: Path) -> None:
    base, folder = f"gguf:{tiny('llama').gguf}", adapted(tiny("llama").model)
    weights = []
    for scale in (0.0, 0.5, 1.0):
        path = merge_adapter(
            tmp_path / "m.gguf", base=base, adapter=folder, scale=scale, kind="f32"
        )
        tensors = {t.name: t.data.copy() for t in gguf.GGUFReader(str(path)).tensors}
        weights.append(tensors["blk.1.attn_k.weight"])
    none, half, whole = weights
    assert np.allclose(half - none, (whole - none) / 2, atol=1e-5)
    assert np.abs(whole - none).max() > 0.1


def test_tokenizer_and_settings_of_the_base_are_copied(tiny: Make, tmp_path: Path) -> None:
    base = tiny("gemma2").gguf
    path = merge_adapter(tmp_path / "m.gguf", base=f"gguf:{base}", kind="q8_0", name="Mara")
    before, after = (gguf.GGUFReader(str(file)).fields for file in (base, path))
    changed = {"general.name", "general.file_type", "general.quantization_version"}
    kept = [key for key in before if not key.startswith("GGUF.") and key not in changed]
    assert len(kept) > 15
    assert [before[k].contents() for k in kept] == [after[k].contents() for k in kept]
    assert after["general.name"].contents() == "Mara"
    kinds = {name: tensor.kind for name, tensor in read_header(path).tensors.items()}
    assert (kinds["blk.0.attn_q.weight"], kinds["blk.0.attn_norm.weight"]) == (8, 0)


def test_a_folder_of_transformers_has_no_tokenizer_to_copy(tiny: Make, tmp_path: Path) -> None:
    with pytest.raises(AdapterError, match=r"convert_hf_to_gguf\.py"):
        merge_adapter(tmp_path / "m.gguf", base=f"hf:{tiny('llama').folder}")


def test_an_adapter_for_another_base_is_refused(tiny: Make, adapted: Make, tmp_path: Path) -> None:
    folder = adapted(tiny("llama").model)
    file = convert_adapter(folder, tmp_path / "a.gguf", base=f"gguf:{tiny('llama').gguf}").path
    with pytest.raises(AdapterError, match=r"it wants 'llama', .* has 'qwen2'"):
        merge_adapter(tmp_path / "m.gguf", base=f"gguf:{tiny('qwen2').gguf}", adapter=file)


def test_the_base_is_never_written_over(tiny: Make) -> None:
    base = tiny("llama").gguf
    with pytest.raises(AdapterError, match="is the base itself"):
        merge_adapter(base, base=f"gguf:{base}")


def test_what_fails_leaves_the_file_that_was_there(
    tiny: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "m.gguf").write_text("before")

    def broken(*_: object) -> Any:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(merge, "encoded", broken)
    with pytest.raises(AdapterError, match="No space left on device"):
        merge_adapter(tmp_path / "m.gguf", base=f"gguf:{tiny('llama').gguf}")
    assert [file.name for file in tmp_path.iterdir()] == ["m.gguf"]
    assert (tmp_path / "m.gguf").read_text() == "before"


def test_an_unknown_kind_and_a_missing_base_are_named(tmp_path: Path) -> None:
    with pytest.raises(AdapterError, match="one of f32, f16, q8_0, was: 'q4'"):
        merge_adapter(tmp_path / "m.gguf", base="builtin", kind="q4")  # type: ignore[arg-type]
    with pytest.raises(ModelNotFound, match=r"cannot read .*none\.gguf"):
        merge_adapter(tmp_path / "m.gguf", base=f"gguf:{tmp_path / 'none.gguf'}")
