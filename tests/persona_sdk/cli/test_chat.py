"""`persona chat`: what a person sees, line by line."""

import errno
import io
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from guards.scripted import ScriptedGuard
from persona_sdk.agent import PersonaAgent
from persona_sdk.cli.chat_loop import ChatLoop
from persona_sdk.cli.chat_talk import Talk, begin_session
from persona_sdk.errors import ContextOverflow, ModelUnavailable
from persona_sdk.models.scripted import ScriptedModel
from persona_sdk.personas import load
from persona_sdk.store import Store
from persona_sdk.types import GenerationOptions, GuardMode, Persona, as_statements

TESS = Persona(
    "Tess",
    as_statements(["Tess keeps bees.", "Tess never drinks coffee."]),
    greeting="Come in!",
    fallbacks=("The bees call me.",),
)
GUARD = ScriptedGuard({"love coffee": "s2"})
Chat = Callable[..., int]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "sessions.sqlite3") as opened:
        yield opened


def loop_over(
    store: Store, model: ScriptedModel, *, mode: GuardMode = "enforce", session: str = ""
) -> ChatLoop:
    found = (
        store.session(session)
        if session
        else begin_session(store, TESS, model="scripted", guard_mode=mode, seed=1)
    )

    def agent_for(persona: Persona) -> PersonaAgent:
        options = GenerationOptions(seed=1)
        return PersonaAgent(persona, model, GUARD, mode=mode, options=options)

    return ChatLoop(Talk(store, found, agent_for), load, interactive=False)


@pytest.fixture
def chat(store: Store, monkeypatch: pytest.MonkeyPatch) -> Chat:
    def run(lines: str, replies: list[str], **kwargs: str) -> int:
        monkeypatch.setattr(sys, "stdin", io.StringIO(lines))
        return loop_over(store, ScriptedModel(replies), **kwargs).run()  # type: ignore[arg-type]

    return run


def test_a_checked_reply_comes_with_its_verdict(chat: Chat, capsys: pytest.CaptureFixture[str]):
    assert chat("Hi\n", ["I keep bees. Sit down."]) == 0
    shown = capsys.readouterr().out
    assert "Tess: Come in!" in shown
    assert "> Hi" in shown
    assert "Tess: I keep bees. Sit down." in shown
    assert "● pass" in shown


def test_a_violation_is_never_printed_and_the_line_says_what_was_held_back(
    chat: Chat, capsys: pytest.CaptureFixture[str]
):
    chat("Coffee?\n", ["I love coffee.", "Tea for me."])
    shown = capsys.readouterr().out
    assert "love coffee" not in shown
    assert "Tea for me." in shown
    assert "1 draft against s2 held back, shown: hint" in shown


def test_why_names_draft_statement_and_both_probabilities(
    chat: Chat, capsys: pytest.CaptureFixture[str]
):
    chat("Coffee?\n/why\n", ["I love coffee.", "Tea for me."])
    shown = capsys.readouterr().out
    assert "1. draft: fail  I love coffee." in shown
    assert "Tess never drinks coffee." in shown
    assert "0.96 ≥ 0.50" in shown


def test_warn_shows_the_draft_and_marks_it(chat: Chat, capsys: pytest.CaptureFixture[str]):
    chat("Coffee?\n", ["I love coffee."], mode="warn")
    shown = capsys.readouterr().out
    assert "Tess: I love coffee." in shown
    assert "● fail" in shown


def test_retry_replaces_the_reply_and_undo_takes_the_exchange_back(store: Store, chat: Chat):
    chat("Hi\n/retry\n", ["One.", "Two."])
    session = store.sessions()[0].id
    assert [t.content for t in store.conversation(session)] == ["Come in!", "Hi", "Two."]
    chat("/undo\n/undo\n", [], session=session)
    assert [t.content for t in store.conversation(session)] == ["Come in!"]


def test_save_writes_every_turn_with_its_attempts(chat: Chat, tmp_path: Path):
    target = tmp_path / "talk.jsonl"
    chat(f"Coffee?\n/save {target}\n", ["I love coffee.", "Tea for me."])
    rows = [json.loads(line) for line in target.read_text().splitlines()]
    assert [row["role"] for row in rows] == ["assistant", "user", "assistant"]
    assert [a["draft"] for a in rows[2]["attempts"]] == ["I love coffee.", "Tea for me."]


