"""The values that flow through the house: frozen, compared by value, no I/O, stdlib only."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

from persona_sdk.profile import Profile

Role = Literal["system", "user", "assistant"]
"""Who speaks in a prompt: chat templates know these three."""

Outcome = Literal["pass", "fail", "unscored"]
"""What the guard decided. `unscored` (could not tell) is never a pass."""

SegmentKind = Literal["speech", "action", "thought"]
"""`"..."` or plain text is speech, `(...)` or `*...*` an action, `[...]` a thought."""

GuardMode = Literal["off", "warn", "enforce"]
"""`enforce` shows only what passed, `warn` shows and tells, `off` does not check."""

Rung = Literal["draft", "hint", "candidates", "fallback"]
"""The step of the repair ladder that a draft comes from."""


@dataclass(frozen=True, slots=True)
class Statement:
    """One atomic fact that names the character (`Alice is a guitarist`)."""

    id: str
    text: str
    hard: bool = False
    """Identity, safety and protective facts are hard: contradicting one vetoes at a lower bar."""
    weight: float = 1.0
    """Share in the coverage, above 0. Near-duplicates can split their weight."""

    def __post_init__(self) -> None:
        if not self.text.strip():
            raise ValueError(f"statement {self.id!r} must have a text, was: {self.text!r}")
        if not (math.isfinite(self.weight) and self.weight > 0):
            raise ValueError(f"statement {self.id!r}: weight must be above 0, was: {self.weight}")


@dataclass(frozen=True, slots=True)
class Example:
    """An exchange that shows how the character talks."""

    user: str
    character: str


@dataclass(frozen=True, slots=True)
class Persona:
    """Who the character is. The statements are what a reply is checked against."""

    name: str
    statements: tuple[Statement, ...]
    greeting: str = ""
    voice: tuple[str, ...] = ()
    """Notes on how the character talks: style, not facts, so never checked."""
    examples: tuple[Example, ...] = ()
    scenario: str = ""
    fallbacks: tuple[str, ...] = ()
    """Lines in character that are safe when no draft passes the guard."""
    portrait: str = ""
    """Path or URL of a picture, empty if there is none."""
    adapter: str = ""
    """GGUF adapter that local models speak with, as PATH or PATH@SCALE; empty if there is none."""

    def __post_init__(self) -> None:
        if not self.name.strip():
            raise ValueError(f"a persona must have a name, was: {self.name!r}")
        ids = [s.id for s in self.statements]
        if len(set(ids)) != len(ids):
            twice = next(i for i in ids if ids.count(i) > 1)
            raise ValueError(f"statement ids must be unique, {twice!r} stands twice")


@dataclass(frozen=True, slots=True)
class Turn:
    """One message of a conversation."""

    role: Role
    content: str


@dataclass(frozen=True, slots=True)
class Conversation:
    """Turns in order, oldest first.

    Example:
        >>> Conversation().add("user", "Do you like coffee?").query
        'Do you like coffee?'
    """

    turns: tuple[Turn, ...] = ()

    def add(self, role: Role, content: str) -> Conversation:
        """Return a new conversation with one more turn."""
        return Conversation((*self.turns, Turn(role, content)))

    @property
    def query(self) -> str:
        """The last user turn, or an empty string if the user has not spoken."""
        return next((t.content for t in reversed(self.turns) if t.role == "user"), "")

    @property
    def before_query(self) -> tuple[Turn, ...]:
        """The turns before the last user turn, oldest first."""
        for i in range(len(self.turns) - 1, -1, -1):
            if self.turns[i].role == "user":
                return self.turns[:i]
        return self.turns

    def __len__(self) -> int:
        return len(self.turns)

    def __iter__(self) -> Iterator[Turn]:
        return iter(self.turns)


@dataclass(frozen=True, slots=True)
class Query:
    """What the user asked the character, with the turns before it as context."""

    character: str
    text: str
    history: tuple[Turn, ...] = ()


@dataclass(frozen=True, slots=True)
class Entailment:
    """Probabilities that a response contradicts, leaves open or expresses a statement.

    Each is in [0, 1]; together they sum to 1.
    """

    contradiction: float
    neutral: float
    entailment: float

    def __post_init__(self) -> None:
        total = self.contradiction + self.neutral + self.entailment
        if (
            not abs(total - 1.0) <= 1e-3
            or min(self.contradiction, self.neutral, self.entailment) < 0
        ):
            raise ValueError(f"probabilities must be in [0, 1] and sum to 1, were: {self}")


@dataclass(frozen=True, slots=True)
class ConstraintScore:
    """How one statement fares under one reply (arXiv 2405.07726, eq. 3-6)."""

    statement: Statement
    relevance: float
    """g: probability in [0, 1] that the query makes the statement active."""
    entailment: Entailment
    judged: bool = True
    """False where the reply cannot touch the statement, so that `entailment` is taken as neutral
    without asking the scorer."""

    @property
    def apc(self) -> float:
        """Probability in [0, 1] that the constraint holds: `g·e + (1-g)·(1-c)` (eq. 3)."""
        g, p = self.relevance, self.entailment
        return g * p.entailment + (1 - g) * (1 - p.contradiction)

    @property
    def delta_apc(self) -> float:
        """Gain over an always-neutral reply, in [-1, 1]: `g·e - (1-g)·c` (eq. 6)."""
        g, p = self.relevance, self.entailment
        return g * p.entailment - (1 - g) * p.contradiction


@dataclass(frozen=True, slots=True)
class Violation:
    """A statement that a sentence of the reply goes against, with the evidence."""

    statement: Statement
    sentence: str
    start: int
    end: int
    """The sentence is `draft[start:end]`."""
    kind: SegmentKind
    contradiction: float
    """Calibrated probability in [0, 1] that the sentence contradicts the statement."""
    threshold: float
    """The bar in [0, 1] that `contradiction` reached."""
    relevance: float
    """Probability in [0, 1] that the query makes the statement active."""
    scorer: str = ""
    """Name of the entailment scorer that judged."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the guard measured and decided about one draft."""

    outcome: Outcome
    constraints: tuple[ConstraintScore, ...] = ()
    violations: tuple[Violation, ...] = ()
    apc: float = 0.0
    """V_APC: expected number of satisfied constraints, in [0, |S|], higher is better."""
    delta_apc: float = 0.0
    """ΔV_APC: V_APC less what an always-neutral reply earns, higher is better."""
    coverage: float | None = None
    """Share in [0, 1] of the active statements that the reply expresses; None in small talk."""
    reason: str = ""
    """Why the outcome is not a pass, for people. Empty on a pass."""

    @property
    def max_contradiction(self) -> float:
        """Highest contradiction in [0, 1] over constraints and violations, 0 without any."""
        scores = [c.entailment.contradiction for c in self.constraints]
        return max([*scores, *(v.contradiction for v in self.violations)], default=0.0)


