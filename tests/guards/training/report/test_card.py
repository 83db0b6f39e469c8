import json
from typing import get_args

import pytest

from guards.training.options import Part
from guards.training.report.card import write_card
from persona_sdk.errors import WeightsError

CONFIG = {
    "format_version": "2",
    "max_tokens": 128,
    "files": {
        "entailment": "e.onnx",
        "embedder": "v.onnx",
        "relevance": "r.npz",
        "tokenizer": "t.json",
    },
    "sha256": dict.fromkeys(("e.onnx", "v.onnx", "r.npz", "t.json"), "a" * 64),
    "labels": {"nli": ["contradiction", "neutral", "entailment"]},
    "temperature": {"nli": 1.4, "relevance": 2.0},
    "suggested_thresholds": {"hard": 0.5, "soft": 0.8, "second_hit": 0.65, "abstain": 0.05},
    "thresholds_chosen": "the least bars at which at most 1.5% of 1000 replies fail",
    "training": {"sources": "cleared", "minutes": 104.0, "seed": 17, "steps": 9392},
}
BINS = {"calibration_error": 0.1, "bins": [[0.9, 0.8, 50]]}
SHARES = {"fail": 0.012, "fail_95_percent": [0.005, 0.02], "unscored": 0.003}
FIGURES = {
    "weights": "discriminators-aaaaaaaa",
    "command": "persona guards eval --data DATA",
    "sets": {
        "mnli_matched": {
            "title": "MNLI matched dev",
            "rows": 9815,
            "accuracy": 0.7654,
            "aim": 0.76,
            "majority": 0.354,
            "hypothesis_only": 0.321,
            "word_overlap": 0.526,
            "frozen_embedding": 0.541,
            "macro_f1": 0.76,
        },
        "synthetic_nli": {
            "title": "synthetic dev",
            "rows": 100,
            "accuracy": 0.9,
            "majority": 0.33,
            "by_phenomenon": {
                "c: denies it": {"accuracy": 0.95, "rows": 40},
                "e: elliptic": {"accuracy": 0.81, "rows": 40},
                "n: rare": {"accuracy": 0.1, "rows": 19},
            },
        },
        "planted": {
            "title": "planted",
            "replies": 375,
            "aim": 0.9,
            "planted": True,
            "soft": SHARES,
            "hard": SHARES,
            "word_overlap": SHARES,
        },
    },
    "left_out": {},
    "calibration": {"nli": {"rows": 50, "temperature": 1.4, "before": BINS, "after": BINS}},
}


@pytest.fixture
def weights(tmp_path):
    (tmp_path / "config.json").write_text(json.dumps(CONFIG))
    (tmp_path / "figures.json").write_text(json.dumps(FIGURES))
    return tmp_path


def _card(weights):
    return write_card(weights).read_text()


def test_every_score_stands_beside_its_baselines(weights):
    row = next(line for line in _card(weights).splitlines() if "MNLI matched" in line)
    for share in ("9,815", "**76.5**", "76.0", "35.4", "32.1", "52.6", "54.1", "macro-F1 76.0"):
        assert share in row


def test_the_card_tells_how_the_weights_were_made(weights):
    card = _card(weights)
    for told in ("persona guards eval --data DATA", "`seed` | `17`", "CC BY-SA 4.0", "9392"):
        assert told in card


def test_thresholds_come_with_their_origin_and_the_abstain_band(weights):
    card = _card(weights)
    assert "hard 0.5, soft 0.8, second hit 0.65" in card
    assert "at most 1.5% of 1000 replies fail" in card
    assert "0.05 below its bar leaves the reply unscored" in card


def test_false_blocks_carry_their_interval(weights):
    assert "1.2 (0.5-2.0) + 0.3" in _card(weights)


def test_phenomena_stand_worst_first_the_rare_in_a_line_below(weights):
    card = _card(weights)
    assert card.index("| e: elliptic") < card.index("| c: denies it") < card.index("n: rare")
    assert "| n: rare" not in card
    assert "Few rows in synthetic dev: n: rare 10.0 (19)." in card


def test_aims_missed_and_met_are_told_from_the_figures(weights):
    card = _card(weights)
    assert "- Aims missed: planted (1.2, at least 90.0). Met: MNLI matched dev (76.5, aim" in card
    assert "Of 2 phenomena with 20 rows or more, 0 lie under the 80 % aimed at." in card
    sets = dict(FIGURES["sets"])
    sets["mnli_matched"] = sets["mnli_matched"] | {"accuracy": 0.7599}
    sets["planted"] = sets["planted"] | {"title": "told", "planted": False, "aim": 0.02}
    sets["synthetic_nli"] = {"title": "synthetic dev", "rows": 9, "accuracy": 0.5}
    sets["convai2_expressed"] = {
        "title": "expressed",
        "auc": 0.97,
        "aim": 0.97,
        "rows": 90,
        "expressed": 9,
        "word_overlap_auc": 0.8,
    }
    (weights / "figures.json").write_text(json.dumps(FIGURES | {"sets": sets}))
    card = _card(weights)
    assert "- Aims missed: MNLI matched dev (76.0, aim 76.0). Met: told (1.2, at most 2.0)" in card
    assert "expressed (97.0, aim 97.0).\n" in card
    assert "phenomena with" not in card


