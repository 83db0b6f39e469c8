import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

torch = pytest.importorskip("torch")
transformers = pytest.importorskip("transformers")

from guards.config import NLI_LABELS  # noqa: E402
from guards.huggingface import load_huggingface_entailment  # noqa: E402
from guards.training import teacher  # noqa: E402
from guards.training.batches import collate  # noqa: E402
from guards.training.classifier import pair_reader, start_classifier, weights_digest  # noqa: E402
from guards.training.options import Options  # noqa: E402
from guards.training.run import averaged, read_checkpoint, run  # noqa: E402
from persona_sdk.errors import TrainingError, WeightsError  # noqa: E402
from persona_sdk.types import Query, as_statements  # noqa: E402

KINDS = ["bert", "mpnet"]
NO = "No, I never drink coffee. I hate it."


def options(out, start, **changed):
    given = {
        "data": Path("d"),
        "out": out,
        "start": start,
        "steps": 12,
        "nli_minutes": 0,
        "batch": 2,
        "rate": 1e-3,
        "threads": 1,
    }
    return Options(**(given | changed))


@pytest.mark.parametrize("kind", KINDS)
def test_a_teacher_has_learnt_its_rows_and_is_read_as_any_classifier(teachers, kind):
    scorer = load_huggingface_entailment(teachers[kind], device="cpu")  # which puts the probes
    coffee = as_statements(["Alice loves coffee."])
    judged = scorer.entailment(Query("Alice", "Do you like coffee?"), [NO], coffee)
    assert judged[0].contradiction > 0.5
    config = json.loads((teachers[kind] / "config.json").read_text())
    assert list(config["id2label"].values()) == list(NLI_LABELS)


def test_the_loss_falls(encoders, toy_corpus, tmp_path):
    start = start_classifier(encoders["bert"], 17)
    reader = pair_reader(start.tokenizer, encoders["bert"])
    given = options(tmp_path, encoders["bert"], steps=60, batch=8, rate=3e-3)
    losses = run(given, toy_corpus, start.net.train(), reader).losses
    assert len(losses) == 60
    assert sum(losses[-5:]) < 0.5 * sum(losses[:5])


@pytest.mark.parametrize("kind", KINDS)
def test_a_killed_run_ends_with_the_weights_of_one_that_was_not(
    encoders, toy_corpus, tmp_path, kind
):
    def train(out, report=None, **changed):
        start = start_classifier(encoders[kind], 17)
        reader = pair_reader(start.tokenizer, encoders[kind])
        given = options(tmp_path / out, encoders[kind], save_minutes=1e-9, **changed)
        return run(given, toy_corpus, start.net.train(), reader, report).smooth().state_dict()

    def kill(state, saved):
        if state.step == 6:  # in the second epoch, which has four batches as the first
            raise KeyboardInterrupt

    whole = train("whole")
    with pytest.raises(KeyboardInterrupt):
        train("killed", kill)
    resumed = train("killed", resume=True)
    assert all(torch.equal(whole[name], resumed[name]) for name in whole)


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device")
def test_a_run_on_a_gpu_is_resumed_there_and_read_anywhere(encoders, toy_corpus, tmp_path):
    for resume in (False, True):
        start = start_classifier(encoders["mpnet"], 17)
        reader = pair_reader(start.tokenizer, encoders["mpnet"])
        given = options(tmp_path, encoders["mpnet"], steps=6 if resume else 3, resume=resume)
        state = run(given, toy_corpus, start.net.to("cuda").train(), reader)
    assert state.step == 6
    assert read_checkpoint(tmp_path)["average"][0].device.type == "cpu"


def test_the_record_tells_the_start_and_the_counts(teachers, encoders):
    record = json.loads((teachers["mpnet"] / "run.json").read_text())
    assert record["start"] == encoders["mpnet"].name
    assert record["start_sha256"] == weights_digest(encoders["mpnet"])
    assert (record["steps"], record["pairs"], record["distillation"]) == (250, 2000, None)
    assert str(teachers["mpnet"].parent) not in json.dumps(record)