@dataclass(frozen=True, slots=True)
class GenerationOptions:
    """How to sample. The defaults suit small role-play models."""

    max_tokens: int = 160
    temperature: float = 0.5
    top_p: float = 0.95
    min_p: float = 0.05
    repeat_penalty: float = 1.1
    stop: tuple[str, ...] = ()
    seed: int | None = None
    """Same seed, same prompt, same machine: same text. None draws a new one."""
    n: int = 1
    """Number of candidates."""
    json_schema: str = ""
    """JSON Schema of an object, as JSON text, that the completion must fit; empty leaves it free.
    An engine that cannot keep to one raises ModelError."""

    def __post_init__(self) -> None:
        _check_at_least("max_tokens", self.max_tokens, 1)
        _check_at_least("n", self.n, 1)
        _check_between("temperature", self.temperature, 0.0, 5.0)
        _check_between("top_p", self.top_p, 0.0, 1.0)
        _check_between("min_p", self.min_p, 0.0, 1.0)
        _check_between("repeat_penalty", self.repeat_penalty, 0.1, 10.0)
        _check_schema(self.json_schema)


@dataclass(frozen=True, slots=True)
class Completion:
    """One candidate that a chat model wrote."""

    text: str
    finish_reason: Literal["stop", "length"] = "stop"
    prompt_tokens: int = 0
    completion_tokens: int = 0
    """Token counts are 0 where the engine does not report them."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One draft on the way to a reply, with what the guard said of it."""

    draft: str
    verdict: Verdict
    rung: Rung = "draft"
    generate_seconds: float = 0.0
    check_seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Reply:
    """What may be shown, and every draft it took to get there."""

    text: str
    """Empty when nothing may be shown: then `outcome` is not `pass`."""
    attempts: tuple[Attempt, ...] = ()
    outcome: Outcome = "unscored"
    notes: tuple[str, ...] = ()
    """What the user should know, e.g. that old turns left the context."""

    @property
    def shown(self) -> Attempt | None:
        """The attempt whose text is shown; None when nothing is."""
        return next((a for a in reversed(self.attempts) if a.draft == self.text), None)

    @property
    def verdict(self) -> Verdict | None:
        """The verdict on the text that is shown; None when nothing is."""
        return self.shown.verdict if self.shown else None


