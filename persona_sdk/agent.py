"""PersonaAgent: draft, guard, repair, reply. While it enforces, nothing unchecked leaves it."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from persona_sdk.prompts import HINT_OPENING, PromptBuilder
from persona_sdk.protocols import ChatModel, Guard
from persona_sdk.repair import Drafting, RepairPolicy, climb, fall_back, passed
from persona_sdk.streaming import ReplyStream, checked_pieces, finished, unchecked_pieces
from persona_sdk.types import Conversation, GenerationOptions, GuardMode, Persona, Reply, Verdict


@dataclass(frozen=True, slots=True)
class PersonaAgent:
    """Speaks as a persona, through a chat model, past a guard.

    Args:
        persona: Who speaks.
        model: What writes the drafts.
        guard: What checks them; None only with mode `off`.
        mode: `enforce` shows only what passed, `warn` shows the first draft with its verdict,
            `off` does not check.
        policy: Bounds of the repair.
        options: How to sample. Without a seed, each reply draws one.
        prompts: Which statements the model sees.
        clock: Seconds that only go up, for the time budget.

    Raises:
        ValueError: There is no guard and the mode is not `off`.

    Example:
        >>> from persona_sdk.models.scripted import ScriptedModel
        >>> from persona_sdk.types import as_statements
        >>> tess = Persona("Tess", as_statements(["Tess keeps bees."]))
        >>> agent = PersonaAgent(tess, ScriptedModel(["I keep bees."]), None, mode="off")
        >>> agent.reply(Conversation().add("user", "What do you do?")).text
        'I keep bees.'
    """

    persona: Persona
    model: ChatModel
    guard: Guard | None
    mode: GuardMode = "enforce"
    policy: RepairPolicy = field(default_factory=RepairPolicy)
    options: GenerationOptions = field(default_factory=GenerationOptions)
    prompts: PromptBuilder = field(default_factory=PromptBuilder)
    clock: Callable[[], float] = time.perf_counter

    def __post_init__(self) -> None:
        if self.mode not in ("off", "warn", "enforce"):
            raise ValueError(f"mode must be 'off', 'warn' or 'enforce', was: {self.mode!r}")
        if self.guard is None and self.mode != "off":
            raise ValueError(f"mode {self.mode!r} needs a guard: pass one, or mode='off'")

    def reply(self, conversation: Conversation) -> Reply:
        """Answer the last user turn.

        Returns:
            The text that may be shown, with every draft. When not even a fallback line passed,
            the text is empty and the outcome says why.

        Raises:
            ModelError: The model failed on the first draft.
            ContextOverflow: The last user turn does not fit the model's context.
            ValueError: The conversation does not end with a user turn.
        """
        drafting = self.drafting(conversation)
        attempt = drafting.write("draft")[0]
        if self.mode == "enforce" and not passed(attempt):
            repaired = climb(drafting, attempt, hints=self.policy.hints) or fall_back(drafting)
            drafting.shown = repaired.draft if repaired else ""
        else:
            drafting.shown = attempt.draft
        return finished(drafting)

    def stream(self, conversation: Conversation) -> ReplyStream:
        """Answer the last user turn in pieces: whole, checked sentences where the guard enforces.

        Raises what `reply` raises: for a prompt that does not fit at once, else between pieces.
        """
        drafting = self.drafting(conversation)
        enforce = self.mode == "enforce"
        pieces = checked_pieces(drafting) if enforce else unchecked_pieces(drafting)
        return ReplyStream(drafting, pieces)

    def drafting(self, conversation: Conversation) -> Drafting:
        """Return the reply to the last user turn before its first draft: prompt, seed, stops.

        For those who want the drafts themselves, such as the training. Raises what `reply` raises
        before it writes.
        """
        if not conversation.turns or conversation.turns[-1].role != "user":
            last = conversation.turns[-1].role if conversation.turns else "nothing"
            raise ValueError(f"a conversation must end with a user turn, was: {last}")
        prompt = self.prompts.build(self.persona, conversation, self.model, reserve=self.reserve)
        seed = self.options.seed if self.options.seed is not None else random.getrandbits(31)
        return Drafting(
            self.persona,
            conversation,
            self.model,
            _NO_GUARD if self.guard is None or self.mode == "off" else self.guard,
            replace(self.options, seed=seed, n=1, stop=self._stops()),
            prompt,
            self.policy,
            self.clock,
        )

    @property
    def reserve(self) -> int:
        """Tokens of the context that a prompt leaves free: for the reply, and for a hint.

        A hint is added to the prompt later, so its room is kept free from the start.
        """
        return self.options.max_tokens + min(_HINT_TOKENS, self.model.context_size // 8)

    def _stops(self) -> tuple[str, ...]:
        """A model that goes on as a script, with the next speaker's label, has ended its turn."""
        speakers = dict.fromkeys(("User", self.persona.name, self.persona.name.split()[0]))
        labels = [f"\n{form}:" for who in speakers for form in (who, who.upper())]
        # Small models like to repeat a hint that they were given.
        return tuple(dict.fromkeys((*self.options.stop, *labels, HINT_OPENING)))


class _NoGuard:
    """Stands where the guard is off: nothing was checked, and the verdict says so."""

    def check(self, persona: Persona, conversation: Conversation, draft: str) -> Verdict:
        return Verdict("unscored", reason="the guard is off")


_HINT_TOKENS = 128
_NO_GUARD = _NoGuard()
