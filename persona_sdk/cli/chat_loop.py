"""The conversation at the terminal: reads lines, streams checked replies, obeys `/commands`."""

from __future__ import annotations

import itertools
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from rich.text import Text

from persona_sdk.agent import PersonaAgent
from persona_sdk.cli.chat_view import (
    print_attempts,
    print_opening,
    print_persona,
    quoted,
    reply_line,
)
from persona_sdk.cli.terminal import (
    BAD_INPUT,
    INTERRUPTED,
    OK,
    err,
    exit_code,
    note,
    out,
    printable,
    working,
)
from persona_sdk.errors import ContextOverflow, ModelError, PersonaSDKError, StoreError
from persona_sdk.store import Session, Store
from persona_sdk.store.database import user_path
from persona_sdk.streaming import ReplyStream
from persona_sdk.text import printable as without_controls
from persona_sdk.types import GuardMode, Persona, Reply, Turn

HELP = """\
/why             what the guard saw in the last reply: statements, sentences, probabilities
/retry           another reply to your last line
/undo            take your last line back, with the reply to it
/save [FILE]     write the conversation as JSON lines, by default to SESSION.jsonl
/save! FILE      the same, over a file that is there already
/persona [NAME]  who is speaking; with a name or file, talk to somebody else (a new session)
/help            this list
/quit            leave (so does Ctrl-D); the session is kept"""


