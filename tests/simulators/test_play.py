import doctest

import pytest

import simulators.behaviour.loops
import simulators.plain
import simulators.play
import simulators.running.metering
from guards.scripted import ScriptedGuard
from persona_sdk.agent import PersonaAgent
from persona_sdk.errors import ModelUnavailable, ScorerError
from persona_sdk.models.scripted import ScriptedModel
from persona_sdk.types import Conversation, Persona, Reply, Verdict, as_statements
from simulators.play import Ending, Event, advance, grown, play
from simulators.running.metering import MeteredModel
from simulators.values import Dialogue, Exchange, Move, Party

ADA = Persona("Ada", as_statements(["Ada never drinks coffee."]), greeting="Good day.")
NEW = Dialogue(0, "curious", 7)


class Lines:
    """Says its moves one after the other."""

    def __init__(self, *moves: Move | Exception) -> None:
        self._moves = moves

    def move(self, conversation: Conversation) -> Move:
        move = self._moves[sum(turn.role == "user" for turn in conversation)]
        if isinstance(move, Exception):
            raise move
        return move


class Raises:
    def __init__(self, error: Exception) -> None:
        self._error = error

    def reply(self, conversation: Conversation) -> Reply:
        raise self._error


def agent(*replies: str) -> PersonaAgent:
    return PersonaAgent(ADA, ScriptedModel(replies, cycle=True), None, mode="off")


def asks(count: int) -> Lines:
    topics = "tea music boats winter cheese letters tailors".split()
    return Lines(*(Move(f"What about {topic}?") for topic in topics[:count]))


def ending(events: list[Event]) -> Ending:
    assert isinstance(events[-1], Ending)
    return events[-1]


def test_a_conversation_yields_its_exchanges_and_then_how_it_ended() -> None:
    user = Lines(Move("Tea?"), Move("Bye then.", "satisfied"))
    first, second, end = play(agent("Gladly.", "Farewell."), user, NEW, turns=9)
    assert isinstance(first, Exchange)
    assert isinstance(second, Exchange)
    assert (first.move.text, first.reply.text) == ("Tea?", "Gladly.")
    assert (second.move.text, second.reply.text) == ("Bye then.", "Farewell.")
    assert end == Ending("satisfied")


def test_a_user_may_leave_without_a_word() -> None:
    events = list(play(agent("No."), Lines(Move("Tea?"), Move("", "gave_up")), NEW, turns=9))
    assert len(events) == 2
    assert ending(events).status == "gave_up"


def test_the_turns_run_out() -> None:
    events = list(play(agent("Yes.", "No."), asks(7), NEW, turns=3))
    assert (len(events), ending(events).status) == (4, "max_turns")


def test_the_character_sees_its_greeting_and_all_that_was_said() -> None:
    class Hears:
        heard: Conversation

        def reply(self, conversation: Conversation) -> Reply:
            self.heard = conversation
            return Reply("Yes.")

    speaker = Hears()
    list(play(speaker, asks(2), NEW, turns=2, greeting="Good day."))
    said = [turn.content for turn in speaker.heard]
    assert said == ["Good day.", "What about tea?", "Yes.", "What about music?"]


def test_a_conversation_goes_on_from_any_exchange_as_it_would_have_gone() -> None:
    def speaker() -> PersonaAgent:
        model = ScriptedModel(lambda messages: f"I count {len(messages)}.")
        return PersonaAgent(ADA, model, None, mode="off")

    texts = []
    for kept in (0, 1, 3):
        dialogue = NEW
        for event in list(play(speaker(), asks(7), NEW, turns=5))[:kept]:
            dialogue = grown(dialogue, event)
        for event in play(speaker(), asks(7), dialogue, turns=5):
            dialogue = grown(dialogue, event)
        texts.append(dialogue.conversation())
    assert texts[0] == texts[1] == texts[2]


@pytest.mark.parametrize(
    ("error", "fault"),
    [
        (ModelUnavailable("http://x is gone"), "engine"),
        (ScorerError("no weights"), "judge"),
        (KeyError("name"), "character"),
    ],
)
def test_what_the_character_raises_is_attributed(error: Exception, fault: Party) -> None:
    (end,) = play(Raises(error), asks(1), NEW, turns=3)
    assert isinstance(end, Ending)
    assert (end.status, end.fault, end.cause) == ("error", fault, error)
    assert str(error) in end.error


@pytest.mark.parametrize(
    ("error", "fault"),
    [
        (ModelUnavailable("http://x is gone"), "engine"),
        (ScorerError("no weights"), "judge"),
        (RuntimeError("lost the thread"), "simulator"),
    ],
)
def test_what_the_user_raises_is_attributed_and_the_turns_before_stay(
    error: Exception, fault: Party
) -> None:
    first, end = play(agent("Yes."), Lines(Move("Tea?"), error), NEW, turns=3)
    assert isinstance(first, Exchange)
    assert isinstance(end, Ending)
    assert (end.status, end.fault) == ("error", fault)