def test_save_writes_over_another_file_only_when_told_to(
    chat: Chat, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    target = tmp_path / "notes.txt"
    target.write_text("precious")
    assert chat(f"/save {target}\n", []) == 6
    assert target.read_text() == "precious"
    assert f"is there already: choose another name, or /save! {target}" in capsys.readouterr().err
    assert chat(f"/save! {target}\n", []) == 0
    assert "Come in!" in target.read_text()


def test_save_renews_the_file_of_the_session(
    chat: Chat, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.chdir(tmp_path)
    assert chat("/save\nHi\n/save\n", ["I keep bees."]) == 0
    (saved,) = tmp_path.glob("tess-*.jsonl")
    assert len(saved.read_text().splitlines()) == 3


def test_save_to_the_home_of_nobody_is_one_error(chat: Chat, capsys: pytest.CaptureFixture[str]):
    assert chat("/save ~nobody-here/x\n", []) == 6
    assert "home folder of '~nobody-here' is not known" in capsys.readouterr().err


def test_persona_switches_to_somebody_else_in_a_new_session(
    store: Store, chat: Chat, capsys: pytest.CaptureFixture[str]
):
    assert chat("/persona alice\n/persona\nHi\n", ["I play the guitar."]) == 0
    assert "Alice: I play the guitar." in capsys.readouterr().out
    assert len(store.sessions()) == 2


def test_an_unknown_command_or_persona_is_said_and_nothing_breaks(
    chat: Chat, capsys: pytest.CaptureFixture[str]
):
    assert chat("/guard off\n", []) == 0
    assert "/guard is no command" in capsys.readouterr().err
    assert chat("/persona nobody-here\n", []) == 3
    assert "no persona is called 'nobody-here'. Bundled are " in capsys.readouterr().err


class Gone(ScriptedModel):
    """An endpoint that refuses."""

    def stream(self, messages, *, options):  # type: ignore[no-untyped-def]
        raise ModelUnavailable("the endpoint refused: start it")
        yield


def test_a_model_that_fails_ends_a_piped_chat_and_keeps_the_line(
    store: Store, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setattr(sys, "stdin", io.StringIO("Hi\nAnd?\n"))
    assert loop_over(store, Gone([])).run() == 4
    assert "persona: the endpoint refused: start it" in capsys.readouterr().err
    session = store.sessions()[0].id
    assert store.conversation(session).turns[-1].content == "Hi"


def test_a_resumed_session_answers_the_line_that_had_no_reply(
    store: Store, chat: Chat, capsys: pytest.CaptureFixture[str]
):
    session = begin_session(store, TESS, model="m", guard_mode="enforce", seed=1)
    store.append_user(session.id, "Are you there?")
    chat("", ["I am here."], session=session.id)
    assert "Tess: I am here." in capsys.readouterr().out
    assert store.conversation(session.id).turns[-1].content == "I am here."


class TooLong(ScriptedModel):
    """A context that a line of a thousand characters does not fit into."""

    def stream(self, messages, *, options):  # type: ignore[no-untyped-def]
        if len(messages[-1].content) >= 1000:
            raise ContextOverflow("the prompt is too long: shorten your line")
        yield from super().stream(messages, options=options)


class BreaksOff(ScriptedModel):
    """An engine that ends in `error` behind the first sentence of its last reply."""

    error: BaseException = ModelUnavailable("the endpoint went away")
    whole = 0

    def stream(self, messages, *, options):  # type: ignore[no-untyped-def]
        if self.whole:
            self.whole -= 1
            yield from super().stream(messages, options=options)
            return
        yield "I keep bees. "
        yield "They"
        raise self.error


def breaking(error: BaseException, *, after: int = 0, replies: Sequence[str] = ()) -> BreaksOff:
    model = BreaksOff(list(replies))
    model.error, model.whole = error, after
    return model


def contents(store: Store) -> list[str]:
    return [turn.content for turn in store.conversation(store.sessions()[0].id)]


@pytest.mark.parametrize(("lines", "code"), [("", 4), ("/undo\nHi\n", 0)])
def test_a_line_that_cannot_be_answered_does_not_lock_the_session(
    store: Store, monkeypatch: pytest.MonkeyPatch, lines: str, code: int
):
    session = begin_session(store, TESS, model="m", guard_mode="enforce", seed=1)
    store.append_user(session.id, "x" * 1000)
    monkeypatch.setattr(sys, "stdin", io.StringIO(lines))
    assert loop_over(store, TooLong(["I keep bees."]), session=session.id).run() == code
    if lines:
        assert contents(store) == ["Come in!", "Hi", "I keep bees."]


def test_a_reply_that_breaks_off_on_going_on_is_a_failure(
    store: Store, monkeypatch: pytest.MonkeyPatch
):
    session = begin_session(store, TESS, model="m", guard_mode="enforce", seed=1)
    store.append_user(session.id, "Hi")
    monkeypatch.setattr(sys, "stdin", io.StringIO(""))
    model = breaking(ModelUnavailable("gone"))
    assert loop_over(store, model, session=session.id).run() == 4
    assert contents(store) == ["Come in!", "Hi", "I keep bees."]


def test_an_unanswered_line_that_another_replaces_is_quoted(
    store: Store, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    session = begin_session(store, TESS, model="m", guard_mode="enforce", seed=1)
    store.append_user(session.id, "x" * 1000)
    monkeypatch.setattr(sys, "stdin", io.StringIO("Hi\n"))
    loop_over(store, TooLong(["I keep bees."]), session=session.id).run()
    told = capsys.readouterr().err
    assert f"had no reply and is taken back: {'x' * 400}… (1000 characters)" in told


def test_ctrl_c_ends_a_piped_chat_and_keeps_what_was_shown(
    store: Store, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(sys, "stdin", io.StringIO("Hi\nAnd?\n"))
    assert loop_over(store, breaking(KeyboardInterrupt())).run() == 130
    assert contents(store) == ["Come in!", "Hi", "I keep bees."]


def test_what_was_shown_is_kept_when_the_model_fails(store: Store, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sys, "stdin", io.StringIO("Hi\n"))
    assert loop_over(store, breaking(ModelUnavailable("gone"))).run() == 4
    assert contents(store) == ["Come in!", "Hi", "I keep bees."]


def test_a_full_disk_behind_standard_output_ends_the_chat(
    store: Store, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(sys, "stdin", io.StringIO("Hi\nAnd?\n"))
    full = OSError(errno.ENOSPC, "No space left on device")
    with pytest.raises(OSError, match="No space left"):
        loop_over(store, breaking(full)).run()
    assert contents(store) == ["Come in!", "Hi", "I keep bees."]


@pytest.mark.parametrize("error", [KeyboardInterrupt(), ModelUnavailable("gone")])
def test_a_retry_that_breaks_off_leaves_the_reply_before_it(
    store: Store,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    error: BaseException,
):
    monkeypatch.setattr(sys, "stdin", io.StringIO("Hi\n/retry\n"))
    model = breaking(error, after=1, replies=["Sit down."])
    assert loop_over(store, model).run() != 0
    assert contents(store) == ["Come in!", "Hi", "Sit down."]
    assert "the reply that you had stays" in capsys.readouterr().err


def test_a_retry_that_comes_to_nothing_leaves_the_reply_before_it(store: Store, chat: Chat):
    assert chat("Hi\n/retry\n", ["Sit down.", ""], mode="off") == 0
    assert contents(store) == ["Come in!", "Hi", "Sit down."]


def test_a_terminal_escape_in_a_reply_or_line_is_not_obeyed(
    chat: Chat, capsys: pytest.CaptureFixture[str]
):
    chat("Hi \x1b[2J\n", ["Red \x1b[31m bees.\x07"])
    shown = capsys.readouterr().out
    assert "\x1b[2J" not in shown
    assert "\x1b[31m" not in shown
    assert "\x07" not in shown


@pytest.fixture
def home(tmp_path: Path) -> dict[str, str]:
    return {**os.environ, "PERSONA_HOME": str(tmp_path), "COLUMNS": "100"}


def persona(*args: str) -> list[str]:
    return [sys.executable, "-m", "persona_sdk.cli", *args]


@pytest.mark.parametrize(
    ("value", "told"), [("", "--session needs an id"), ("\udcff", "'\\udcff' is not UTF-8")]
)
def test_a_session_that_cannot_be_one_is_wrong_usage(home: dict[str, str], value: str, told: str):
    done = subprocess.run(
        persona("chat", "--session", value),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        env=home,
        check=False,
    )
    assert done.returncode == 2
    assert told in done.stderr


@pytest.mark.model
def test_a_piped_chat_on_the_embedded_model_ends_well(home: dict[str, str]):
    done = subprocess.run(
        persona("chat", "--seed", "1", "--max-tokens", "40"),
        input="Who are you?\nDo you drink coffee?\n",
        capture_output=True,
        text=True,
        env=home,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("● pass") == 2


@pytest.mark.model
def test_a_kill_in_mid_reply_loses_no_finished_turn(home: dict[str, str]):
    with subprocess.Popen(
        persona("chat", "--seed", "1", "--max-tokens", "40"),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env=home,
    ) as chat:
        assert chat.stdin is not None
        assert chat.stdout is not None
        chat.stdin.write("Who are you?\n")
        chat.stdin.flush()
        for line in chat.stdout:
            if line.startswith("● "):
                break
        chat.stdin.write("Tell me a very long story.\n")
        chat.stdin.flush()
        with Store.open(Path(home["PERSONA_HOME"]) / "sessions.sqlite3") as store:
            session = store.sessions()[0].id
            while store.conversation(session).query != "Tell me a very long story.":
                time.sleep(0.01)
            chat.send_signal(signal.SIGKILL)
            chat.wait()
            before = store.turns(session)
    done = subprocess.run(
        persona("chat", "--session", session, "--max-tokens", "40"),
        input="",
        capture_output=True,
        text=True,
        env=home,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    with Store.open(Path(home["PERSONA_HOME"]) / "sessions.sqlite3") as store:
        after = store.turns(session)
    assert after[: len(before)] == before
    assert len(after) >= 4
    assert after[-1].turn.role == "assistant"