@dataclass(slots=True)
class ChatLoop:
    """One person at one terminal.

    Args:
        store: Keeps the session; the loop writes each turn as it ends.
        session: The session to go on with.
        agent_for: Makes the agent of a persona, with the same model and guard.
        load_persona: Finds a persona by name or path.
        interactive: A person types; otherwise lines come through a pipe and are echoed.
    """

    store: Store
    session: Session
    agent_for: Callable[[Persona], PersonaAgent]
    load_persona: Callable[[str], Persona]
    interactive: bool
    _last: Reply | None = None
    _retries: int = 0
    _exit_code: int = 0

    def run(self) -> int:
        """Talk until the input ends; return the exit code."""
        print_opening(self.session, self.store.conversation(self.session.id))
        failed = self._catch_up()
        while self._exit_code == OK and (line := self._read()) is not None:
            text = without_controls(line).strip()
            if text in ("/quit", "/exit"):
                break
            if text:
                self._obey(text)
            if not self._awaits_reply():
                failed = OK
        note(f"kept as session {self.session.id}: persona chat --session {self.session.id}")
        return self._exit_code or failed

    def _catch_up(self) -> int:
        """Answer a last line that has no reply; return the exit code if that fails.

        A line that can never be answered must not lock the session: `/undo` may be next.
        """
        if not self._awaits_reply():
            return OK
        note("your last line had no reply yet:")
        self._guarded(self._answer)
        failed = self._exit_code
        if failed != INTERRUPTED:
            self._exit_code = OK
        return failed

    def _read(self) -> str | None:
        if self.interactive:
            try:
                return input("> ")
            except EOFError:
                out.print()
                return None
        line = sys.stdin.readline()
        if not line:
            return None
        out.print(Text(f"> {printable(line.rstrip())}", style="dim"))
        return line

    def _obey(self, text: str) -> None:
        word, _, rest = text.partition(" ")
        commands: dict[str, Callable[[str], None]] = {
            "/why": self._why,
            "/retry": self._retry,
            "/undo": self._undo,
            "/save": self._save,
            "/save!": partial(self._save, overwrite=True),
            "/persona": self._persona,
            "/help": lambda _: out.print(HELP),
        }
        if word in commands:
            self._guarded(lambda: commands[word](rest.strip()))
        elif text.startswith("/"):
            note(f"{word} is no command; /help lists them")
        else:
            self._guarded(lambda: self._say(text))

    def _guarded(self, action: Callable[[], None]) -> None:
        """Do it, and tell what fails instead of ending the conversation."""
        try:
            action()
        except PersonaSDKError as error:
            self._complain(error)
        except OSError as error:
            # Only a file has a name; where nobody can be shown anything, the command ends.
            if error.filename is None:
                raise
            note(f"{error.filename}: {error.strerror or error}: choose another place")
            self._exit_code = OK if self.interactive else BAD_INPUT

    def _say(self, text: str) -> None:
        if self._awaits_reply():
            (unanswered,) = self.store.undo(self.session.id)
            note(f"your line before had no reply and is taken back: {quoted(unanswered.content)}")
        self.store.append_user(self.session.id, text)
        self._retries = 0
        self._answer()

    def _answer(self, *, instead: bool = False) -> None:
        """Stream a reply to the last user turn and store it, or what was shown when it broke."""
        began = time.perf_counter()
        agent = self._agent()
        conversation = self.store.conversation(self.session.id)
        if instead:
            conversation = replace(conversation, turns=conversation.turns[:-1])
        stream = agent.stream(conversation)
        whole = False
        try:
            whole = self._show(agent.persona, stream)
        finally:
            self._keep(stream.reply, whole=whole, instead=instead)
        if whole or stream.reply.text:
            self._judge(stream.reply, time.perf_counter() - began)
        elif not instead:
            note("stopped before anything could be shown: /retry answers your line again")
        if not whole and not self.interactive:
            self._exit_code = INTERRUPTED

    def _show(self, persona: Persona, stream: ReplyStream) -> bool:
        """Write the pieces as they come; return whether Ctrl-C let them come to the end."""
        try:
            with working(f"{printable(persona.name)} is thinking"):
                first = next(stream, "")
            out.print(Text(f"{printable(persona.name)}: ", style="bold"), end="")
            for piece in itertools.chain([first], stream):
                sys.stdout.write(printable(piece))
                sys.stdout.flush()
        except KeyboardInterrupt:
            return False
        finally:
            stream.close()
            sys.stdout.write("\n")
        return True

    def _keep(self, reply: Reply, *, whole: bool, instead: bool) -> None:
        """Store the reply; one that broke off or is empty does not take the place of another."""
        if instead and not (whole and reply.text):
            note("the reply that you had stays")
        elif instead:
            self.store.replace_reply(self.session.id, reply)
        elif whole or reply.text:
            self.store.append_reply(self.session.id, reply)
        if whole or reply.text:
            self._last = reply

    def _agent(self) -> PersonaAgent:
        """A seeded session stays the same on every run; a retry moves on to other seeds."""
        agent = self.agent_for(self.session.persona)
        if self._retries and agent.options.seed is not None:
            seed = agent.options.seed + _SEEDS_PER_REPLY * self._retries
            agent = replace(agent, options=replace(agent.options, seed=seed))
        return agent

    def _judge(self, reply: Reply, seconds: float) -> None:
        for remark in reply.notes:
            note(f"note: {remark}")
        if not reply.text:
            note("nothing may be shown: no draft and no fallback line passed the guard; see /why")
        if self.session.guard_mode != "off":
            out.print(reply_line(reply, seconds), soft_wrap=True)

    def _why(self, _: str) -> None:
        if self._last is None:
            self._last = next(iter(self.store.replies(self.session.id)[-1:]), None)
        if self._last is None:
            note("there is no reply yet")
        else:
            print_attempts(self._last)

    def _retry(self, _: str) -> None:
        turns = self.store.conversation(self.session.id).turns
        if not any(turn.role == "user" for turn in turns):
            note("there is nothing to retry yet")
            return
        self._retries += 1
        self._answer(instead=turns[-1].role == "assistant")

    def _undo(self, _: str) -> None:
        removed = self.store.undo(self.session.id)
        self._last = None
        if removed:
            note(f"taken back: {quoted(removed[0].content)}")
        else:
            note("there is nothing to undo")

    def _save(self, target: str, *, overwrite: bool = False) -> None:
        own = Path(f"{self.session.id}.jsonl")
        path = own if not target else user_path(target)
        if path.is_file() and path != own and not overwrite:
            raise StoreError(f"{path}: is there already: choose another name, or /save! {target}")
        count = self.store.export_jsonl(path, self.session.id)
        note(f"{count} turns written to {path}")

    def _persona(self, name: str) -> None:
        if not name:
            print_persona(self.session.persona)
            return
        persona = self.load_persona(name)
        self.session = begin_session(
            self.store,
            persona,
            model=self.session.model,
            guard_mode=self.session.guard_mode,
            seed=self.session.seed,
        )
        self._last, self._retries = None, 0
        print_opening(self.session, self.store.conversation(self.session.id))

    def _awaits_reply(self) -> bool:
        turns = self.store.conversation(self.session.id).turns
        return bool(turns) and turns[-1].role == "user"

    def _complain(self, error: PersonaSDKError) -> None:
        err.print(f"persona: {' '.join(printable(str(error)).split())}", soft_wrap=True)
        if isinstance(error, ModelError) and not isinstance(error, ContextOverflow):
            note("your line is kept: /retry asks again")
        if not self.interactive:
            self._exit_code = exit_code(error)


def begin_session(
    store: Store, persona: Persona, *, model: str, guard_mode: GuardMode, seed: int | None
) -> Session:
    """Open a session that begins with the persona's greeting."""
    greeting = [Turn("assistant", persona.greeting)] if persona.greeting else []
    return store.create_session(
        persona, model=model, guard_mode=guard_mode, seed=seed, opening=greeting
    )


_SEEDS_PER_REPLY = 1000
