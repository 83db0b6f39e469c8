"""The terminal of a chat: reads lines, hands them to the talk or obeys `/commands`."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from rich.text import Text

from persona_sdk.cli.chat_talk import Talk, begin_session
from persona_sdk.cli.chat_view import print_attempts, print_opening, print_persona
from persona_sdk.cli.terminal import (
    BAD_INPUT,
    INTERRUPTED,
    OK,
    err,
    exit_code,
    note,
    out,
    printable,
)
from persona_sdk.errors import ContextOverflow, ModelError, PersonaSDKError, StoreError
from persona_sdk.home import user_path
from persona_sdk.text import without_controls
from persona_sdk.types import Persona

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
        talk: The session to begin with.
        load_persona: Finds a persona by name or path.
        interactive: A person types; otherwise lines come through a pipe and are echoed.
    """

    talk: Talk
    load_persona: Callable[[str], Persona]
    interactive: bool
    _exit_code: int = 0

    def run(self) -> int:
        """Talk until the input ends; return the exit code."""
        self._greet()
        failed = self._catch_up()
        while self._exit_code == OK and (line := self._read()) is not None:
            text = without_controls(line).strip()
            if text in ("/quit", "/exit"):
                break
            if text:
                self._obey(text)
            if not self.talk.awaits_reply():
                failed = OK
        kept = self.talk.session.id
        note(f"kept as session {kept}: persona chat --session {kept}")
        return self._exit_code or failed

    def _catch_up(self) -> int:
        """Answer a last line that has no reply; return the exit code if that fails.

        A line that can never be answered must not lock the session: `/undo` may be next.
        """
        if not self.talk.awaits_reply():
            return OK
        note("your last line had no reply yet:")
        self._guarded(self.talk.answer)
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
            "/retry": lambda _: self.talk.retry(),
            "/undo": lambda _: self.talk.undo(),
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
            self._guarded(lambda: self.talk.say(text))

    def _guarded(self, action: Callable[[], None]) -> None:
        """Do it, and tell what fails instead of ending the conversation."""
        try:
            action()
        except PersonaSDKError as error:
            self._complain(error)
        except KeyboardInterrupt:
            self._exit_code = OK if self.interactive else INTERRUPTED
        except OSError as error:
            # Only a file has a name; where nobody can be shown anything, the command ends.
            if error.filename is None:
                raise
            note(f"{error.filename}: {error.strerror or error}: choose another place")
            self._exit_code = OK if self.interactive else BAD_INPUT

    def _why(self, _: str) -> None:
        if reply := self.talk.last_reply():
            print_attempts(reply)
        else:
            note("there is no reply yet")

    def _save(self, target: str, *, overwrite: bool = False) -> None:
        own = Path(f"{self.talk.session.id}.jsonl")
        path = own if not target else user_path(target)
        if path.is_file() and path != own and not overwrite:
            raise StoreError(f"{path}: is there already: choose another name, or /save! {target}")
        count = self.talk.store.export_jsonl(path, self.talk.session.id)
        note(f"{count} turns written to {path}")

    def _persona(self, name: str) -> None:
        if not name:
            print_persona(self.talk.session.persona)
            return
        before = self.talk.session
        session = begin_session(
            self.talk.store,
            self.load_persona(name),
            model=before.model,
            guard_mode=before.guard_mode,
            seed=before.seed,
        )
        self.talk = Talk(self.talk.store, session, self.talk.agent_for)
        self._greet()

    def _greet(self) -> None:
        session = self.talk.session
        print_opening(session, self.talk.store.conversation(session.id))

    def _complain(self, error: PersonaSDKError) -> None:
        err.print(f"persona: {' '.join(printable(str(error)).split())}", soft_wrap=True)
        if isinstance(error, ModelError) and not isinstance(error, ContextOverflow):
            note("your line is kept: /retry asks again")
        if not self.interactive:
            self._exit_code = exit_code(error)
