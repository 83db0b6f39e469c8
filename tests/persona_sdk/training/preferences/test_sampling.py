import pytest

from guards.scripted import ScriptedGuard
from persona_sdk.agent import PersonaAgent
from persona_sdk.models.scripted import ScriptedModel
from persona_sdk.prompts import PromptBuilder
from persona_sdk.training.preferences.sampling import draw_queries, sample_candidates
from persona_sdk.types import Conversation, Persona, as_statements

TESS = Persona("Tess", as_statements(["Tess keeps bees."]))
GUARD = ScriptedGuard({"hate": "s1"})


def test_each_query_gets_k_judged_drafts_under_the_prompt_that_an_agent_gives() -> None:
    model = ScriptedModel(["Tess: I keep bees.", "I hate bees."], cycle=True)
    found = list(sample_candidates(TESS, ["Bees?", "Wax?"], model, GUARD, k=2))
    assert [c.query for c in found] == ["Bees?", "Wax?"]
    assert [(a.draft, a.verdict.outcome) for a in found[0].attempts] == [
        ("I keep bees.", "pass"),
        ("I hate bees.", "fail"),
    ]
    agent = ScriptedModel("x")
    PersonaAgent(TESS, agent, GUARD).reply(Conversation().add("user", "Bees?"))
    assert found[0].prompt == agent.prompts[0] == model.prompts[0]


def test_leaving_out_a_query_changes_no_seed_of_another() -> None:
    whole, rest = ScriptedModel("Hm.", cycle=True), ScriptedModel("Hm.", cycle=True)
    list(sample_candidates(TESS, ["Bees?", "Wax?"], whole, GUARD, k=2, seed=3))
    list(sample_candidates(TESS, ["Wax?"], rest, GUARD, k=2, seed=3))
    assert whole.options[1].seed == rest.options[0].seed
    assert whole.options[0].seed != whole.options[1].seed
    assert whole.options[0].n == 2


def test_a_query_may_stand_in_a_conversation() -> None:
    talk = Conversation().add("user", "Hi").add("assistant", "Hello.").add("user", "Bees?")
    model = ScriptedModel("I do.", cycle=True)
    (found,) = sample_candidates(TESS, [talk], model, GUARD, prompts=PromptBuilder("name-only"))
    assert found.prompt[1:] == talk.turns
    assert "keeps bees" not in found.prompt[0].content


def test_one_draft_makes_no_pair() -> None:
    with pytest.raises(ValueError, match="k must be at least 2"):
        next(sample_candidates(TESS, ["Bees?"], ScriptedModel("x"), GUARD, k=1))


def test_queries_are_drawn_once_each_in_order_and_by_seed() -> None:
    queries = [f"Question {n}?" for n in range(50)]
    drawn = draw_queries([*queries, "question 3"], 10, seed=1)
    assert len(drawn) == 10
    assert drawn == draw_queries(queries, 10, seed=1) != draw_queries(queries, 10, seed=2)
    places = [queries.index(c.query) for c in drawn]
    assert places == sorted(places)
    assert len(draw_queries([*queries, "QUESTION 3"])) == 50
