"""A chat model that plays a profile."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from persona_sdk.errors import ModelError
from persona_sdk.models.scripted import ScriptedModel
from persona_sdk.profile import Fact, Profile, Style
from persona_sdk.types import Completion, Conversation, GenerationOptions, Turn
from simulators.behaviour.decisions import SCHEMA
from simulators.behaviour.difficulty import Difficulty
from simulators.user import LLMUser
from simulators.writing.user_prompts import Templates, load_templates

PLAIN = Style(words=12, spread=0, lower_start=0, end_mark=1, exclamations=0, courtesy=0)
NURSE = Profile(
    "p",
    (
        Fact("f1", "You are a nurse.", disclosure="opening"),
        Fact("f2", "You have gambling debts.", disclosure="hidden"),
    ),
    goals=("Find out what Ada eats.",),
    style=PLAIN,
    patience=2,
)
ANSWERED = (
    Conversation()
    .add("user", "Hello, what do you eat?")
    .add("assistant", "Good day.")
    .add("user", "So what do you eat?")
    .add("assistant", "I eat rye bread.")
)


def user(model: ScriptedModel, *, profile: Profile = NURSE, **kwargs: object) -> LLMUser:
    kwargs.setdefault("opens", False)
    return LLMUser(profile, model, persona_name="Ada Lovelace", **kwargs)  # type: ignore[arg-type]


def saying(*texts: str) -> ScriptedModel:
    """A model that gives the same draft three times, then the next one."""
    return ScriptedModel([text for text in texts for _ in range(3)])


def test_the_first_turn_comes_unprompted() -> None:
    move = user(saying("where do you live?")).move(Conversation())

    assert (move.text, move.status, move.faults) == ("Where do you live?", "running", ())


def test_the_system_block_stays_the_same_through_a_conversation() -> None:
    model = ScriptedModel("and where is that, by the way?", cycle=True)
    lives = user(model, decides=False)
    lives.move(Conversation())
    lives.move(ANSWERED)

    assert len({prompt[0] for prompt in model.prompts}) == 1


def test_the_model_goes_on_with_a_log_of_what_was_said() -> None:
    model = saying("ok")
    user(model, decides=False).move(ANSWERED)

    log = model.prompts[0][-1]
    assert log.role == "assistant"
    assert log.content.startswith("Person: Hello, what do you eat?\nAda: Good day.")
    assert log.content.endswith("Person:")


def test_roles_are_swapped_in_the_shape_for_endpoints() -> None:
    model = saying("ok")
    user(model, decides=False, shape="chat").move(ANSWERED)

    roles = [turn.role for turn in model.prompts[0]]
    assert roles == ["system", "assistant", "user", "assistant", "user"]


def test_hidden_facts_are_kept_from_the_model_and_are_a_fault_when_told() -> None:
    model = saying("I have gambling debts.", "nice weather today")
    move = user(model).move(Conversation())

    assert not any("debts" in turn.content for turn in model.prompts[0])
    assert move.text == "Nice weather today."
    assert move.faults == ("hidden fact",)


def test_a_fact_that_is_due_stands_before_the_turn_and_is_tagged_when_told() -> None:
    model = saying("I am a nurse, by the way")
    move = user(model).move(Conversation())

    assert "(The person mentions: I am a nurse.)" in model.prompts[0][-1].content
    assert move.disclosed == ("f1",)


@pytest.mark.parametrize(
    ("bad", "fault"),
    [
        ("As an AI, I cannot help.", "role inversion"),
        ("I am Ada Lovelace and I count.", "role inversion"),
        ("<think>he wants food</think>", "leak"),
        ("So what do you eat", "repetition"),
        ("I eat rye bread, I eat rye bread.", ""),
    ],
)
def test_a_bad_draft_is_written_anew(bad: str, fault: str) -> None:
    move = user(saying(bad, "and what do you drink?"), decides=False).move(ANSWERED)

    assert move.faults == ((fault,) if fault else ())
    assert fault == "" or move.text == "And what do you drink?"


def test_a_new_try_has_another_seed() -> None:
    model = saying("As an AI, no.", "ok then")
    user(model).move(Conversation())

    first, second = model.options
    assert first.seed != second.seed


def test_an_empty_turn_that_stays_empty_is_an_error_of_the_simulator() -> None:
    move = user(ScriptedModel("", cycle=True)).move(Conversation())

    assert (move.text, move.status, move.faults) == ("", "error", ("empty",))


def test_a_repetition_that_stays_one_is_a_loop() -> None:
    move = user(ScriptedModel("So what do you eat", cycle=True), decides=False).move(ANSWERED)

    assert (move.status, move.faults) == ("loop", ("repetition",))


def test_another_fault_that_stays_is_replaced_by_a_plain_line() -> None:
    move = user(ScriptedModel("As an AI, no.", cycle=True)).move(Conversation())

    assert move.status == "running"
    assert move.text
    assert move.faults == ("role inversion",)


def test_the_drafts_are_held_to_the_style_of_the_profile() -> None:
    hasty = Profile("p", style=Style(words=3, spread=0, lower_start=1, end_mark=0, courtesy=0))
    model = saying("I don't know, but I would like to hear more about it.")

    assert user(model, profile=hasty).move(Conversation()).text == "i don't know"


def test_the_draft_nearest_to_the_wanted_length_is_chosen() -> None:
    short = Profile("p", style=Style(words=2, spread=0, courtesy=0, questions=0))
    model = ScriptedModel(["Let me explain this to you at great length.", "No idea.", "Well."])

    assert user(model, profile=short).move(Conversation()).text.startswith("No idea")


def test_a_scorer_has_a_vote() -> None:
    model = ScriptedModel(["one thing more", "another thing more", "a third thing more"])
    votes = lambda texts: [9.0 * ("third" in t) for t in texts]  # noqa: E731

    assert "third" in user(model, likeness=votes).move(Conversation()).text


def replies(status: str) -> Callable[[Sequence[Turn]], str]:
    """Decides when asked for a decision, else says something."""

    def reply(messages: Sequence[Turn]) -> str:
        return f'{{"status": "{status}"}}' if messages[-1].role == "user" else "thanks, bye"

    return reply


def test_the_end_is_a_constrained_decision_and_its_text_is_kept() -> None:
    model = ScriptedModel(replies("satisfied"))
    move = user(model).move(ANSWERED)

    assert (move.status, model.options[0].json_schema) == ("satisfied", SCHEMA)
    assert "bye" in move.text.lower()


def test_nobody_is_asked_whether_he_is_satisfied_before_his_goal_came_up() -> None:
    model = ScriptedModel(replies("satisfied"))
    early = Conversation().add("user", "hi").add("assistant", "Good day.")

    assert user(model).move(early).status == "running"
    assert not any(options.json_schema for options in model.options)


@pytest.mark.parametrize("answer", ["gave_up", "out_of_scope", "running"])
def test_a_decision_that_cannot_be_true_lets_the_talk_go_on(answer: str) -> None:
    assert user(ScriptedModel(replies(answer))).move(ANSWERED).status == "running"


def test_patience_ends_without_asking_the_model_for_a_decision() -> None:
    model = ScriptedModel(replies("running"))
    talk = ANSWERED
    for line in ("and to drink", "to drink I said"):
        talk = talk.add("user", line).add("assistant", "I don't know.")

    move = user(model).move(talk)
    assert move.status == "gave_up"
    assert not any(options.json_schema for options in model.options)


def test_a_closed_conversation_ends_without_another_word() -> None:
    talk = ANSWERED.add("user", "thanks, bye").add("assistant", "Goodbye!")

    move = user(ScriptedModel(())).move(talk)
    assert (move.text, move.status) == ("", "satisfied")


def test_at_temperature_0_one_draft_is_written_and_a_new_try_is_warmer() -> None:
    model = ScriptedModel(["As an AI, no.", "fine", "fine", "fine"])
    move = user(model, options=GenerationOptions(temperature=0.0)).move(Conversation())

    assert move.text == "Fine."
    assert [o.n for o in model.options] == [1, 3]
    assert model.options[0].temperature == 0.0


def test_the_same_seed_gives_the_same_move() -> None:
    draft = "I would like to hear more about your work, if you have the time."
    one, other = (
        user(ScriptedModel(draft, cycle=True), seed=4, difficulty=Difficulty.level(0.8)).move(
            Conversation()
        )
        for _ in range(2)
    )

    assert one == other


def test_a_failing_model_is_not_hidden() -> None:
    with pytest.raises(ModelError):
        user(ScriptedModel(())).move(Conversation())


def test_templates_are_overridden_by_files(tmp_path: Path) -> None:
    (tmp_path / "ask.txt").write_text("Weiter.\n", "utf-8")

    assert load_templates(tmp_path) == Templates(ask="Weiter.")


def test_a_template_without_its_place_and_an_unknown_one_are_refused(tmp_path: Path) -> None:
    (tmp_path / "tell.txt").write_text("Say it.", "utf-8")
    with pytest.raises(ValueError, match=r"tell\.txt: \{fact\} must stand in it"):
        load_templates(tmp_path)
    (tmp_path / "tell.txt").rename(tmp_path / "tale.txt")
    with pytest.raises(ValueError, match=r"tale\.txt: no template has this name"):
        load_templates(tmp_path)


def test_braces_in_a_profile_are_only_text() -> None:
    odd = Profile("p", (Fact("f1", "You love {braces} and {profile}."),))
    model = saying("ok")

    user(model, profile=odd).move(Conversation())
    assert "{braces}" in model.prompts[0][0].content


def test_a_fact_that_is_due_opens_the_turn_where_the_model_needs_it() -> None:
    model = ScriptedModel(", and you?", cycle=True)
    move = user(model, opens=True).move(Conversation())

    assert model.prompts[0][-1].content.endswith("Person: Nurse here")
    assert move.text == "Nurse here, and you?"
    assert move.disclosed == ("f1",)


def test_a_goal_is_named_sooner_or_later() -> None:
    model = ScriptedModel(" so tell me.", cycle=True)
    talk = Conversation().add("user", "im a nurse").add("assistant", "Good day.")
    for seed in range(12):
        user(model, opens=True, decides=False, seed=seed).move(talk)
    begun = [prompt[-1].content for prompt in model.prompts]

    assert any(text.endswith("Person: I want to find out what Ada eats") for text in begun)


def test_without_examples_a_turn_opens_with_a_word_of_people() -> None:
    model = ScriptedModel(" is that so?", cycle=True)
    user(model, profile=Profile("p"), opens=True).move(Conversation())

    assert not model.prompts[0][-1].content.endswith("Person:")


def test_an_example_lends_its_first_words_but_never_itself() -> None:
    model = ScriptedModel(" the bread here?", cycle=True)
    said = ("so where do you get your eggs from",)
    texts = {
        user(model, profile=Profile("p"), opens=True, examples=said, seed=seed).move(ANSWERED).text
        for seed in range(8)
    }

    assert any(text.lower().startswith("so") for text in texts)
    assert not any("eggs" in text for text in texts)


def test_a_turn_that_adds_nothing_to_its_opening_is_empty() -> None:
    move = user(ScriptedModel("", cycle=True), opens=True).move(Conversation())

    assert move.status == "error"


@pytest.mark.parametrize(
    ("draft", "text"),
    [
        ("*smiles at her* what a day", "What a day."),
        ("(leans back slowly) what a day", "What a day."),
        ("is it (x+1)2 or not", "Is it (x+1)2 or not?"),
        ("“what a day”", "What a day."),
    ],
)
def test_stage_directions_and_labels_are_no_part_of_a_turn(draft: str, text: str) -> None:
    assert user(saying(draft)).move(Conversation()).text == text


def test_who_writes_another_language_is_given_no_english_words() -> None:
    model = ScriptedModel(" wie geht es dir?", cycle=True)
    german = Profile("p", goals=("Find out what Ada eats.",), language="de")
    user(model, profile=german, opens=True, decides=False).move(ANSWERED)

    assert model.prompts[0][-1].content.endswith("\nPerson:")


def test_an_endpoint_is_asked_as_a_chat() -> None:
    model = ScriptedModel("Person: and what do you drink?", cycle=True, name="openai:m@http://x")
    move = user(model, decides=False).move(ANSWERED)

    assert model.prompts[0][-1].role == "user"
    assert move.text == "And what do you drink?"


LONG = ANSWERED
for said, heard in (
    ("and fish?", "Only in spring."),
    ("with salt?", "A pinch of it."),
    ("from the river?", "My brother catches them."),
    ("in winter?", "Then we have beans."),
    ("or ham?", "On feast days."),
    ("any fruit?", "Apples from the garden."),
    ("what else?", "Cheese of our goats."),
    ("soup too?", "Every evening."),
    ("who cooks?", "We take turns."),
    ("spices?", "Pepper was dear."),
    ("cake?", "My aunt bakes one."),
    ("milk?", "Warm, with honey."),
    ("eggs?", "The hens give plenty."),
):
    LONG = LONG.add("user", said).add("assistant", heard)


def test_a_model_that_keeps_to_no_schema_leaves_the_end_to_the_rules() -> None:
    model = ScriptedModel("well, that is it", cycle=True)

    assert user(model).move(LONG).status == "satisfied"


def test_an_engine_that_refuses_a_schema_leaves_the_end_to_the_rules() -> None:
    class NoSchema(ScriptedModel):
        def generate(
            self, messages: Sequence[Turn], *, options: GenerationOptions
        ) -> list[Completion]:
            if options.json_schema:
                raise ModelError("keeps to no schema")
            return super().generate(messages, options=options)

    assert user(NoSchema("well, that is it", cycle=True)).move(LONG).status == "satisfied"


def test_a_draft_in_another_language_is_written_anew() -> None:
    model = saying("Где ты живёшь и что ты ешь каждый день?", "so where do you live then?")
    move = user(model, decides=False).move(Conversation())

    assert move.faults == ("off language",)
    assert "where do you live" in move.text.lower()


def test_who_writes_no_english_is_not_mended_with_english() -> None:
    model = ScriptedModel("As an AI, I cannot say.", cycle=True)
    move = user(model, profile=Profile("p", language="zh")).move(Conversation())

    assert move.text.strip(".?").lower() in ("ok", "hm")


@pytest.mark.parametrize("added", [" *waves* (smiles)", '""'])
def test_an_opening_to_which_nothing_was_added_is_nothing_said(added: str) -> None:
    move = user(ScriptedModel(added, cycle=True), opens=True).move(Conversation())

    assert (move.text, move.status, move.faults) == ("", "error", ("empty",))
