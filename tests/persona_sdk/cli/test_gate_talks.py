from pathlib import Path

import pytest

from guards.apc import APCGuard
from guards.scripted import WordEntailment, WordRelevance
from persona_sdk.cli.gate_sides import Player, Recorded
from persona_sdk.cli.gate_talks import Talks
from persona_sdk.models.scripted import ScriptedModel
from persona_sdk.training.gate.pairing import by_item, pairs
from persona_sdk.types import GenerationOptions, Persona, Statement, as_statements

SOFT = as_statements(["Tess keeps bees."])
HARD = (Statement("s1", "Tess never drinks coffee.", hard=True),)


def measured(folder: Path, says: str, persona: Persona):  # type: ignore[no-untyped-def]
    guard = APCGuard(WordRelevance(), WordEntailment())
    talks = Talks(persona, guard, GenerationOptions(max_tokens=20), 2, 2, 7, "words")
    player = Player("after", Recorded(ScriptedModel(says, cycle=True)), None)
    return talks.measured(player, says, folder)


@pytest.mark.parametrize(
    ("statements", "names"),
    [
        (SOFT, {"talk_delta_apc", "talk_contradiction"}),
        (HARD, {"talk_delta_apc", "talk_contradiction", "talk_hard_contradiction"}),
    ],
)
def test_a_talk_without_a_judged_turn_counts_as_lost(
    tmp_path: Path, statements: tuple[Statement, ...], names: set[str]
) -> None:
    found = measured(
        tmp_path, "Ich halte mich für eine Imkerin, 我养蜂.", Persona("Tess", statements)
    )
    assert [one.error for one in found] == ["", ""]
    for one in found:
        assert set(one.missing) == names
        assert "turns was judged" in one.missing["talk_delta_apc"]
    assert pairs(by_item(found), "talk_delta_apc").lost == 2


def test_a_judged_talk_has_values_and_nothing_is_missing(tmp_path: Path) -> None:
    found = measured(tmp_path, "I keep bees.", Persona("Tess", SOFT))
    assert all(set(one.values) > {"talk_delta_apc", "talk_contradiction"} for one in found)
    assert [one.missing for one in found] == [{}, {}]
