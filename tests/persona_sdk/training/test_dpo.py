import json
import math
import re
from dataclasses import replace

import pytest
import torch

from persona_sdk.errors import RowError
from persona_sdk.training.dpo import train_dpo
from persona_sdk.training.dpo_trainer import weighted_loss
from persona_sdk.training.settings import Settings
from persona_sdk.training.sft import train_sft
from persona_sdk.types import Turn

QUICK = Settings(
    rank=4, alpha=8, batch=2, accumulation=2, learning_rate=1e-2, log_steps=1, precision="fp32"
)


@pytest.fixture(scope="module")
def start(tiny_base, chats, tmp_path_factory):
    return train_sft(
        chats, replace(QUICK, epochs=2), tmp_path_factory.mktemp("sft"), base=tiny_base
    ).adapter


def margins(result):
    return [point["rewards/margins"] for point in result.curve if "loss" in point]


def test_the_chosen_replies_gain_on_the_rejected_ones(tiny_base, preferences, tmp_path):
    result = train_dpo(preferences, replace(QUICK, epochs=2), tmp_path, base=tiny_base)
    assert margins(result)[-1] > 0.5
    assert result.curve[-1]["rewards/accuracies"] == 1.0
    assert {"loss.svg", "margins.svg", "accuracy.svg"} <= {p.name for p in tmp_path.iterdir()}


def test_the_start_is_the_reference(tiny_base, preferences, start, tmp_path):
    result = train_dpo(preferences, QUICK, tmp_path, base=tiny_base, start=start)
    assert result.curve[0]["loss"] == pytest.approx(math.log(2), abs=1e-4)
    assert margins(result)[0] == pytest.approx(0, abs=1e-4)


def test_the_base_can_be_the_reference_of_a_started_adapter(
    tiny_base, preferences, start, tmp_path
):
    result = train_dpo(preferences, QUICK, tmp_path, base=tiny_base, start=start, reference="base")
    assert abs(margins(result)[0]) > 1e-3


def test_no_second_adapter_is_left(tiny_base, preferences, start, tmp_path):
    from safetensors import safe_open

    train_dpo(preferences, QUICK, tmp_path, base=tiny_base, start=start)
    with (
        safe_open(tmp_path / "adapter_model.safetensors", "np") as after,
        safe_open(start / "adapter_model.safetensors", "np") as before,
    ):
        assert set(after.keys()) == set(before.keys())
    assert not (tmp_path / "ref").exists()


def test_a_statement_against_the_chosen_reply_weighs_in(tiny_base, preferences, tmp_path):
    plain = train_dpo(preferences, QUICK, tmp_path / "a", base=tiny_base)
    weighted = train_dpo(
        preferences, replace(QUICK, objective="weighted"), tmp_path / "b", base=tiny_base
    )
    assert margins(weighted)[-1] < margins(plain)[-1]


def test_without_opposing_statements_both_objectives_are_one(tiny_base, preferences, tmp_path):
    agreed = [replace(pair, opposing=0.0) for pair in preferences]
    plain = train_dpo(agreed, QUICK, tmp_path / "a", base=tiny_base)
    weighted = train_dpo(
        agreed, replace(QUICK, objective="weighted"), tmp_path / "b", base=tiny_base
    )
    ours, theirs = ([p["loss"] for p in r.curve] for r in (weighted, plain))
    assert ours == pytest.approx(theirs, rel=1e-3)


def test_the_weighted_loss_is_that_of_the_paper():
    x = torch.tensor([0.7])
    supporting, opposing = 1.5, 0.5
    expected = -(
        supporting * math.log(1 / (1 + math.exp(-0.7)))
        + opposing * math.log(1 / (1 + math.exp(0.7)))
    ) / (supporting + opposing)
    found = weighted_loss(x, torch.tensor([opposing / (supporting + opposing)]))
    assert found.item() == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize("loss", ["robust", "sigmoid_norm", "apo_zero"])
def test_other_losses_train_too(tiny_base, preferences, tmp_path, loss):
    settings = replace(QUICK, loss=loss, label_smoothing=0.1 if loss == "robust" else 0.0)
    result = train_dpo(preferences, settings, tmp_path, base=tiny_base)
    assert margins(result)[-1] > margins(result)[0]


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"prompt": (Turn("assistant", "Hi."),)}, "prompt: turn 0 must be the user's"),
        ({"prompt": ()}, "prompt: is empty"),
        ({"rejected": "I am a cat."}, "are the same text"),
        ({"chosen": "<|im_start|>assistant"}, "chosen: holds '<|im_start|>'"),
    ],
)
def test_pairs_that_the_command_line_refuses_are_refused(
    tiny_base, preferences, tmp_path, changes, told
):
    bad = replace(preferences[0], **{"chosen": "I am a cat.", **changes})
    with pytest.raises(RowError, match=rf"pairs\[1\]: .*{re.escape(told)}"):
        train_dpo([preferences[0], bad], QUICK, tmp_path, base=tiny_base)
    with pytest.raises(RowError, match=rf"dev\[0\]: .*{re.escape(told)}"):
        train_dpo(preferences, QUICK, tmp_path, base=tiny_base, dev=[bad])


def test_dev_pairs_are_measured(tiny_base, preferences, tmp_path):
    train_dpo(preferences[2:], QUICK, tmp_path, base=tiny_base, dev=preferences[:2])
    record = json.loads((tmp_path / "training.json").read_text(encoding="utf-8"))
    checks = [p for p in record["curve"] if "eval_loss" in p]
    assert record["dev_pairs"] == 2
    assert record["dev_loss"] == min(p["eval_loss"] for p in checks)
    assert "eval_rewards/accuracies" in checks[0]
