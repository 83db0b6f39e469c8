"""Runs made by hand: every number in them can be counted on one's fingers."""

from __future__ import annotations

import pytest

from persona_sdk.profile import Profile
from persona_sdk.types import Attempt, Persona, Reply, Rung, Verdict, Violation, as_statements
from simulators.values import Dialogue, Exchange, Move, Run, RunConfig, Status, Usage

ALICE = Persona(
    "Alice",
    as_statements(["Alice never drinks coffee.", "Alice is a guitarist."]),
    greeting="Hello, I am Alice.",
)


class Runs:
    """Builds runs with Alice."""

    persona = ALICE

    def passed(self, draft: str = "I play the guitar.", gain: float = 0.5) -> Attempt:
        return Attempt(draft, Verdict("pass", delta_apc=gain, coverage=0.5))

    def violating(
        self, draft: str = "I love coffee.", *, statement: int = 0, gain: float = -0.5
    ) -> Attempt:
        found = Violation(
            ALICE.statements[statement], draft, 0, len(draft), "speech", 0.96, 0.5, 0.3, "double"
        )
        verdict = Verdict("fail", violations=(found,), delta_apc=gain, reason="contradicts s1")
        return Attempt(draft, verdict)

    def unscored(self, draft: str = "Mhm.") -> Attempt:
        return Attempt(draft, Verdict("unscored", reason="the scorer failed"))

    def exchange(
        self,
        *attempts: Attempt,
        says: str = "Do you drink coffee?",
        attack: str = "",
        blocked: bool = False,
        faults: tuple[str, ...] = (),
        seconds: float = 1.0,
    ) -> Exchange:
        shown = "" if blocked else attempts[-1].draft
        outcome = "fail" if blocked else attempts[-1].verdict.outcome
        return Exchange(
            Move(says, attack=attack, faults=faults),
            Reply(shown, attempts, outcome),
            user_usage=Usage(5, 3, seconds / 2),
            character_usage=Usage(10, 7, seconds),
        )

    def rung(self, attempt: Attempt, rung: Rung) -> Attempt:
        return Attempt(attempt.draft, attempt.verdict, rung)

    def dialogue(
        self, *exchanges: Exchange, number: int = 0, profile: str = "p1",
        status: Status = "satisfied", **rest: object,
    ) -> Dialogue:  # fmt: skip
        return Dialogue(number, profile, 100 + number, exchanges, status, **rest)

    def run(self, *dialogues: Dialogue, **changes: object) -> Run:
        profiles = tuple(Profile(name) for name in dict.fromkeys(d.profile_id for d in dialogues))
        settings: dict[str, object] = {
            "persona": ALICE,
            "profiles": profiles,
            "conversations": len(dialogues),
            "turns": 6,
            "seed": 7,
            "character": "scripted",
            "user": "agenda",
            "guard": "double warn",
        }
        return Run(RunConfig(**{**settings, **changes}), dialogues)


@pytest.fixture(scope="session")
def runs() -> Runs:
    return Runs()


@pytest.fixture(scope="session")
def sample(runs: Runs) -> Run:
    """Three conversations of two turns: one clean, one that fails twice, one repaired once."""
    fine = runs.exchange(runs.passed())
    bad = runs.exchange(runs.violating(), attack="false premise")
    repaired = runs.exchange(
        runs.violating("Coffee is my life.", gain=-0.3), runs.rung(runs.passed("Tea."), "hint")
    )
    return runs.run(
        runs.dialogue(fine, fine),
        runs.dialogue(bad, bad, number=1, profile="p2", status="gave_up"),
        runs.dialogue(fine, repaired, number=2, status="max_turns"),
    )
