"""One session at work: a line comes in, its reply is shown piece by piece and stored."""

from __future__ import annotations

import itertools
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from rich.text import Text

from persona_sdk.agent import PersonaAgent
from persona_sdk.cli.chat_view import quoted, reply_line
from persona_sdk.cli.terminal import note, out, printable, working
from persona_sdk.store import Session, Store
from persona_sdk.streaming import ReplyStream
from persona_sdk.types import GuardMode, Persona, Reply, Turn


@dataclass(slots=True)
class Talk:
    """A person and a persona.

    Args:
        store: Keeps the session; each turn is written as it ends.
        session: The session to go on with.
        agent_for: Makes the agent of a persona, with the same model and guard.
    """

    store: Store
    session: Session
    agent_for: Callable[[Persona], PersonaAgent]
    _last: Reply | None = None
    _retries: int = 0

    def awaits_reply(self) -> bool:
        """Is the last turn the user's?"""
        turns = self.store.conversation(self.session.id).turns
        return bool(turns) and turns[-1].role == "user"

    def say(self, text: str) -> None:
        """Store a line and answer it; one before it that has no reply is taken back.

        Raises:
            PersonaSDKError: As `answer`; the line is kept.
            KeyboardInterrupt: As `answer`.
        """
        if self.awaits_reply():
            (unanswered,) = self.store.undo(self.session.id)
            note(f"your line before had no reply and is taken back: {quoted(unanswered.content)}")
        self.store.append_user(self.session.id, text)
        self._retries = 0
        self.answer()

    def answer(self, *, instead: bool = False) -> None:
        """Stream a reply to the last user turn and store it, or what was shown when it broke.

        Args:
            instead: In the place of the reply that is there.

        Raises:
            PersonaSDKError: The model or the store failed.
            KeyboardInterrupt: Ctrl-C stopped it, and that has been told.
        """
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
        if not whole:
            raise KeyboardInterrupt

    def retry(self) -> None:
        """Answer the last line once more, from other seeds. Raises as `answer` does."""
        turns = self.store.conversation(self.session.id).turns
        if not any(turn.role == "user" for turn in turns):
            note("there is nothing to retry yet")
            return
        self._retries += 1
        self.answer(instead=turns[-1].role == "assistant")

    def undo(self) -> None:
        """Take the last line back, with the reply to it."""
        removed = self.store.undo(self.session.id)
        self._last = None
        if removed:
            note(f"taken back: {quoted(removed[0].content)}")
        else:
            note("there is nothing to undo")

    def last_reply(self) -> Reply | None:
        """Return the reply made last, also in an earlier run."""
        if self._last is None:
            self._last = next(iter(self.store.replies(self.session.id)[-1:]), None)
        return self._last

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


def begin_session(
    store: Store, persona: Persona, *, model: str, guard_mode: GuardMode, seed: int | None
) -> Session:
    """Open a session that begins with the persona's greeting."""
    greeting = [Turn("assistant", persona.greeting)] if persona.greeting else []
    return store.create_session(
        persona, model=model, guard_mode=guard_mode, seed=seed, opening=greeting
    )


_SEEDS_PER_REPLY = 1000
