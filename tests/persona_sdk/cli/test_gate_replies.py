from collections.abc import Sequence

import pytest

from guards.apc import APCGuard
from guards.scripted import WordEntailment, WordRelevance
from persona_sdk.cli.gate_probes import Probe
from persona_sdk.cli.gate_replies import Replies
from persona_sdk.cli.gate_sides import Player, Recorded
from persona_sdk.errors import ContextOverflow
from persona_sdk.models.scripted import ScriptedModel
from persona_sdk.prompts import PromptBuilder
from persona_sdk.types import Conversation, GenerationOptions, Persona, Turn, as_statements

TESS = Persona("Tess", as_statements(["Tess never drinks coffee.", "Tess keeps bees."]))
TALK = Conversation().add("user", "one two three " * 40).add("assistant", "four five " * 40).turns


class Reader(ScriptedModel):
    """A base for which every word of a reply is `pieces` tokens; it refuses what does not fit."""

    def __init__(self, context_size: int, pieces: int) -> None:
        super().__init__("", name="base", context_size=context_size)
        self._pieces = pieces
        self.read: list[tuple[Turn, ...]] = []

    def count_tokens(self, messages: Sequence[Turn]) -> int:
        return self._pieces * super().count_tokens(messages)

    def log_likelihood(self, messages: Sequence[Turn], continuation: str) -> list[float]:
        tokens = self._pieces * len(continuation.split())
        if self.count_tokens(messages) + tokens > self.context_size:
            raise ContextOverflow("they do not fit")
        self.read.append(tuple(messages))
        return [-1.0] * tokens


def replies(base: Reader, *, max_tokens: int = 12) -> Replies:
    guard = APCGuard(WordRelevance(), WordEntailment())
    options = GenerationOptions(max_tokens=max_tokens)
    return Replies(TESS, guard, WordEntailment(), (base, base), options, 7)


PROBE = Probe("q", ("What do you keep?",), TALK)
ASKED = Conversation(TALK).add("user", PROBE.turns[0])
WHOLE = ScriptedModel("").count_tokens(
    PromptBuilder().build(TESS, ASKED, ScriptedModel(""), reserve=1).messages
)
"""Words of the prompt with nothing left out."""


def test_drafts_are_read_behind_the_prompt_that_they_were_written_to() -> None:
    speaker = ScriptedModel("I keep bees.", cycle=True, context_size=WHOLE + 15)
    base = Reader(WHOLE + 15, 1)
    found = replies(base).measured(Player("after", Recorded(speaker), None), PROBE, guarded=False)
    assert found.error == ""
    assert base.read == speaker.prompts
    assert base.count_tokens(base.read[0]) < WHOLE


def test_a_draft_of_more_tokens_in_the_base_gets_the_room_it_needs() -> None:
    speaker = ScriptedModel("I keep " + "bees " * 30, cycle=True)
    base = Reader(8 * WHOLE + 160, 8)
    found = replies(base, max_tokens=32).measured(
        Player("after", Recorded(speaker), None), PROBE, guarded=False
    )
    assert (found.error, found.missing, found.value("reply_surprise")) == ("", {}, 1.0)


def test_a_draft_that_the_base_cannot_hold_loses_its_perplexity_alone() -> None:
    speaker = ScriptedModel("I keep bees.", cycle=True)
    found = replies(Reader(60, 8)).measured(
        Player("after", Recorded(speaker), None), Probe("q", ("Well?",)), guarded=False
    )
    assert found.error == ""
    assert found.values["delta_apc"] > 0
    assert "reply_surprise" in found.missing and "reply_surprise" not in found.values


@pytest.mark.parametrize(
    ("says", "drafts", "shown"),
    [("I keep bees.", 1.0, 1.0), ("I love to drink coffee.", 5.0, 0.0)],
)
def test_fallback_lines_are_no_drafts(says: str, drafts: float, shown: float) -> None:
    speaker = ScriptedModel(says, cycle=True)
    found = replies(Reader(4096, 1)).measured(
        Player("after", Recorded(speaker), None), Probe("q", ("What do you drink?",)), guarded=True
    )
    assert (found.values["attempts"], found.values["shown"]) == (drafts, shown)