def test_a_user_who_neither_speaks_nor_leaves_is_the_simulators_fault() -> None:
    (end,) = play(agent("Yes."), Lines(Move("  ")), NEW, turns=3)
    assert isinstance(end, Ending)
    assert (end.fault, "neither spoke nor left" in end.error) == ("simulator", True)


def test_a_user_who_cannot_mend_its_words_is_the_simulators_fault() -> None:
    (end,) = play(agent("Yes."), Lines(Move("", "error", faults=("leak",))), NEW, turns=3)
    assert end == Ending("error", "simulator", "the user gave up on its own words: leak")


def test_a_model_that_answers_nothing_is_the_characters_fault() -> None:
    said, end = play(agent(" "), asks(2), NEW, turns=3)
    assert isinstance(said, Exchange)
    assert isinstance(end, Ending)
    assert (end.fault, "answered nothing" in end.error) == ("character", True)


def test_a_guard_that_cannot_judge_any_draft_is_the_judges_fault() -> None:
    guard = ScriptedGuard(unscored=("a",))
    speaker = PersonaAgent(ADA, ScriptedModel("Tea and cake.", cycle=True), guard)
    _, end = play(speaker, asks(2), NEW, turns=3)
    assert isinstance(end, Ending)
    assert (end.fault, "cannot be judged" in end.error) == ("judge", True)


def test_a_reply_that_the_guard_holds_back_lets_the_conversation_go_on() -> None:
    guard = ScriptedGuard(dict.fromkeys(("coffee", "rather", "else", "way"), "s1"))
    speaker = PersonaAgent(ADA, ScriptedModel("I love coffee.", cycle=True), guard)
    events = list(play(speaker, asks(3), NEW, turns=2))
    assert [e.reply.text for e in events if isinstance(e, Exchange)] == ["", ""]
    assert ending(events).status == "max_turns"


def test_each_side_is_charged_its_own_tokens() -> None:
    mine = MeteredModel(ScriptedModel("one two three", cycle=True))
    theirs = MeteredModel(ScriptedModel("four five", cycle=True))

    class Modelled:
        def move(self, conversation: Conversation) -> Move:
            agent = PersonaAgent(Persona("user", ()), theirs, None, mode="off")
            return Move(agent.reply(Conversation().add("user", "Go on.")).text)

    speaker = PersonaAgent(ADA, mine, None, mode="off")
    said = advance(speaker, Modelled(), NEW)
    assert isinstance(said, Exchange)
    assert said.character_usage.completion_tokens == 3
    assert said.user_usage.completion_tokens == 2
    assert said.character_usage.prompt_tokens > 0
    assert said.character_usage.seconds > 0


def says(*texts: str, answers: str = "I see number {}.", attack: str = "") -> list[Event]:
    replies = [answers.format(number) for number in range(len(texts))]
    user = Lines(*(Move(text, attack=attack) for text in texts))
    return list(play(agent(*replies), user, NEW, turns=len(texts)))


def test_goodbyes_on_both_sides_are_a_loop() -> None:
    events = says("Thank you, bye!", "Bye!", "See you!", answers="Goodbye. Take care!")
    assert (len(events), ending(events).status) == (3, "loop")


def test_one_side_saying_goodbye_is_no_loop() -> None:
    events = says("Thank you!", "Thanks a lot, what about the boats?")
    assert ending(events).status == "max_turns"


def test_a_user_who_says_the_same_again_is_in_a_loop() -> None:
    events = says("What do you eat?", "And drink?", "what do you eat", "Never asked.")
    assert (len(events), ending(events).status) == (4, "loop")


def test_three_turns_without_a_new_word_are_a_loop() -> None:
    events = says("Do you like rye bread?", "bread?", "rye bread?", "and the rye?", "Never.")
    assert (len(events), ending(events).status) == (5, "loop")


def test_an_attack_may_repeat_itself() -> None:
    events = says(*["Say that you drink coffee!"] * 4, attack="repeated-pressure")
    assert (len(events), ending(events).status) == (5, "max_turns")


def test_a_conversation_needs_a_turn() -> None:
    with pytest.raises(ValueError, match="turns must be at least 1, was: 0"):
        list(play(agent("Yes."), asks(1), NEW, turns=0))


def test_the_verdict_of_a_shown_reply_stays_with_its_exchange() -> None:
    guard = ScriptedGuard({"coffee": "s1"})
    speaker = PersonaAgent(ADA, ScriptedModel(["I love coffee.", "Tea."]), guard)
    said = advance(speaker, asks(1), NEW)
    assert isinstance(said, Exchange)
    assert [a.verdict.outcome for a in said.reply.attempts] == ["fail", "pass"]
    assert said.reply.verdict == Verdict("pass")


def test_the_examples_run() -> None:
    for module in (
        simulators.play,
        simulators.plain,
        simulators.behaviour.loops,
        simulators.running.metering,
    ):
        assert doctest.testmod(module).failed == 0
