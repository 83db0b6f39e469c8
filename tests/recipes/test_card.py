"""The card of the tuned character: it says what the gates measured, and nothing else."""

import json
import math
from pathlib import Path

import pytest

from persona_sdk.errors import TrainingError
from persona_sdk.training.adapters.lineage import sha256_of
from persona_sdk.training.gate.bars import Bars
from persona_sdk.training.gate.decision import decide
from persona_sdk.training.gate.document import as_json, write_verdict
from persona_sdk.training.gate.values import SIDES, Measurement
from persona_sdk.types import GenerationOptions, Turn
from recipes.character.card import check_gates, figures, write_card
from recipes.character.overlap import overlap_model, overlap_reply

COMMAND = "persona train sft rows.jsonl --out sft"


@pytest.fixture
def found(tmp_path: Path) -> dict[str, object]:
    """Figures of one gate and one training."""
    values = {
        "before": {"delta_apc": 1.0, "passes": 0.0, "reply_surprise": math.log(8)},
        "after": {"delta_apc": 3.5, "passes": 1.0, "reply_surprise": math.log(4)},
    }
    measured = [
        Measurement(side, "reply", name, f"q{number}", values=values[side])
        for side in SIDES
        for name in ("Tess", "Ada")
        for number in range(3)
    ]
    settings = {
        "before": {},
        "after": {},
        "personas": {"Tess": "1", "Ada": "2"},
        "guard": {"entailment": "discriminators-1a2b"},
        "seed": 13,
    }
    (tmp_path / "gate").mkdir()
    write_verdict(
        as_json(decide(measured, Bars(), seed=1), Bars(), settings, {}), tmp_path / "gate"
    )
    (tmp_path / "sft").mkdir()
    record = {
        "method": "sft",
        "rows": 12,
        "seed": 17,
        "steps": 2,
        "minutes": 1.5,
        "command": COMMAND,
        "settings": {},
        "versions": {},
        "curve": [{"step": 1, "loss": 2.5}, {"step": 2, "loss": 1.5}, {"step": 2, "eval_loss": 2}],
    }
    (tmp_path / "sft" / "training.json").write_text(json.dumps(record))
    return figures({"base": tmp_path / "gate"}, {"sft": tmp_path / "sft"})


def test_the_card_tells_what_was_measured_with_its_interval(
    found: dict[str, object], tmp_path: Path
) -> None:
    write_card(found, tmp_path)
    lines = (tmp_path / "README.md").read_text().splitlines()
    assert "| ΔAPC | 1.00 | 3.50 | +2.50 [+2.50, +2.50] | 6 |" in lines
    assert "| drafts that pass | 0.0 % | 100.0 % | +100.0 [+100.0, +100.0] | 6 |" in lines
    (surprise,) = (line for line in lines if "x0.50 [x0.50, x0.50]" in line)
    assert "| 8.0 | 4.0 |" in surprise


def test_a_comparison_that_was_not_held_has_no_table(
    found: dict[str, object], tmp_path: Path
) -> None:
    write_card(found, tmp_path)
    text = (tmp_path / "README.md").read_text()
    assert "### Against the plain model" in text
    assert "The gate's verdict on 2 personas, seed 13, judged by `discriminators-1a2b`" in text
    assert "### Against the trivial character" not in text


def test_the_card_names_command_and_seed_and_shows_the_curve(
    found: dict[str, object], tmp_path: Path
) -> None:
    write_card(found, tmp_path)
    text = (tmp_path / "README.md").read_text()
    assert f"12 conversations, 2 steps in 2 minutes, seed 17: `{COMMAND}`" in text
    assert "SFT" in (tmp_path / "curves.svg").read_text()
    assert json.loads((tmp_path / "figures.json").read_text()) == found


def test_remarks_that_lie_beside_the_weights_stand_in_the_card(
    found: dict[str, object], tmp_path: Path
) -> None:
    write_card(found, tmp_path)
    assert "## What we make of it" not in (tmp_path / "README.md").read_text()
    (tmp_path / "remarks.md").write_text("## What we make of it\n\nShort.\n")
    write_card(found, tmp_path)
    assert "## What we make of it\n\nShort.\n\n## Limits" in (tmp_path / "README.md").read_text()


@pytest.mark.parametrize(
    ("key", "before", "after", "is_of_it"),
    [
        ("base", "", "this", True),
        ("base", "this", "other", False),
        ("dpo", "this", "other", True),
        ("dpo", "one", "other", False),
    ],
)
def test_a_gate_of_another_adapter_makes_no_card(
    tmp_path: Path, key: str, before: str, after: str, is_of_it: bool
) -> None:
    adapter = tmp_path / "character.gguf"
    adapter.write_bytes(b"1")
    sides = {
        side: {"adapter_sha256": sha256_of(adapter) if digest == "this" else digest}
        for side, digest in (("before", before), ("after", after))
    }
    document = as_json(decide([]), Bars(), {**sides, "personas": {}}, {})
    write_verdict(document, tmp_path)
    if is_of_it:
        check_gates({key: tmp_path}, adapter)
    else:
        with pytest.raises(TrainingError, match="was about another adapter"):
            check_gates({key: tmp_path}, adapter)


def test_the_trivial_character_says_the_statement_nearest_in_words() -> None:
    block = Turn("system", "You are Tess.\n\n- Tess is 52.\n- Tess keeps bees.")
    asked = [block, Turn("user", "Do you keep bees?")]
    assert overlap_reply(asked) == "I keep bees."
    (said,) = overlap_model().generate(asked, options=GenerationOptions())
    assert said.text == "I keep bees."
    assert overlap_reply([Turn("system", "You are Tess."), asked[1]]) == "I am Tess."