@dataclass(frozen=True, slots=True)
class Episode:
    """One whole conversation between a simulated user and a character."""

    persona: Persona
    profile: Profile
    turns: tuple[Turn, ...]
    verdicts: tuple[Verdict | None, ...] = ()
    """One for each assistant turn, in order."""
    terminated: bool = False
    """The user ended the conversation."""
    truncated: bool = False
    """A limit on the turns ended it."""
    seed: int | None = None


@dataclass(frozen=True, slots=True)
class Score:
    """A measured value, or the reason why there is none: `could not tell` is never 0."""

    value: float | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class PreferencePair:
    """Two replies to one prompt, the better one first."""

    prompt: tuple[Turn, ...]
    chosen: str
    rejected: str
    margin: float = 0.0
    """ΔV_APC of the chosen reply less that of the rejected one."""
    source: str = field(default="", compare=False)
    """Where the replies come from, for people."""
    persona: str = ""
    """Name of the character; empty where nobody knows."""
    query: str = ""
    """The last user turn; empty where nobody knows."""
    supporting: float = 1.0
    """How much the statements speak for the chosen reply, at least 0 (arXiv 2405.07726, eq. 8-9).
    With `opposing` 0 the weighted objective is plain DPO."""
    opposing: float = 0.0
    """How much they speak for the rejected one, at least 0."""
    violated: tuple[str, ...] = ()
    """Texts of the statements that the rejected reply goes against."""


def as_statements(texts: Sequence[str], *, hard: Sequence[int] = ()) -> tuple[Statement, ...]:
    """Number plain sentences `s1`, `s2`, … as statements.

    Args:
        texts: Atomic sentences, one fact each.
        hard: 0-based positions of the hard ones.

    Example:
        >>> as_statements(["Alice is a guitarist."])[0].id
        's1'
    """
    return tuple(Statement(f"s{i + 1}", text, hard=i in hard) for i, text in enumerate(texts))


def _check_at_least(name: str, value: int, low: int) -> None:
    if value < low:
        raise ValueError(f"{name} must be at least {low}, was: {value}")


def _check_schema(text: str) -> None:
    try:
        usable = not text or isinstance(json.loads(text), dict)
    except ValueError:
        usable = False
    if not usable:
        raise ValueError(f"json_schema must be a JSON object, was: {text!r}")


def _check_between(name: str, value: float, low: float, high: float) -> None:
    if not low <= value <= high:
        raise ValueError(f"{name} must be in [{low}, {high}], was: {value}")
