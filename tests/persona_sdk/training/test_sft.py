import json
import math
import re
from dataclasses import replace
from types import SimpleNamespace

import pytest

from persona_sdk.errors import AdapterError, ModelNotFound, RowError, TrainingError
from persona_sdk.training import memory
from persona_sdk.training.adapters.convert import convert_adapter
from persona_sdk.training.outcome import ADAPTER_FILES
from persona_sdk.training.settings import Settings
from persona_sdk.training.sft import train_sft
from persona_sdk.training.trainer import Watch
from persona_sdk.types import Turn

QUICK = Settings(
    rank=4, alpha=8, batch=2, accumulation=2, epochs=2, learning_rate=1e-2, log_steps=1
)


def weights(folder):
    return (folder / "adapter_model.safetensors").read_bytes()


@pytest.fixture(scope="module")
def trained(tiny_base, chats, tmp_path_factory):
    return train_sft(chats, QUICK, tmp_path_factory.mktemp("sft"), base=tiny_base)


def test_the_loss_falls(trained):
    losses = [point["loss"] for point in trained.curve]
    assert trained.steps == 6
    assert losses[-1] < losses[0] - 0.05


def test_the_folder_tells_how_the_adapter_came_about(trained, tiny_base):
    record = json.loads((trained.adapter / "training.json").read_text(encoding="utf-8"))
    assert (record["method"], record["base"], record["rows"]) == ("sft", tiny_base, 12)
    assert record["settings"]["rank"] == 4
    assert 0 < record["learned_tokens"] < record["tokens"]
    assert "entropy" not in record["curve"][0]
    assert "<svg" in (trained.adapter / "loss.svg").read_text(encoding="utf-8")


def test_same_seed_same_bytes(trained, tiny_base, chats, tmp_path):
    again = train_sft(chats, QUICK, tmp_path, base=tiny_base)
    for name in ("adapter_model.safetensors", "adapter_config.json"):
        assert (again.adapter / name).read_bytes() == (trained.adapter / name).read_bytes()


def test_another_seed_gives_another_adapter(trained, tiny_base, chats, tmp_path):
    other = train_sft(chats, replace(QUICK, seed=2), tmp_path, base=tiny_base)
    assert weights(other.adapter) != weights(trained.adapter)


def test_training_speaks_neither_to_output_nor_of_warnings(tiny_base, chats, tmp_path, capfd):
    train_sft(chats, QUICK, tmp_path, base=tiny_base)
    assert capfd.readouterr() == ("", "")


def test_progress_is_reported(tiny_base, chats, tmp_path):
    told, seen = [], []
    train_sft(chats, QUICK, tmp_path, base=tiny_base, report=seen.append, tell=told.append)
    assert [p.step for p in seen] == [1, 2, 3, 4, 5, 6]
    assert seen[0].tokens_per_second > 0
    assert seen[-1].minutes_left == 0
    assert "needs about" in told[-1]


def test_without_gain_on_the_dev_rows_it_ends_and_keeps_the_best(tiny_base, chats, tmp_path):
    other = [(Turn("user", "?"), Turn("assistant", "zqxj ZQXJ 0123456789"))]
    wild = replace(QUICK, epochs=12, learning_rate=0.3, patience=2, dev_checks=12)
    result = train_sft(chats, wild, tmp_path, base=tiny_base, dev=other)
    record = json.loads((tmp_path / "training.json").read_text(encoding="utf-8"))
    checks = [p for p in result.curve if "eval_loss" in p]
    assert result.steps < 36
    assert record["dev_loss"] == min(p["eval_loss"] for p in checks) < checks[-1]["eval_loss"]
    assert record["best_step"] < result.steps
    assert "the dev loss was lowest" in result.notes[-1]
    assert weights(tmp_path) == weights(tmp_path / "checkpoints" / "best")


def test_a_spent_budget_ends_it_with_an_adapter(tiny_base, chats, tmp_path):
    brief = replace(QUICK, epochs=10_000, max_minutes=0.01)
    result = train_sft(chats, brief, tmp_path, base=tiny_base)
    assert result.steps < 30_000
    assert weights(tmp_path)