def test_the_same_command_resumed_after_the_end_changes_nothing(
    teachers, encoders, toy_corpus, monkeypatch, tmp_path, capsys
):
    monkeypatch.setattr(teacher, "Corpus", lambda *_: toy_corpus)
    command = ["--data", "d", "--start", str(encoders["bert"]), "--out", str(tmp_path / "t")]
    command += ["--steps", "3", "--batch", "4", "--threads", "1"]
    assert teacher.main(command) == 0
    first = weights_digest(tmp_path / "t")
    assert "loss" in capsys.readouterr().out
    assert teacher.main([*command, "--resume"]) == 0
    assert weights_digest(tmp_path / "t") == first


def test_the_files_of_a_teacher_are_as_readable_as_any_other(teachers, tmp_path):
    (tmp_path / "any").write_text("")
    usual = (tmp_path / "any").stat().st_mode
    files = [teachers["bert"] / name for name in ("model.safetensors", "config.json")]
    assert {file.stat().st_mode for file in files} == {usual}


def test_a_model_without_a_checkpoint_is_not_written_over(
    encoders, toy_corpus, monkeypatch, tmp_path, capsys
):
    monkeypatch.setattr(teacher, "Corpus", lambda *_: toy_corpus)
    start = tmp_path / "start"
    shutil.copytree(encoders["bert"], start)
    command = ["--data", "d", "--start", str(start), "--out", str(start), "--steps", "1"]
    for added in ([], ["--resume"]):
        assert teacher.main([*command, *added]) == 2
        assert "holds a model and no checkpoint.pt to go on from" in capsys.readouterr().err
    assert weights_digest(start) == weights_digest(encoders["bert"])


def test_the_digest_tells_tokenizers_apart_whatever_their_files(encoders, tmp_path):
    shutil.copytree(encoders["bert"], tmp_path, dirs_exist_ok=True)
    found = {weights_digest(tmp_path)}
    for name in ("vocab.txt", "spm.model", "tokenizer_config.json"):
        (tmp_path / name).write_text(name)
        found.add(weights_digest(tmp_path))
    assert len(found) == 4


def test_a_teacher_is_not_taken_for_a_student(teachers):
    with pytest.raises(WeightsError, match="holds the run of a teacher"):
        averaged(teachers["bert"])


