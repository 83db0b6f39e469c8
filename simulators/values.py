"""What a run of conversations is made of: frozen values, no I/O.

```
Run ── config: RunConfig            what was asked for: the same config gives the same run
 └── dialogues: Dialogue …          one conversation each, with how it ended
      └── exchanges: Exchange …     a user turn, the character's reply with all attempts, its cost
```
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from persona_sdk.profile import Profile
from persona_sdk.types import Conversation, Episode, Persona, Reply, Turn, Verdict

Status = Literal[
    "running",
    "satisfied",
    "gave_up",
    "out_of_scope",
    "max_turns",
    "loop",
    "budget",
    "error",
]
"""How a conversation stands or ended: `satisfied`, `gave_up` and `out_of_scope` are the user's
decision, `loop` is a goodbye loop or a user who repeats himself, `budget` is the run's."""

USER_ENDED: frozenset[Status] = frozenset({"satisfied", "gave_up", "out_of_scope"})

Party = Literal["character", "simulator", "engine", "judge"]
"""Who is to blame for a failure. `engine` is whatever runs the models; `judge` is the guard."""


@dataclass(frozen=True, slots=True)
class Move:
    """What the user does next: words, a decision, or both."""

    text: str = ""
    """What the user says; empty only where the user leaves without a word."""
    status: Status = "running"
    """Anything but `running` ends the conversation, once `text` has been answered."""
    attack: str = ""
    """Name of the strategy behind the turn, empty for plain talk."""
    probes: tuple[str, ...] = ()
    """Ids of the persona's statements that the turn aims at, where that is known."""
    disclosed: tuple[str, ...] = ()
    """Ids of the profile's facts that the turn tells."""
    faults: tuple[str, ...] = ()
    """What the simulator caught itself at and mended or could not: `role inversion`, `leak`, …"""


@dataclass(frozen=True, slots=True)
class Usage:
    """What a turn cost; token counts are 0 where an engine does not report them."""

    prompt_tokens: int = 0
    completion_tokens: int = 0
    seconds: float = 0.0
    """Wall-clock, waiting for others on the same engine included."""

    def __add__(self, other: Usage) -> Usage:
        return Usage(
            self.prompt_tokens + other.prompt_tokens,
            self.completion_tokens + other.completion_tokens,
            self.seconds + other.seconds,
        )


@dataclass(frozen=True, slots=True)
class Exchange:
    """A user turn and what the character made of it."""

    move: Move
    reply: Reply
    """With every attempt and its verdict; the text is empty where nothing might be shown."""
    user_usage: Usage = field(default_factory=Usage)
    character_usage: Usage = field(default_factory=Usage)


@dataclass(frozen=True, slots=True)
class Dialogue:
    """One conversation of a run."""

    number: int
    """0-based place in the run; it decides profile and seed."""
    profile_id: str
    seed: int
    exchanges: tuple[Exchange, ...] = ()
    status: Status = "running"
    fault: Party | None = None
    """Who is to blame for a conversation that broke off; None if it did not."""
    error: str = ""
    """What went wrong, for people."""

    def conversation(self, greeting: str = "") -> Conversation:
        """Return the turns, the persona's greeting first if it has one."""
        turns = [Turn("assistant", greeting)] if greeting else []
        for one in self.exchanges:
            turns += [Turn("user", one.move.text), Turn("assistant", one.reply.text)]
        return Conversation(tuple(turns))

    def episode(self, persona: Persona, profile: Profile) -> Episode:
        """Return the conversation as judges read it."""
        verdicts: list[Verdict | None] = [None] if persona.greeting else []
        shown = [e.reply.verdict or _last_verdict(e.reply) for e in self.exchanges]
        return Episode(
            persona=persona,
            profile=profile,
            turns=self.conversation(persona.greeting).turns,
            verdicts=(*verdicts, *shown),
            terminated=self.status in USER_ENDED,
            truncated=self.status in ("max_turns", "budget"),
            seed=self.seed,
        )


@dataclass(frozen=True, slots=True)
class RunConfig:
    """All that decides a run, and who took part; kept at the head of its journal.

    Two runs are comparable turn by turn where `seed`, `profiles`, `turns` and `user` agree.
    """

    persona: Persona
    profiles: tuple[Profile, ...]
    """The users, in order: conversation `i` is with `profiles[i % len(profiles)]`."""
    conversations: int
    turns: int
    """How often the user may speak, at least 1."""
    seed: int
    character: str
    """Name of the character's model."""
    user: str
    """Name of the user simulator, with its model: scores of other simulators do not compare."""
    guard: str
    """Name of the guard's scorers and its mode, e.g. `builtin enforce`."""
    settings: tuple[tuple[str, str], ...] = ()
    """Everything else that changes what is said: sampling, prompt strategy, difficulty."""


@dataclass(frozen=True, slots=True)
class Run:
    """A finished or half-finished run."""

    config: RunConfig
    dialogues: tuple[Dialogue, ...]


def _last_verdict(reply: Reply) -> Verdict | None:
    return reply.attempts[-1].verdict if reply.attempts else None
