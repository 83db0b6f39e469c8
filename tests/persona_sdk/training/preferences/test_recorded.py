from pathlib import Path

import pytest

from guards.scripted import ScriptedGuard
from persona_sdk.agent import PersonaAgent
from persona_sdk.models.scripted import ScriptedModel
from persona_sdk.prompts import HINT_OPENING, PromptBuilder
from persona_sdk.store import Store
from persona_sdk.training.preferences.choosing import Rules, choose_pairs
from persona_sdk.training.preferences.matching import Matching
from persona_sdk.training.preferences.recorded import recorded_candidates, store_candidates
from persona_sdk.types import Conversation, GenerationOptions, Persona, Reply, Turn, as_statements

TESS = Persona(
    "Tess", as_statements(["Tess keeps bees.", "Tess is 40."], hard=[0]), greeting="Good day."
)
GUARD = ScriptedGuard({"hate": "s1"})


def talked(tmp_path: Path, model: ScriptedModel, prompts: PromptBuilder | None = None) -> Store:
    """Two turns of a chat, as the command line holds it."""
    store = Store.open(tmp_path / "s.sqlite3")
    opening = [Turn("assistant", TESS.greeting)]
    session = store.create_session(TESS, model="m", guard_mode="enforce", opening=opening)
    agent = PersonaAgent(TESS, model, GUARD, prompts=prompts or PromptBuilder())
    for text in ("Bees?", "Sure?"):
        store.append_user(session.id, text)
        store.append_reply(session.id, agent.reply(store.conversation(session.id)))
    return store


@pytest.mark.parametrize("strategy", ["long-context", "name-only", "experience", "retrieval"])
def test_the_prompt_that_is_built_again_is_the_one_that_the_model_saw(
    tmp_path: Path, strategy: str
) -> None:
    prompts = PromptBuilder(strategy)  # type: ignore[arg-type]
    model = ScriptedModel(["I keep bees.", "I do."])
    with talked(tmp_path, model, prompts) as store:
        found = list(store_candidates(store, prompts=prompts))
    assert [c.prompt for c in found if c] == model.prompts


def test_a_repaired_reply_and_the_draft_before_it_stand_under_the_prompt_without_hint(
    tmp_path: Path,
) -> None:
    model = ScriptedModel(["I hate bees.", "I keep bees.", "I do."])
    with talked(tmp_path, model) as store:
        (first, second) = store_candidates(store)
    assert first is not None and second is not None
    assert HINT_OPENING in model.prompts[1][-1].content
    assert first.prompt == model.prompts[0]
    assert first.source.startswith("session tess-") and first.source.endswith(", turn 2")
    any_style = Rules(matching=Matching(length=None, negations=False))
    (pair,) = choose_pairs([first, second], any_style).pairs
    assert (pair.chosen, pair.rejected) == ("I keep bees.", "I hate bees.")
    assert pair.violated == ("Tess keeps bees.",)


def test_one_session_can_be_taken_alone(tmp_path: Path) -> None:
    with talked(tmp_path, ScriptedModel("I do.", cycle=True)) as store:
        other = store.create_session(TESS, model="m", guard_mode="off")
        assert not list(store_candidates(store, session=other.id))
        assert len(list(store_candidates(store))) == 2


def test_a_reply_whose_prompt_was_cut_to_the_context_is_passed_over() -> None:
    model = ScriptedModel("I do.", cycle=True, context_size=120)
    talk = Conversation()
    agent = PersonaAgent(TESS, model, GUARD, options=GenerationOptions(max_tokens=20))
    replies: list[tuple[Conversation, Reply]] = []
    for number in range(6):
        talk = talk.add("user", f"And what of the {number} bees " + "on and on " * 3)
        replies.append((talk, agent.reply(talk)))
        talk = talk.add("assistant", replies[-1][1].text)
    found = [recorded_candidates(TESS, said, reply) for said, reply in replies]
    whole = [c.prompt for c in found if c]
    assert 0 < len(whole) < 6
    assert whole == model.prompts[: len(whole)]
    assert found[len(whole) :] == [None] * (6 - len(whole))
