import pytest

from persona_sdk.errors import TrainingError
from persona_sdk.training import memory
from persona_sdk.training.base_model import load_base
from persona_sdk.training.estimate import Batch, batched, check_fits, estimated
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
