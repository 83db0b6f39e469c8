from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from persona_sdk.errors import AdapterError, ContextOverflow
from persona_sdk.training.adapters import gguf_lora
from persona_sdk.training.adapters.convert import convert_adapter
from persona_sdk.training.adapters.llama_logits import LlamaLogits
from persona_sdk.training.adapters.verify import default_prompts, read_prompts, verify_adapter
from persona_sdk.types import Turn

pytestmark = [
    pytest.mark.filterwarnings("ignore:`is_gradient_checkpointing`:FutureWarning"),
    pytest.mark.filterwarnings("ignore:Could not find a config file:UserWarning"),
]

PROMPTS = [[Turn("user", "Who are you?")], [Turn("system", "You are Tess."), Turn("user", "Hi")]]
Make = Callable[..., Any]


def test_a_right_conversion_is_within_the_bar(tiny: Make, adapted: Make) -> None:
    done: list[int] = []
    found = verify_adapter(
        adapted(tiny("llama").model),
        base=f"gguf:{tiny('llama').gguf}",
        prompts=PROMPTS,
        threads=1,
        tell=done.append,
    )
    assert found.passed
    assert found.same_weights.plain < 1e-3
    assert found.same_weights.adapted <= 0.05 < 1 < found.effect
    assert (found.prompts, done) == (2, [1, 1])
    assert found.tokens > 20


def test_rows_in_transformers_order_are_found_out(
    tiny: Make, adapted: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = adapted(tiny("llama").model, target_modules=["q_proj", "k_proj"])
    monkeypatch.setattr(gguf_lora, "rotated", lambda rows, heads: rows)
    base = f"gguf:{tiny('llama').gguf}"
    found = verify_adapter(folder, base=base, prompts=PROMPTS, threads=1)
    assert not found.passed
    assert found.same_weights.adapted > 0.5


def test_logits_that_are_no_numbers_never_pass(
    tiny: Make, adapted: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = LlamaLogits.logits

    def broken(self: LlamaLogits, tokens: Any, adapter: Any = None) -> Any:
        found = plain(self, tokens, adapter)
        return found if len(tokens) == len(self.tokens(PROMPTS[0])) else found * np.nan

    monkeypatch.setattr(LlamaLogits, "logits", broken)
    base = f"gguf:{tiny('llama').gguf}"
    found = verify_adapter(adapted(tiny("llama").model), base=base, prompts=PROMPTS, threads=1)
    assert np.isnan(found.same_weights.adapted)
    assert not found.passed


def test_a_gguf_adapter_is_compared_with_the_merged_model(
    tiny: Make, adapted: Make, tmp_path: Path
) -> None:
    base = f"gguf:{tiny('qwen2').gguf}"
    file = convert_adapter(adapted(tiny("qwen2").model), tmp_path / "a.gguf", base=base).path
    found = verify_adapter(file, base=base, prompts=PROMPTS, threads=1)
    assert found.passed
    assert found.effect > 1


def test_prompts_are_lines_of_a_file(tmp_path: Path) -> None:
    (tmp_path / "p.txt").write_text("Who are you?\n\n  And you? \n")
    assert read_prompts(tmp_path / "p.txt") == [
        [Turn("user", "Who are you?")],
        [Turn("user", "And you?")],
    ]
    assert len(default_prompts()) == 20


def test_prompts_that_cannot_be_used_are_told(tiny: Make, adapted: Make, tmp_path: Path) -> None:
    folder, base = adapted(tiny("llama").model), f"gguf:{tiny('llama').gguf}"
    with pytest.raises(AdapterError, match="there is no prompt"):
        verify_adapter(folder, base=base, prompts=[])
    with pytest.raises(ContextOverflow, match="the prompt has"):
        verify_adapter(folder, base=base, prompts=[[Turn("user", "word " * 600)]], threads=1)
    with pytest.raises(AdapterError, match=r"none\.txt: the prompts cannot be read"):
        read_prompts(tmp_path / "none.txt")
    with pytest.raises(AdapterError, match=r"llama.cpp cannot run 'hf:x'"):
        verify_adapter(folder, base="hf:x", prompts=PROMPTS)
