"""LLMUser: a chat model that plays a profile, held to its style and kept in its role."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from persona_sdk.profile import Profile
from persona_sdk.protocols import ChatModel
from persona_sdk.seeds import derived
from persona_sdk.types import Conversation, GenerationOptions
from simulators.behaviour.decisions import decided_status
from simulators.behaviour.difficulty import Difficulty, eased, roughened
from simulators.behaviour.disclosure import due_fact, told_facts
from simulators.behaviour.endings import both_closed, may_be_satisfied, ruled_status
from simulators.behaviour.faults import faults_of, own_turns
from simulators.metrics.conduct import is_off_language
from simulators.profiles.render import as_reply
from simulators.stylometry import words_of
from simulators.values import Move, Status
from simulators.writing import agenda_lines as lines
from simulators.writing.candidates import HumanLikeness, best_candidate
from simulators.writing.cleaning import cleaned, continued
from simulators.writing.naming import called
from simulators.writing.openings import due_goal, ending_opening, plain_opening
from simulators.writing.patterns import Pattern, drawn_pattern
from simulators.writing.style import restyled
from simulators.writing.tellings import telling
from simulators.writing.user_prompts import (
    PERSON,
    Shape,
    Templates,
    system_text,
    turn_prompt,
)

SAMPLING = GenerationOptions(temperature=0.9, top_p=0.95, min_p=0.05, repeat_penalty=1.1)
LONGEST = 14
"""Turns at which a content user without a deciding model leaves at the latest."""


@dataclass(frozen=True, slots=True)
class LLMUser:
    """Plays a profile: opens unprompted, tells its facts gradually, and leaves for a reason.

    What the model writes is checked (`simulators.behaviour.faults`, hidden facts, the language),
    drafted anew where it fails, cut and restyled to the profile's style. What was caught stands in
    `Move.faults`. An empty turn that stays empty ends the conversation as `error`, a repetition
    as `loop`; for other faults a plain line takes the turn's place.

    Example:
        >>> from persona_sdk.models.scripted import ScriptedModel
        >>> model = ScriptedModel("what do you do?", cycle=True)
        >>> user = LLMUser(Profile("p"), model, persona_name="Ada", opens=False)
        >>> user.move(Conversation()).text
        'What do you do?'
    """

    profile: Profile
    model: ChatModel
    persona_name: str = field(kw_only=True)
    """Whom the user talks to."""
    seed: int = field(default=0, kw_only=True)
    """Of the conversation."""
    difficulty: Difficulty = field(default_factory=Difficulty, kw_only=True)
    examples: tuple[str, ...] = field(default=(), kw_only=True)
    """Turns that this person really wrote, in other conversations."""
    templates: Templates = field(default_factory=Templates, kw_only=True)
    shape: Shape | None = field(default=None, kw_only=True)
    """How the model is asked; None takes `chat` for a model named `openai:…`, whose endpoint may
    answer a text instead of going on with it, and `script` for others."""
    options: GenerationOptions = field(default=SAMPLING, kw_only=True)
    """How to sample; length, seed, stops and the number of drafts are the user's own."""
    drafts: int = field(default=3, kw_only=True)
    """Candidates for a turn; 1 at temperature 0, where all would be alike."""
    tries: int = field(default=3, kw_only=True)
    """How often a turn is drafted before the user makes do without the model."""
    decides: bool = field(default=True, kw_only=True)
    """Whether the model is asked when to leave; False leaves it to rules and the seed, and so does
    an engine that cannot keep to a JSON schema."""
    leaves: bool = field(default=True, kw_only=True)
    """False for a user who never ends a conversation, e.g. to write single turns."""
    opens: bool = field(default=True, kw_only=True)
    """Whether a `script` is given the first words of a turn: a fact or goal that is due, or a word
    that people begin with. Small models need it; without it a remark names the fact."""
    likeness: HumanLikeness | None = field(default=None, kw_only=True)
    """A scorer that has a vote on the drafts."""

    def move(self, conversation: Conversation) -> Move:
        profile = eased(self.profile, self.difficulty)
        status = self._status(profile, conversation) if self.leaves else "running"
        if status == "loop" or (status == "satisfied" and both_closed(conversation)):
            return Move(status=status)
        return self._said(profile, conversation, status)

    def _status(self, profile: Profile, conversation: Conversation) -> Status:
        status = ruled_status(profile, conversation)
        if status != "running" or both_closed(conversation):
            return "satisfied" if status == "running" else status
        if self.decides:
            decided = decided_status(
                self.model,
                profile,
                conversation,
                character=self.persona_name,
                templates=self.templates,
                seed=derived(self.seed, "decision", len(own_turns(conversation))),
            )
            if decided is not None:
                return decided
        planned = random.Random(derived(self.seed, "length")).randint(4, LONGEST)
        late = len(own_turns(conversation)) >= planned
        return "satisfied" if late and may_be_satisfied(profile, conversation) else "running"

    def _said(self, profile: Profile, conversation: Conversation, status: Status) -> Move:
        """Draft until a turn is without fault; keep what was wrong with the others."""
        caught: list[str] = []
        for attempt in range(self.tries):
            texts = self._drafts(profile, conversation, status, attempt)
            found = {text: self._faults(text, conversation, profile) for text in texts}
            caught += [fault for faults in found.values() for fault in faults]
            if sound := [text for text, faults in found.items() if not faults]:
                return self._chosen(profile, conversation, status, sound, caught)
        return self._mended(profile, conversation, status, tuple(dict.fromkeys(caught)))

    def _drafts(
        self, profile: Profile, conversation: Conversation, status: Status, attempt: int
    ) -> list[str]:
        turn = len(own_turns(conversation))
        begins = self._begins(profile, conversation, status)
        # A new try opens freely, should the opening have led astray.
        opening = begins.opening if self._opens and not attempt else ""
        prompt = turn_prompt(
            self._system(profile),
            conversation,
            character=self.persona_name,
            templates=self.templates,
            note="" if opening else self._note(profile, conversation, status),
            opening=opening,
            shape=self._shape,
        )
        # The same words would come again at temperature 0, so a new try is a little warmer.
        heat = self.options.temperature + 0.4 * attempt
        options = replace(
            self.options,
            max_tokens=min(160, 2 * begins.words + 16),
            temperature=heat,
            seed=derived(self.seed, "turn", turn, attempt),
            stop=(
                ("\n", f"{PERSON}:", f"{called(self.persona_name)}:")
                if self._shape == "script"
                else ()
            ),
            n=self.drafts if heat > 0 else 1,
        )
        written = self.model.generate(prompt, options=options)
        return list(dict.fromkeys(cleaned(continued(opening, one.text)) for one in written))

    def _chosen(
        self,
        profile: Profile,
        conversation: Conversation,
        status: Status,
        texts: Sequence[str],
        caught: Sequence[str],
    ) -> Move:
        turn = len(own_turns(conversation))
        seed = derived(self.seed, "style", turn)
        words = self._begins(profile, conversation, status).words
        said = [self._styled(text, profile, words, seed, status) for text in texts]
        best = best_candidate(
            said,
            profile.style,
            words=words,
            seed=seed,
            language=profile.language,
            likeness=self.likeness,
        )
        return Move(
            said[best],
            status,
            disclosed=told_facts(profile, said[best]),
            faults=tuple(dict.fromkeys(caught)),
        )

    def _mended(
        self, profile: Profile, conversation: Conversation, status: Status, faults: tuple[str, ...]
    ) -> Move:
        if set(faults) == {"empty"}:
            return Move(status="error", faults=faults)
        if "repetition" in faults and status == "running":
            return Move(status="loop", faults=faults)
        turn = len(own_turns(conversation))
        choices = {"running": _PLAIN, "satisfied": lines.GOODBYES}.get(status, lines.LEAVINGS)
        choices = choices if profile.language.startswith("en") else _ANYWHERE
        line = choices[derived(self.seed, "plain", turn) % len(choices)]
        seed = derived(self.seed, "style", turn)
        return Move(self._styled(line, profile, 12, seed, status), status, faults=faults)

    def _styled(self, text: str, profile: Profile, words: int, seed: int, status: Status) -> str:
        rough = roughened(text, self.difficulty, seed=seed) if status == "running" else text
        return restyled(rough, profile.style, seed=seed, length=words)

    def _faults(self, text: str, conversation: Conversation, profile: Profile) -> tuple[str, ...]:
        found = faults_of(
            text,
            conversation,
            character=self.persona_name,
            instructions=self._system(profile),
        )
        hidden = {fact.id for fact in profile.facts if fact.disclosure == "hidden"}
        if hidden & set(told_facts(profile, text)):
            found = (*found, "hidden fact")
        return (*found, "off language") if is_off_language(text, profile.language) else found

    def _note(self, profile: Profile, conversation: Conversation, status: Status) -> str:
        if status != "running":
            return self.templates.leave if status == "satisfied" else self.templates.give_up
        fact = due_fact(profile, conversation, seed=self.seed)
        if fact is not None:
            return self.templates.tell.replace("{fact}", as_reply(fact))
        return "" if len(conversation) else self.templates.begin

    @property
    def _opens(self) -> bool:
        return self.opens and self._shape == "script"

    @property
    def _shape(self) -> Shape:
        return self.shape or ("chat" if self.model.name.startswith("openai:") else "script")

    def _system(self, profile: Profile) -> str:
        return system_text(profile, self.persona_name, self.templates, self.examples)

    def _begins(self, profile: Profile, conversation: Conversation, status: Status) -> Pattern:
        """Return how the turn begins and how long it is: an end, a fact, a goal, or just so."""
        turn = len(own_turns(conversation))
        seed = derived(self.seed, "words", turn)
        pattern = drawn_pattern(self.examples, profile.style, seed=seed)
        if not profile.language.startswith("en"):
            return pattern  # the words that begin an ending, a fact or a goal are English
        if status != "running":
            return pattern._replace(opening=ending_opening(status, seed=seed))
        if not self._opens:
            return pattern
        fact = due_fact(profile, conversation, seed=self.seed)
        said = telling(fact, seed=derived(self.seed, fact.id)).rstrip(".") if fact else ""
        if said := said or due_goal(profile, conversation, seed=self.seed):
            return Pattern(said, max(pattern.words, len(words_of(said)) + 2))
        if self.examples:
            return pattern
        asks = random.Random(derived(seed, "asks")).random() < profile.style.questions
        return pattern._replace(opening=plain_opening(conversation, asks=asks, seed=seed))


_PLAIN = (
    "Can you tell me more?",
    "What do you mean?",
    "Go on.",
    "And then?",
    "Why is that?",
    "Hm, how so?",
    "What else?",
)
"""Lines for a turn that the model could not write."""
_ANYWHERE = ("Ok.", "Hm.", "Ok?", "Hm?")
"""The same for users who do not write English."""
