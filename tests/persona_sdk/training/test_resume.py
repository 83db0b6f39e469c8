"""A training that was killed goes on to the very weights of one that was not."""

from dataclasses import replace

import pytest

from persona_sdk.errors import TrainingError
from persona_sdk.training.checkpoints import last_checkpoint
from persona_sdk.training.dpo import train_dpo
from persona_sdk.training.settings import Settings
from persona_sdk.training.sft import train_sft
from persona_sdk.types import Turn

# A checkpoint after every step.
SETTINGS = Settings(
    rank=4,
    alpha=8,
    batch=2,
    accumulation=1,
    epochs=2,
    learning_rate=1e-2,
    log_steps=1,
    dropout=0.1,
    checkpoint_minutes=1e-9,
)


class Killed(BaseException):
    pass


def killed_at(step):
    def report(progress):
        if progress.step == step:
            raise Killed

    return report


def weights(folder):
    return (folder / "adapter_model.safetensors").read_bytes()


@pytest.mark.parametrize("step", [3, 7, 12])
def test_a_killed_training_goes_on_to_the_same_weights(tiny_base, chats, tmp_path, step):
    whole, broken = tmp_path / "whole", tmp_path / "broken"
    dev = chats[:2]
    straight = train_sft(chats, SETTINGS, whole, base=tiny_base, dev=dev)
    with pytest.raises(Killed):
        train_sft(chats, SETTINGS, broken, base=tiny_base, dev=dev, report=killed_at(step))
    assert not (broken / "adapter_model.safetensors").exists()
    resumed = train_sft(chats, SETTINGS, broken, base=tiny_base, dev=dev, resume=True)
    assert weights(broken) == weights(whole)
    assert [p["loss"] for p in resumed.curve if "loss" in p] == [
        p["loss"] for p in straight.curve if "loss" in p
    ]


def test_preferring_resumes_against_the_same_reference(tiny_base, preferences, tmp_path):
    whole, broken = tmp_path / "whole", tmp_path / "broken"
    train_dpo(preferences, SETTINGS, whole, base=tiny_base)
    with pytest.raises(Killed):
        train_dpo(preferences, SETTINGS, broken, base=tiny_base, report=killed_at(5))
    train_dpo(preferences, SETTINGS, broken, base=tiny_base, resume=True)
    assert weights(broken) == weights(whole)


@pytest.fixture
def stopped(tiny_base, chats, tmp_path):
    with pytest.raises(Killed):
        train_sft(chats, SETTINGS, tmp_path, base=tiny_base, report=killed_at(4))
    return tmp_path


def test_a_checkpoint_cut_short_is_passed_over(stopped):
    newest = last_checkpoint(stopped / "checkpoints")
    (newest / "trainer_state.json").write_text('{"global_st', encoding="utf-8")
    assert last_checkpoint(stopped / "checkpoints") != newest


def test_other_settings_cannot_go_on(tiny_base, chats, stopped):
    changed = replace(SETTINGS, learning_rate=1e-3)
    with pytest.raises(TrainingError, match=r"differs: learning_rate \(was 0.01, is 0.001\)"):
        train_sft(chats, changed, stopped, base=tiny_base, resume=True)


def test_other_rows_cannot_go_on(tiny_base, chats, stopped):
    with pytest.raises(TrainingError, match="differs: data"):
        train_sft(chats[1:], SETTINGS, stopped, base=tiny_base, resume=True)


def test_rows_that_went_from_training_to_dev_cannot_go_on(tiny_base, chats, tmp_path):
    with pytest.raises(Killed):
        train_sft(
            chats[:-1], SETTINGS, tmp_path, base=tiny_base, dev=chats[-1:], report=killed_at(4)
        )
    with pytest.raises(TrainingError, match="differs: data"):
        train_sft(chats[:-2], SETTINGS, tmp_path, base=tiny_base, dev=chats[-2:], resume=True)


def test_a_longer_budget_may_be_given_on_the_way(tiny_base, chats, stopped):
    result = train_sft(
        chats, replace(SETTINGS, max_minutes=9), stopped, base=tiny_base, resume=True
    )
    assert result.steps == 12


def test_a_training_anew_forgets_the_checkpoints_of_another(tiny_base, chats, stopped, tmp_path):
    anew = replace(SETTINGS, seed=5, checkpoint_minutes=9)
    with pytest.raises(Killed):
        train_sft(chats, anew, stopped, base=tiny_base, report=killed_at(2))
    train_sft(chats, anew, stopped, base=tiny_base, resume=True)
    train_sft(chats, anew, tmp_path / "straight", base=tiny_base)
    assert weights(stopped) == weights(tmp_path / "straight")


@pytest.mark.parametrize("dev", [0, 2])
def test_a_training_whose_budget_is_spent_takes_no_further_step(tiny_base, chats, tmp_path, dev):
    brief = replace(SETTINGS, epochs=10_000, max_minutes=0.005, checkpoint_minutes=9)
    rows = {"base": tiny_base, "dev": chats[:dev]}
    ended = train_sft(chats, brief, tmp_path, **rows)
    before = weights(tmp_path)
    resumed = train_sft(chats, brief, tmp_path, resume=True, **rows)
    assert (resumed.steps, weights(tmp_path)) == (ended.steps, before)
    longer, further = replace(brief, max_minutes=9), killed_at(ended.steps + 1)
    with pytest.raises(Killed):
        train_sft(chats, longer, tmp_path, resume=True, report=further, **rows)


def test_a_finished_training_resumes_to_itself(tiny_base, chats, tmp_path):
    train_sft(chats, SETTINGS, tmp_path, base=tiny_base)
    before = weights(tmp_path)
    result = train_sft(chats, SETTINGS, tmp_path, base=tiny_base, resume=True)
    assert result.steps == 12
    assert weights(tmp_path) == before


def test_a_training_that_patience_ended_takes_no_step_more(tiny_base, chats, tmp_path):
    other = [(Turn("user", "?"), Turn("assistant", "zqxj ZQXJ 0123456789"))]
    wild = replace(SETTINGS, epochs=8, learning_rate=0.3, patience=2, dev_checks=16)
    ended = train_sft(chats, wild, tmp_path, base=tiny_base, dev=other)
    before = weights(tmp_path)
    (tmp_path / "adapter_model.safetensors").unlink()
    resumed = train_sft(chats, wild, tmp_path, base=tiny_base, dev=other, resume=True)
    assert resumed.steps == ended.steps < 48
    assert resumed.curve == ended.curve
    assert resumed.notes == ended.notes
    assert weights(tmp_path) == before
