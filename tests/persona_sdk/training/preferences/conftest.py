"""Judged drafts and pairs to try things on, as functions that make them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from persona_sdk.training.preferences.candidates import Candidates
from persona_sdk.types import Attempt, PreferencePair, Statement, Turn, Verdict, Violation


@pytest.fixture
def attempt() -> Callable[..., Attempt]:
    def made(draft: str, outcome: str = "pass", gain: float = 0.0, rung: str = "draft") -> Attempt:
        return Attempt(draft, Verdict(outcome, delta_apc=gain), rung)  # type: ignore[arg-type]

    return made


@pytest.fixture
def violating() -> Callable[..., Attempt]:
    def made(draft: str, gain: float, *, hard: bool) -> Attempt:
        statement = Statement("s1", "Tess keeps bees.", hard=hard)
        violation = Violation(statement, draft, 0, len(draft), "speech", 0.9, 0.7, 0.8)
        return Attempt(draft, Verdict("fail", violations=(violation,), delta_apc=gain))

    return made


@pytest.fixture
def asked() -> Callable[..., Candidates]:
    def made(*attempts: Attempt, query: str = "What do you do?", who: str = "Tess") -> Candidates:
        prompt = (Turn("system", f"You are {who}."), Turn("user", query))
        return Candidates(prompt, who, attempts, "test")

    return made


@pytest.fixture
def pair() -> Callable[..., PreferencePair]:
    def made(
        chosen: str = "I keep bees.",
        rejected: str = "I hate bees.",
        query: str = "What do you do?",
        persona: str = "Tess",
        **more: object,
    ) -> PreferencePair:
        prompt = (Turn("system", f"You are {persona}."), Turn("user", query))
        return PreferencePair(prompt, chosen, rejected, persona=persona, query=query, **more)  # type: ignore[arg-type]

    return made