def test_figures_without_aims_miss_none(weights):
    sets = {"own_entailment": FIGURES["sets"]["synthetic_nli"]}
    (weights / "figures.json").write_text(json.dumps(FIGURES | {"sets": sets}))
    assert "Aims missed" not in _card(weights)


def test_the_reliability_diagram_lies_beside_the_card(weights):
    assert "![Reliability diagram](reliability.svg)" in _card(weights)
    assert (weights / "reliability.svg").read_text().startswith("<svg")


def test_sources_without_terms_are_named_as_used_or_not_used(weights):
    assert "Not used, because nobody has found their terms: LingNLI, DECODE" in _card(weights)
    everything = CONFIG | {"training": CONFIG["training"] | {"sources": "all"}}
    (weights / "config.json").write_text(json.dumps(everything))
    card = _card(weights)
    assert "none stated" in card
    assert "Not used" not in card


def test_ablations_are_read_where_there_are_some(weights):
    assert "No ablation was run" in _card(weights)
    table = {"nothing": {"mnli_matched": 0.77}, "lines": {"mnli_matched": 0.76, "decode": 0.6}}
    settings = {"steps": 400, "start": "third", "seed": 17}
    kept = {"settings": settings, "scores": table}
    (weights / "ablations.json").write_text(json.dumps(kept))
    assert "400 steps from the run `third`, seed 17" in _card(weights)
    assert "| lines | 76.0 | 60.0 |" in _card(weights)
    assert "| nothing | 77.0 | - |" in _card(weights)


def test_parts_of_the_mixture_without_an_ablation_are_named(weights):
    assert "no run left out" not in _card(weights)
    parts = get_args(Part)
    table = {key: {"mnli_matched": 0.77} for key in ("nothing", *parts[:-2])}
    settings = {"steps": 400, "start": "third", "seed": 17}
    (weights / "ablations.json").write_text(json.dumps({"settings": settings, "scores": table}))
    assert f"no run left out: `{parts[-2]}`, `{parts[-1]}`." in _card(weights)
    table |= {key: {"mnli_matched": 0.77} for key in parts}
    (weights / "ablations.json").write_text(json.dumps({"settings": settings, "scores": table}))
    assert "no run left out" not in _card(weights)


def test_the_price_of_cleared_rows_is_set_beside(weights):
    assert "No whole run with those rows was measured" in _card(weights)
    sets = {"mnli_matched": FIGURES["sets"]["mnli_matched"] | {"accuracy": 0.771}}
    sets["planted"] = FIGURES["sets"]["planted"] | {"soft": SHARES | {"fail": 0.95}}
    (weights / "uncleared.json").write_text(json.dumps({"sets": sets}))
    assert "| MNLI matched dev | 76.5 | 77.1 |" in _card(weights)
    assert "| planted | 1.2 | 95.0 |" in _card(weights)


def test_the_command_stands_above_the_options(weights):
    assert (
        "`python -m guards.training.train --data DATA --minutes 104.0 --seed 17 --sources cleared`"
        in _card(weights)
    )


def test_parts_that_have_nothing_to_tell_leave_no_gap(weights):
    assert "\n\n\n" not in _card(weights)


def test_limits_of_these_weights_are_added(weights):
    (weights / "limits.md").write_text("- It takes irony at its word.\n")
    assert _card(weights).endswith("- It takes irony at its word.\n")


def test_what_int8_costs_is_told_where_it_was_measured(weights):
    assert "int8 beside" not in _card(weights)
    found = {
        "rows": 1500,
        "same_label": 0.96,
        "mean_difference": 0.02,
        "int8_accuracy": 0.73,
        "float32_accuracy": 0.74,
    }
    (weights / "config.json").write_text(json.dumps(CONFIG | {"int8_against_float32": found}))
    assert "same label 96.0" in _card(weights)


def test_own_rows_are_told(weights):
    training = CONFIG["training"] | {
        "own_rows": 1234,
        "start": "shipped",
        "data_sha256": "b" * 64,
        "synthetic": True,
        "public": False,
    }
    (weights / "config.json").write_text(json.dumps(CONFIG | {"training": training}))
    card = _card(weights)
    assert "1,234 labelled rows of one's own (SHA-256 begins bbbbbbbbbbbb)" in card
    assert "The shipped weights had read the texts below." in card
    assert "persona guards train --rows ROWS --out RUN --start shipped --minutes 104.0" in card
    bare = {"training": training | {"start": "minilm"}}
    (weights / "config.json").write_text(json.dumps(CONFIG | bare))
    card = _card(weights)
    assert "all-MiniLM-L6-v2 knew nothing of the task." in card
    assert "shipped weights had read" not in card