@pytest.mark.parametrize(
    ("roles", "told"),
    [
        ("user user assistant", "user and assistant must take turns"),
        ("user", "the last message must be the assistant's"),
        ("user system assistant", "a system message must be the first one"),
        ("user assistant", "message 1 (user) is empty"),
        ("user tool assistant", "a role is one of system, user, assistant, was: 'tool'"),
    ],
)
@pytest.mark.parametrize("name", ["rows", "dev"])
def test_rows_that_the_command_line_refuses_are_refused(
    tiny_base, chats, tmp_path, roles, told, name
):
    content = " " if "empty" in told else "Hi."
    bad = [chats[0], tuple(Turn(role, content) for role in roles.split())]
    given = {"rows": (bad, ()), "dev": (chats, bad)}[name]
    with pytest.raises(RowError, match=re.escape(f"{name}[1]: ") + f".*{re.escape(told)}"):
        train_sft(given[0], QUICK, tmp_path, base=tiny_base, dev=given[1])
    assert not list(tmp_path.iterdir())


def test_long_rows_are_left_out_and_counted(tiny_base, chats, tmp_path):
    result = train_sft(chats, replace(QUICK, max_length=90), tmp_path, base=tiny_base)
    assert result.notes == ("4 of 12 rows have over 90 tokens and were left out",)


def test_nothing_short_enough_is_told(tiny_base, chats, tmp_path):
    with pytest.raises(TrainingError, match="no row has at most 20 tokens, the shortest has 62"):
        train_sft(chats, replace(QUICK, max_length=20), tmp_path, base=tiny_base)


def test_what_the_memory_cannot_hold_is_refused_before_it_starts(
    tiny_base, chats, tmp_path, monkeypatch
):
    monkeypatch.setattr(memory, "_free_here", lambda: -(10**9))
    with pytest.raises(TrainingError, match=r"needs about .* lower --batch \(now 2\)"):
        train_sft(chats, QUICK, tmp_path, base=tiny_base)
    assert not (tmp_path / "adapter_model.safetensors").exists()


def test_running_out_of_memory_says_what_to_lower(tiny_base, chats, tmp_path):
    def exhausted(_):
        raise MemoryError

    with pytest.raises(TrainingError, match=r"memory ran out: lower --batch .* or take a smaller"):
        train_sft(chats, QUICK, tmp_path, base=tiny_base, report=exhausted)
    assert not (tmp_path / "adapter_model.safetensors").exists()


@pytest.mark.parametrize(
    ("bytes_left", "checked"),
    [(6_000, False), (6_000, True), (45_000, False)],
    ids=["the adapter", "the best adapter", "the state of the optimiser"],
)
def test_a_full_disk_is_told_and_leaves_no_adapter(tiny_base, chats, tmp_path, bytes_left, checked):
    resource = pytest.importorskip("resource")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)

    def filled(_):
        resource.setrlimit(resource.RLIMIT_FSIZE, (bytes_left, before[1]))

    often = replace(QUICK, checkpoint_minutes=1e-9)
    dev = chats[:1] if checked else ()
    try:
        with pytest.raises(TrainingError, match=r"cannot be written \(.*space on the disk"):
            train_sft(chats, often, tmp_path, base=tiny_base, report=filled, dev=dev)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert not (tmp_path / "adapter_model.safetensors").exists()
    assert not [*(tmp_path / "checkpoints").glob(".best*")]


def test_a_loss_that_is_no_number_ends_it(tiny_base, chats, tmp_path):
    endless = replace(QUICK, learning_rate=1e30, max_gradient=1e30, precision="fp32")
    with pytest.raises(TrainingError, match="lower the learning rate"):
        train_sft(chats, endless, tmp_path, base=tiny_base)


def test_a_gradient_that_is_no_number_ends_it_while_the_loss_still_is_one():
    logs = {"loss": 1.0, "grad_norm": math.nan}
    with pytest.raises(TrainingError, match="the grad_norm is nan at step 6: lower the learning"):
        Watch(QUICK, None).on_log(None, SimpleNamespace(global_step=6), None, logs)


