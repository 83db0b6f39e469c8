import sys
from dataclasses import replace
from pathlib import Path

import pytest

from persona_sdk.agent import PersonaAgent
from persona_sdk.errors import ModelUnavailable
from persona_sdk.models.scripted import ScriptedModel
from persona_sdk.profile import Profile
from persona_sdk.types import Conversation, Persona
from simulators.journal import read_run
from simulators.stress import stress
from simulators.values import Dialogue, Move, Run, RunConfig, Usage

ray = pytest.importorskip("ray")

TESS = Persona("Tess", (), greeting="Good day.")
CONFIG = RunConfig(TESS, (Profile("ada"), Profile("bo")), 4, 2, 7, "scripted", "counting", "off")


class Counting:
    """Asks for a number that its seed and the conversation give."""

    def __init__(self, seed: int) -> None:
        self._seed = seed

    def move(self, conversation: Conversation) -> Move:
        if len(conversation) > 2 and self._seed % 2:
            raise ValueError("odd users break")
        asked = "Who lives at number" if len(conversation) > 2 else "What costs"
        return Move(f"{asked} {self._seed % 97}?")


def make_agent(seed: int) -> PersonaAgent:
    return PersonaAgent(TESS, ScriptedModel(f"It is {seed % 89}."), None, mode="off")


def make_user(profile: Profile, seed: int) -> Counting:
    return Counting(seed)


def said(run: Run) -> list[Dialogue]:
    """The dialogues without what the clock says."""
    still = Usage()
    return [
        replace(
            dialogue,
            exchanges=tuple(
                replace(
                    exchange,
                    reply=replace(exchange.reply, attempts=()),
                    user_usage=still,
                    character_usage=still,
                )
                for exchange in dialogue.exchanges
            ),
        )
        for dialogue in run.dialogues
    ]


def test_ray_gives_what_threads_give_for_the_same_seed(tmp_path: Path) -> None:
    ray.cloudpickle.register_pickle_by_value(sys.modules[__name__])
    here = stress(CONFIG, make_agent, make_user, folder=tmp_path / "local", concurrency=3)
    there = stress(
        CONFIG, make_agent, make_user, folder=tmp_path / "ray", concurrency=3, engine="ray"
    )
    assert said(there) == said(here)
    assert {dialogue.status for dialogue in here.dialogues} == {"max_turns", "error"}
    assert read_run(tmp_path / "ray") == there


def test_a_cluster_that_does_not_answer_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nobody(**options: object) -> None:
        raise ConnectionError("timed out")

    monkeypatch.setenv("RAY_ADDRESS", "nowhere:1")
    monkeypatch.setattr(ray, "init", nobody)
    with pytest.raises(ModelUnavailable, match=r"RAY_ADDRESS nowhere:1 \(timed out"):
        stress(CONFIG, make_agent, make_user, folder=tmp_path, engine="ray")
    assert all(dialogue.status == "running" for dialogue in read_run(tmp_path).dialogues)
