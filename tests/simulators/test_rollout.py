import doctest

import pytest

import simulators.rollout
from guards.scripted import ScriptedGuard
from persona_sdk.agent import PersonaAgent
from persona_sdk.errors import ModelError
from persona_sdk.models.scripted import ScriptedModel
from persona_sdk.profile import Fact, Profile
from persona_sdk.types import Conversation, Persona, Turn, as_statements
from simulators.rollout import rollout
from simulators.scripted import ScriptedUser

ADA = Persona("Ada", as_statements(["Ada never drinks coffee."]), greeting="Good day.")
CURIOUS = Profile("curious", (Fact("f1", "You like coffee."),))


def agent(*replies: str) -> PersonaAgent:
    guard = ScriptedGuard({"love coffee": "s1", "rather": "s1", "else": "s1", "way": "s1"})
    return PersonaAgent(ADA, ScriptedModel(replies, cycle=True), guard)


def test_a_user_who_leaves_terminates_the_episode() -> None:
    user = ScriptedUser(("Coffee?", "Tea?"))
    episode = rollout(agent("Never.", "Gladly."), user, persona=ADA, profile=CURIOUS, seed=7)
    assert [turn.content for turn in episode.turns] == [
        "Good day.",
        "Coffee?",
        "Never.",
        "Tea?",
        "Gladly.",
    ]
    assert (episode.terminated, episode.truncated) == (True, False)
    assert (episode.persona, episode.profile, episode.seed) == (ADA, CURIOUS, 7)


def test_the_limit_on_turns_truncates_the_episode() -> None:
    user = ScriptedUser(("Coffee?",) * 9)
    episode = rollout(agent("Never."), user, persona=ADA, max_turns=2)
    assert (episode.terminated, episode.truncated) == (False, True)
    assert sum(turn.role == "user" for turn in episode.turns) == 2


def test_every_assistant_turn_has_its_verdict() -> None:
    user = ScriptedUser(("Coffee?", "Really?"))
    episode = rollout(agent("I love coffee.", "Never.", "Never ever."), user, persona=ADA)
    outcomes = [verdict and verdict.outcome for verdict in episode.verdicts]
    assert outcomes == [None, "pass", "pass"]
    assert "I love coffee." not in [turn.content for turn in episode.turns]


def test_a_withheld_reply_is_an_empty_turn_with_the_verdict_that_held_it_back() -> None:
    episode = rollout(agent("I love coffee."), ScriptedUser(("Coffee?",)), persona=ADA)
    assert episode.turns[-1] == Turn("assistant", "")
    assert episode.verdicts[-1] is not None
    assert episode.verdicts[-1].outcome == "fail"


def test_a_failing_model_ends_the_rollout_with_its_error() -> None:
    broken = PersonaAgent(ADA, ScriptedModel([]), None, mode="off")
    with pytest.raises(ModelError, match="was asked for reply 1"):
        rollout(broken, ScriptedUser(("Coffee?",)), persona=ADA)


def test_a_user_may_not_speak_for_the_character() -> None:
    class Impostor:
        def next_turn(self, conversation: Conversation) -> Turn:
            return Turn("assistant", "I love coffee.")

    with pytest.raises(ValueError, match="must speak as 'user', was: Turn"):
        rollout(agent("Never."), Impostor(), persona=ADA)


def test_an_episode_without_turns_is_refused() -> None:
    with pytest.raises(ValueError, match="max_turns must be at least 1, was: 0"):
        rollout(agent("Never."), ScriptedUser(()), persona=ADA, max_turns=0)


def test_the_examples_run() -> None:
    assert doctest.testmod(simulators.rollout).failed == 0
    assert doctest.testmod(simulators.scripted).failed == 0
