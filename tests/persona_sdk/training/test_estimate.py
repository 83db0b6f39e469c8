import pytest
import torch

from persona_sdk.errors import TrainingError
from persona_sdk.training import memory
from persona_sdk.training.base_model import load_base
from persona_sdk.training.estimate import Batch, Estimate, batched, check_fits, estimated
from persona_sdk.training.lora import new_adapter
from persona_sdk.training.settings import Settings


@pytest.fixture(scope="module")
def model(tiny_base):
    return new_adapter(load_base(tiny_base)[0], Settings(rank=4), base=tiny_base)


def test_a_longer_batch_needs_more(model):
    short = estimated(model, Settings(), [Batch(4, 100, 50)], 1)
    long = estimated(model, Settings(), [Batch(4, 100, 50), Batch(4, 200, 50)], 1)
    assert long.activations > 2 * short.activations
    assert long.logits == short.logits


def test_the_optimiser_counts_for_the_adapter_alone(model):
    trained = sum(p.numel() for p in model.parameters() if p.requires_grad)
    assert estimated(model, Settings(), [Batch(1, 8, 4)], 1).adapter == 16 * trained


def test_steps_and_epochs_make_the_tokens(model):
    settings = Settings(batch=2, accumulation=2)
    assert estimated(model, settings, [Batch(2, 10, 4), Batch(2, 30, 4)], 3).tokens == 240


def test_rows_of_like_length_share_a_batch():
    assert batched([5, 9, 6, 8], [1, 2, 3, 4], 2) == [Batch(2, 6, 4), Batch(2, 9, 6)]


def test_too_little_memory_is_told_with_what_to_lower(model, monkeypatch):
    monkeypatch.setattr(memory, "_free_here", lambda: 0)
    estimate = estimated(model, Settings(batch=8), [Batch(8, 900, 500)], 1)
    with pytest.raises(TrainingError, match=r"lower --batch \(now 8\) and raise --accumulation"):
        check_fits(estimate, Settings(batch=8))


def test_a_gpu_must_hold_the_base_too_unless_it_lies_there_in_four_bits(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "mem_get_info", lambda: (10**9, 10**9))
    large = Estimate(weights=2 * 10**9, adapter=0, activations=0, logits=0, steps=1, tokens=1)
    with pytest.raises(TrainingError, match=r"weights 2\.0 GB.*but has 1\.8 GB"):
        check_fits(large, Settings())
    check_fits(large, Settings(four_bit=True))


def test_files_that_were_read_do_not_count_as_used_memory(tmp_path, monkeypatch):
    for name, content in (
        ("memory.max", "8000\n"),
        ("memory.current", "7000\n"),
        ("memory.stat", "anon 1500\nfile 5500\nactive_file 3000\ninactive_file 2500\n"),
    ):
        (tmp_path / name).write_text(content, encoding="ascii")
    monkeypatch.setattr(memory, "_GROUP", tmp_path)
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert memory.free_bytes() == 6500
    (tmp_path / "memory.max").write_text("max\n", encoding="ascii")
    assert memory.free_bytes() > 10**6