def test_layers_that_the_model_lacks_are_told_with_those_it_has(tiny_base, chats, tmp_path):
    with pytest.raises(TrainingError, match=r"called c_attn: choose targets among down_proj"):
        train_sft(chats, replace(QUICK, targets=("c_attn",)), tmp_path, base=tiny_base)


@pytest.fixture
def start(trained, tmp_path):
    """A copy of the trained adapter, which may be changed."""
    copied = tmp_path / "start"
    copied.mkdir()
    for name in ADAPTER_FILES:
        (copied / name).write_bytes((trained.adapter / name).read_bytes())
    return copied


def test_an_adapter_of_other_weights_is_no_start(start, tiny_base, chats, tmp_path):
    record = json.loads((start / "training.json").read_text(encoding="utf-8"))
    (start / "training.json").write_text(json.dumps({**record, "base_sha256": "0"}))
    with pytest.raises(AdapterError, match=r"was trained on .* with other weights"):
        train_sft(chats, QUICK, tmp_path / "out", base=tiny_base, start=start)


def test_the_record_tells_the_rank_of_the_start_and_not_the_one_that_was_set(
    start, tiny_base, chats, tmp_path
):
    wider = replace(QUICK, rank=8)
    result = train_sft(chats, wider, tmp_path / "out", base=tiny_base, start=start)
    record = json.loads((tmp_path / "out" / "training.json").read_text(encoding="utf-8"))
    assert (record["settings"]["rank"], record["settings"]["alpha"]) == (4, 8)
    assert result.notes == ("not as set but as in the adapter it started from: rank",)


def test_a_start_of_the_same_shape_needs_no_remark(start, tiny_base, chats, tmp_path):
    assert train_sft(chats, QUICK, tmp_path / "out", base=tiny_base, start=start).notes == ()


def test_a_start_whose_record_is_broken_is_told(start, tiny_base, chats, tmp_path):
    (start / "training.json").write_text('{"base_sha', encoding="utf-8")
    with pytest.raises(AdapterError, match=r"training\.json is broken .* train again"):
        train_sft(chats, QUICK, tmp_path / "out", base=tiny_base, start=start)


def test_a_gguf_adapter_of_other_weights_is_no_start(start, tiny_base, chats, tmp_path):
    record = json.loads((start / "training.json").read_text(encoding="utf-8"))
    (start / "training.json").write_text(json.dumps({**record, "base_sha256": "0"}))
    file = convert_adapter(start, tmp_path / "start.gguf", base=tiny_base).path
    with pytest.raises(AdapterError, match=r"was trained on .* with other weights"):
        train_sft(chats, QUICK, tmp_path / "out", base=tiny_base, start=file)


def test_a_start_may_name_its_layers_by_a_pattern(start, tiny_base, chats, tmp_path):
    config = json.loads((start / "adapter_config.json").read_text(encoding="utf-8"))
    pattern = ".*_proj"
    (start / "adapter_config.json").write_text(json.dumps({**config, "target_modules": pattern}))
    train_sft(chats, QUICK, tmp_path / "out", base=tiny_base, start=start)
    left = json.loads((tmp_path / "out" / "adapter_config.json").read_text(encoding="utf-8"))
    assert left["target_modules"] == pattern


def test_a_start_without_an_adapter_is_told(tiny_base, chats, tmp_path):
    with pytest.raises(AdapterError, match=r"holds no adapter_model\.safetensors"):
        train_sft(chats, QUICK, tmp_path / "out", base=tiny_base, start=tmp_path)


def test_a_base_of_the_hub_is_not_fetched(chats, tmp_path):
    with pytest.raises(ModelNotFound, match="nothing is downloaded"):
        train_sft(chats, QUICK, tmp_path, base="hf:someone/model")


def test_four_bits_fall_back_with_a_note_without_a_gpu(tiny_base, chats, tmp_path):
    import torch

    if torch.cuda.is_available():
        pytest.skip("there is a GPU")
    told = []
    asked = replace(QUICK, four_bit=True, optimiser="paged_adamw_8bit")
    result = train_sft(chats, asked, tmp_path, base=tiny_base, tell=told.append)
    assert "need a GPU" in told[0]
    assert "need a GPU" in result.notes[0]
    assert math.isfinite(result.curve[-1]["loss"])