def test_a_teacher_is_told_with_its_share_and_what_it_read(weights):
    lesson = {"teacher": "mpnet", "teacher_sha256": "c" * 64, "weight": 0.8, "temperature": 2.5}
    for sources, told in (
        (None, "What the teacher `mpnet` had read, its folder does not tell."),
        ("cleared", "Not used, because nobody has found their terms"),
        ("all", "| LingNLI"),
    ):
        taught = {"distillation": lesson | {"teacher_sources": sources}}
        training = {"training": CONFIG["training"] | taught}
        (weights / "config.json").write_text(json.dumps(CONFIG | training))
        card = _card(weights)
        assert "--teacher TEACHER --teacher-weight 0.8 --teacher-temperature 2.5`" in card
        assert "| `distillation` | `mpnet (SHA-256 begins cccccccccccc)` |" in card
        assert told in card
    assert "Not used" not in card


def test_what_an_earlier_stage_and_its_teacher_read_counts(weights):
    lesson = {"teacher": "mpnet", "teacher_sha256": "c" * 64, "weight": 0.8, "temperature": 2.5}
    first = {"out": "first", "sources": "cleared"}
    for start, read in (
        (first, False),
        (first | {"sources": "all"}, True),
        (first | {"distillation": lesson | {"teacher_sources": "all"}}, True),
    ):
        training = {"training": CONFIG["training"] | {"start": start}}
        (weights / "config.json").write_text(json.dumps(CONFIG | training))
        card = _card(weights)
        assert ("| LingNLI" in card) == read
        assert ("Not used" in card) == (not read)


def test_own_rows_from_the_bare_encoder_tell_what_their_teacher_read(weights):
    lesson = {"teacher": "mpnet", "teacher_sha256": "c" * 64, "weight": 0.8, "temperature": 2.5}
    own = {"own_rows": 40, "start": "minilm", "synthetic": True, "public": False}
    for sources, told in ((None, "What the teacher `mpnet` had read"), ("all", "| LingNLI")):
        taught = {"distillation": lesson | {"teacher_sources": sources}}
        training = {"training": {"sources": "cleared"} | own | taught}
        (weights / "config.json").write_text(json.dumps(CONFIG | training))
        assert told in _card(weights)


def test_weights_of_several_stages_list_them_from_the_first(weights):
    first = {"out": "first", "start": "minilm_package", "minutes": 104.0, "steps": 9392}
    second = {"out": "second", "start": first, "minutes": 120.0, "stopped_after_minutes": 44.2}
    second |= {"without": ["pairs", "relevance"], "pairs": 187008, "seed": 29, "rate": 0.00015}
    third = CONFIG["training"] | {"out": "third", "start": second, "averaged": "two means"}
    (weights / "config.json").write_text(json.dumps(CONFIG | {"training": third}))
    card = _card(weights)
    assert "come from 3 stages" in card
    assert "1. `first`, from `minilm_package`: 104.0 minutes, 9,392 steps." in card
    assert (
        "2. `second`: stopped after 44.2 of 120.0 minutes, 187,008 pairs, seed 29, rate 0.00015, "
        "without pairs and relevance." in card
    )
    assert "averaged: two means." in card
    assert "it gives the last stage alone" in card
    assert "| `start` | `second` |" in card
    assert "{'" not in card


@pytest.mark.parametrize(
    "broken",
    [{}, FIGURES | {"sets": []}, FIGURES | {"calibration": {"nli": {}}}, {"weights": 1, "sets": 2}],
)
def test_figures_of_another_shape_are_named(weights, broken):
    (weights / "figures.json").write_text(json.dumps(broken))
    with pytest.raises(WeightsError, match=r"figures\.json has not the right entries"):
        write_card(weights)


def test_ablations_of_another_shape_are_named(weights):
    (weights / "ablations.json").write_text(json.dumps({"nothing": {"mnli_matched": 0.77}}))
    with pytest.raises(WeightsError, match=r"ablations\.json has not the right entries"):
        write_card(weights)


def test_missing_figures_name_the_command_that_writes_them(weights):
    (weights / "figures.json").unlink()
    with pytest.raises(WeightsError, match=r"figures\.json: write it with `persona guards eval"):
        write_card(weights)


def test_a_template_of_ones_own_may_use_every_placeholder(weights, tmp_path):
    template = tmp_path / "mine.md"
    template.write_text("Ours costs $$5.\n\n$accuracies")
    card = write_card(weights, template=template).read_text()
    assert card.startswith("Ours costs $5.\n\n| set |")
    template.write_text("$accuracy")
    with pytest.raises(WeightsError, match="'accuracy' is not known, there are: about"):
        write_card(weights, template=template)


def test_tables_hold_as_many_cells_in_each_line(weights):
    block = []
    for line in [*_card(weights).splitlines(), ""]:
        if line.startswith("|"):
            block.append(line.count("|"))
        else:
            assert len(set(block)) <= 1
            block = []
