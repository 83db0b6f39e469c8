"""Streaming: not one unchecked character reaches the consumer."""

import pytest

from guards.scripted import ScriptedGuard
from persona_sdk.agent import PersonaAgent
from persona_sdk.errors import ModelUnavailable
from persona_sdk.models.scripted import ScriptedModel
from persona_sdk.repair import RepairPolicy
from persona_sdk.types import Conversation, GenerationOptions, GuardMode, Persona, as_statements

TESS = Persona(
    "Tess",
    as_statements(["Tess keeps bees.", "Tess never drinks coffee."]),
    fallbacks=("The bees call me.",),
)
ASKED = Conversation().add("user", "Do you drink coffee?")
SECRET = "love coffee"
GUARD = ScriptedGuard({SECRET: "s2"})


def agent(replies: list[str], *, mode: GuardMode = "enforce", hints: int = 1) -> PersonaAgent:
    return PersonaAgent(
        TESS,
        ScriptedModel(replies),
        GUARD,
        mode=mode,
        policy=RepairPolicy(hints=hints, candidates=2),
        options=GenerationOptions(seed=1),
    )


def test_checked_sentences_come_one_at_a_time() -> None:
    stream = agent(["I keep bees. They are kind! Do you like honey?"]).stream(ASKED)
    assert list(stream) == ["I keep bees.", " They are kind!", " Do you like honey?"]
    assert stream.reply.outcome == "pass"
    assert stream.reply.text == "I keep bees. They are kind! Do you like honey?"
    assert [a.draft for a in stream.reply.attempts] == [stream.reply.text]


def test_a_failing_sentence_is_rewound_and_the_reply_goes_on_from_the_last_good_one() -> None:
    speaker = agent([f"I keep bees. I {SECRET} too. Bye.", "I drink tea."])
    stream = speaker.stream(ASKED)
    assert "".join(stream) == "I keep bees. I drink tea."
    assert isinstance(speaker.model, ScriptedModel)
    hinted = speaker.model.prompts[1]
    assert hinted[-1].content == "I keep bees."
    assert "Tess never drinks coffee." in hinted[-2].content
    assert [(a.draft, a.verdict.outcome) for a in stream.reply.attempts] == [
        ("I keep bees.", "pass"),
        (f"I keep bees. I {SECRET} too.", "fail"),
        ("I keep bees. I drink tea.", "pass"),
    ]


def test_a_reply_that_cannot_be_repaired_ends_after_the_last_good_sentence() -> None:
    stream = agent([f"I keep bees. I {SECRET}."] + [f"I {SECRET}."] * 4).stream(ASKED)
    assert "".join(stream) == "I keep bees."
    assert stream.reply.outcome == "pass"


def test_a_reply_that_never_began_becomes_a_fallback_line() -> None:
    stream = agent([f"I {SECRET}."] * 4).stream(ASKED)
    assert "".join(stream) == "The bees call me."
    assert stream.reply.shown is not None
    assert stream.reply.shown.rung == "fallback"


def planted(at: int, style: int) -> str:
    """A reply with a violation as its sentence number `at`."""
    marks = [". ", "! ", "... ", "\n", " (nods) "]
    sentences = ["I keep bees", "They hum", "Spring is near", "Sit down"]
    sentences.insert(at, f"You know I {SECRET} every day")
    return marks[style].join(sentences)


class Recording(ScriptedGuard):
    """Remembers the drafts that it passed."""

    def check(self, persona, conversation, draft):  # type: ignore[no-untyped-def]
        verdict = super().check(persona, conversation, draft)
        if verdict.outcome == "pass":
            self.passed = [*getattr(self, "passed", []), draft]
        return verdict


@pytest.mark.parametrize(
    "reply",
    ["Tess\n: Hello there, friend. Bye.", "Tess: Hi. Tess: Ho.", planted(2, 0), planted(3, 4)],
)
def test_whatever_is_shown_so_far_is_a_draft_that_passed(reply: str) -> None:
    guard = Recording({SECRET: "s2"})
    model = ScriptedModel([reply, "Ok then.", *["Well. So."] * 6])
    shown = ""
    for piece in (stream := PersonaAgent(TESS, model, guard).stream(ASKED)):
        shown += piece
        assert shown in guard.passed
    assert stream.reply.verdict is not None
    assert stream.reply.verdict.outcome == "pass"


def test_the_readers_pauses_do_not_use_up_the_time_for_a_repair() -> None:
    now = [0.0]
    speaker = PersonaAgent(
        TESS,
        ScriptedModel([f"I keep bees. I {SECRET}.", "Tea it is."]),
        GUARD,
        policy=RepairPolicy(seconds=10),
        clock=lambda: now[0],
    )
    shown = ""
    for piece in speaker.stream(ASKED):
        shown += piece
        now[0] += 60
    assert shown == "I keep bees. Tea it is."


@pytest.mark.parametrize("hints", [0, 1])
def test_no_character_of_a_planted_violation_leaks(hints: int) -> None:
    leaked, runs = 0, 0
    for at in range(5):
        for style in range(5):
            bad = planted(at, style)
            for rest in ([bad] * 5, ["Tea it is."], [f"Well. I {SECRET}. Yes."] * 5):
                seen = "".join(agent([bad, *rest, *["ok."] * 5], hints=hints).stream(ASKED))
                leaked += len(SECRET) * seen.count(SECRET) + seen.count("You know")
                runs += 1
    assert (leaked, runs) == (0, 75)


def test_nothing_is_yielded_while_a_sentence_is_open() -> None:
    model = ScriptedModel([f"I really do {SECRET} and much more so"])
    speaker = PersonaAgent(TESS, model, GUARD, policy=RepairPolicy(hints=0, candidates=0))
    assert list(speaker.stream(ASKED)) == ["The bees call me."]


def test_closing_early_stops_the_model_and_keeps_what_was_shown() -> None:
    speaker = agent(["I keep bees. They hum. More. And more."] * 2)
    stream = speaker.stream(ASKED)
    assert next(stream) == "I keep bees."
    stream.close()
    assert (stream.reply.text, stream.reply.outcome) == ("I keep bees.", "pass")
    assert stream.reply.notes == ("the reply was interrupted",)
    assert "".join(speaker.stream(ASKED))


def test_a_sentence_that_the_token_limit_cut_is_not_shown() -> None:
    model = ScriptedModel(["I keep bees. They hum in the"])
    options = GenerationOptions(max_tokens=7)
    assert "".join(PersonaAgent(TESS, model, GUARD, options=options).stream(ASKED)) == (
        "I keep bees."
    )


@pytest.mark.parametrize(("mode", "outcome"), [("warn", "fail"), ("off", "unscored")])
def test_without_enforcement_text_comes_as_it_is_written(mode: GuardMode, outcome: str) -> None:
    stream = agent([f"Tess: I {SECRET}."], mode=mode).stream(ASKED)
    assert "".join(stream) == f"I {SECRET}."
    assert stream.reply.outcome == outcome


class HalfStream(ScriptedModel):
    """Breaks off in the middle of its first stream."""

    def stream(self, messages, *, options):  # type: ignore[no-untyped-def]
        first = not self.prompts
        yield from super().stream(messages, options=options)
        if first:
            raise ModelUnavailable("the stream broke off: try again")


def test_half_a_stream_raises_and_shows_only_checked_text() -> None:
    stream = PersonaAgent(TESS, HalfStream(["I keep bees. They"]), GUARD).stream(ASKED)
    assert next(stream) == "I keep bees."
    with pytest.raises(ModelUnavailable, match="broke off"):
        next(stream)
    assert stream.reply.text == "I keep bees."