REFUSED = {
    "a run that is not resumed": ([], "holds a run: add --resume"),
    "another seed": (["--resume", "--seed", "3"], "other settings: seed 17 (now 3)"),
    "another start": (["--resume", "--start", "MPNET"], "other settings: start_sha256"),
    "no encoder": (["--out", "new", "--start", "nowhere"], "no config.json in nowhere"),
    "no steps": (["--steps", "0"], "steps must be at least 1, was: 0"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_cannot_be_trained_is_one_clear_error(
    teachers, encoders, toy_corpus, monkeypatch, capsys, what
):
    monkeypatch.setattr(teacher, "Corpus", lambda *_: toy_corpus)
    added, message = REFUSED[what]
    added = [str(encoders["mpnet"]) if given == "MPNET" else given for given in added]
    command = ["--data", "d", "--start", str(encoders["bert"]), "--out", str(teachers["bert"])]
    assert teacher.main([*command, "--batch", "8", *added]) == 2
    told = capsys.readouterr().err.strip().splitlines()
    assert told[-1].startswith("error: ") and message in told[-1]


def test_a_missing_data_folder_is_named(tmp_path, capsys):
    assert teacher.main(["--data", str(tmp_path / "none"), "--start", "s"]) == 2
    assert "no data file" in capsys.readouterr().err


@pytest.mark.parametrize("kind", KINDS)
def test_pairs_are_padded_and_cut_as_the_encoder_wants_them(encoders, probe_rows, kind):
    start = start_classifier(encoders[kind], 17)
    reader = pair_reader(start.tokenizer, encoders[kind])
    ids, mask, _ = collate(reader, probe_rows).inputs
    assert (ids[mask == 0] == 1).all() and (ids[mask == 1] != 1).all()
    cut = reader.encode("alice " * 300 + "rome", "Alice loves coffee.")
    assert len(cut.ids) == 128
    assert [token for token in cut.tokens[-8:] if token[0] not in "<["] == (
        ["rome", "alice", "loves", "coffee", "."]
        if kind == "mpnet"
        else ["alice", "rome", "alice", "loves", "coffee", "."]
    )


@pytest.mark.parametrize("kind", KINDS)
def test_a_text_that_spells_a_mark_stays_text(encoders, kind):
    reader = pair_reader(start_classifier(encoders[kind], 17).tokenizer, encoders[kind])
    plain = reader.encode("I live in Rome.", "Alice lives abroad.")
    mark = plain.tokens[-1]
    spelt = reader.encode(f"I live in {mark} Rome.", "Alice lives abroad.")
    assert spelt.tokens.count(mark) == plain.tokens.count(mark)


def test_a_head_for_our_labels_in_another_order_is_put_in_ours(make_encoder_folder, probe_rows):
    folder = make_encoder_folder("bert", labels=("ENTAILMENT", "neutral", "contradicted"))
    start = start_classifier(folder, 17)
    batch = collate(pair_reader(start.tokenizer, folder), probe_rows)
    ids, mask, types = batch.inputs
    before = transformers.AutoModelForSequenceClassification.from_pretrained(folder).eval()
    theirs = before(input_ids=ids, attention_mask=mask, token_type_ids=types).logits
    ours = start.net.eval()(*batch.inputs)
    assert torch.allclose(ours, theirs[:, [2, 1, 0]], atol=1e-5)


def test_a_new_head_is_drawn_by_the_seed(encoders):
    heads = [start_classifier(encoders["bert"], seed).net.model.classifier for seed in (1, 1, 2)]
    assert torch.equal(heads[0].weight, heads[1].weight)
    assert not torch.equal(heads[0].weight, heads[2].weight)


def test_an_encoder_whose_weights_are_of_another_is_refused(encoders, tmp_path):
    for file in encoders["bert"].iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    other = encoders["mpnet"] / "model.safetensors"
    (tmp_path / "model.safetensors").write_bytes(other.read_bytes())
    with pytest.raises(WeightsError, match=r"has no bert\..*weights are of another network"):
        start_classifier(tmp_path, 17)


def test_an_encoder_of_another_size_than_its_weights_is_not_drawn_anew(encoders, tmp_path):
    for file in encoders["bert"].iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    config = json.loads((tmp_path / "config.json").read_text())
    (tmp_path / "config.json").write_text(json.dumps(config | {"intermediate_size": 48}))
    with pytest.raises(WeightsError, match=r"has no bert\.encoder.* of the size that its config"):
        start_classifier(tmp_path, 17)


def test_three_labels_of_another_task_are_refused(make_encoder_folder):
    folder = make_encoder_folder("bert", labels=("negative", "so-so", "positive"))
    with pytest.raises(WeightsError, match="were: negative, so-so, positive"):
        start_classifier(folder, 17)


def test_three_labels_without_names_keep_their_head(make_encoder_folder):
    folder = make_encoder_folder("bert", labels=("LABEL_0", "LABEL_1", "LABEL_2"))
    before = transformers.AutoModelForSequenceClassification.from_pretrained(folder)
    model = start_classifier(folder, 17).net.model
    assert torch.equal(model.classifier.weight, before.classifier.weight)
    assert list(model.config.id2label.values()) == list(NLI_LABELS)


def test_broken_weights_are_named(encoders, tmp_path):
    for file in encoders["bert"].iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes()[:-100])
    with pytest.raises(WeightsError, match="cannot read an encoder from"):
        start_classifier(tmp_path, 17)


def test_an_encoder_that_reads_too_little_is_refused(make_encoder_folder):
    folder = make_encoder_folder("mpnet", positions=129)  # which begins to count at 2
    with pytest.raises(WeightsError, match="reads 127 tokens, rows have up to 128"):
        start_classifier(folder, 17)
    start = start_classifier(make_encoder_folder("mpnet", positions=130), 17)
    longest = torch.full((1, 128), 5)
    assert start.net(longest, torch.ones_like(longest), longest).shape == (1, 3)


def test_a_tokenizer_without_padding_is_refused(encoders):
    tokenizer = start_classifier(encoders["bert"], 17).tokenizer
    tokenizer.pad_token = None
    with pytest.raises(WeightsError, match="with a padding token"):
        pair_reader(tokenizer, Path("s"))


def test_a_checkpoint_is_not_taken_by_a_run_of_another_teacher(encoders, toy_corpus, tmp_path):
    start = start_classifier(encoders["bert"], 17)
    parts = (toy_corpus, start.net.train(), pair_reader(start.tokenizer, Path("s")))
    given = options(tmp_path, encoders["bert"], steps=1)
    run(given, *parts, told={"start_sha256": "a"})
    with pytest.raises(TrainingError, match=r"start_sha256 a \(now b\)"):
        run(replace(given, resume=True), *parts, told={"start_sha256": "b"})
