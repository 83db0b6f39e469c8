"""AgendaUser: a user without a model, who works through questions about the persona.

The default of tests and of continuous integration: it costs nothing and is the same everywhere.
"""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from persona_sdk.profile import Profile
from persona_sdk.seeds import derived
from persona_sdk.types import Conversation, Persona
from simulators.behaviour.difficulty import Difficulty, eased, roughened
from simulators.behaviour.disclosure import due_fact, told_facts
from simulators.behaviour.endings import (
    both_closed,
    may_be_satisfied,
    ruled_status,
    unhelpful_in_a_row,
)
from simulators.behaviour.faults import own_turns
from simulators.stylometry import words_of
from simulators.values import Move, Status
from simulators.writing import agenda_lines as lines
from simulators.writing.naming import called
from simulators.writing.openings import own_goal
from simulators.writing.questions import questions
from simulators.writing.style import restyled
from simulators.writing.tellings import telling

SHORTEST, LONGEST = 4, 12
"""Turns after which a user who is content leaves, drawn for each conversation."""

WEIGHTS = {"question": 5, "follow-up": 3, "small talk": 2, "reaction": 2}
"""How often each kind of turn is drawn."""


@dataclass(frozen=True, slots=True)
class AgendaUser:
    """Asks about the persona's statements, follows up, tells its facts, and leaves.

    Example:
        >>> from persona_sdk.types import as_statements
        >>> tess = Persona("Tess", as_statements(["Tess keeps bees."]))
        >>> AgendaUser(Profile("p"), tess, seed=1).move(Conversation()).probes
        ('s1',)
    """

    profile: Profile
    persona: Persona
    seed: int = 0
    """Of the conversation."""
    difficulty: Difficulty = field(default_factory=Difficulty)

    def move(self, conversation: Conversation) -> Move:
        profile = eased(self.profile, self.difficulty)
        status = self._status(profile, conversation)
        turn = len(own_turns(conversation))
        if status == "loop" or (status == "satisfied" and both_closed(conversation)):
            return Move(status=status)
        text, probes = self._words(profile, conversation, status)
        seed = derived(self.seed, "style", turn)
        rough = roughened(text, self.difficulty, seed=seed) if status == "running" else text
        # A template is no draft to be cut: it would lose its question.
        said = restyled(rough, profile.style, seed=seed, length=len(words_of(rough)))
        return Move(said, status, probes=probes, disclosed=told_facts(profile, rough))

    def _status(self, profile: Profile, conversation: Conversation) -> Status:
        status = ruled_status(profile, conversation)
        if status != "running":
            return status
        planned = random.Random(derived(self.seed, "length")).randint(SHORTEST, LONGEST)
        content = len(own_turns(conversation)) >= planned
        if both_closed(conversation) or (content and may_be_satisfied(profile, conversation)):
            return "satisfied"
        return "running"

    def _words(
        self, profile: Profile, conversation: Conversation, status: Status
    ) -> tuple[str, tuple[str, ...]]:
        turn = len(own_turns(conversation))
        generator = random.Random(derived(self.seed, "turn", turn))
        if status != "running":
            choices = lines.GOODBYES if status == "satisfied" else lines.LEAVINGS
            return generator.choice(choices), ()
        question, probes = self._question(conversation, generator)
        if turn == 0:
            opening = generator.choice(lines.OPENINGS)
            told = self._disclosure(profile, conversation, generator)
            asked = _lower(question) if "}, {" in opening else question
            return f"{opening.format(name=called(self.persona.name), question=asked)}{told}", probes
        kind = self._kind(profile, conversation, generator)
        text = {
            "question": question,
            "reaction": f"{_fresh(lines.REACTIONS, conversation, generator)} {question}",
            "follow-up": _follow_up(conversation, generator) or question,
            "small talk": _fresh(lines.SMALL_TALK, conversation, generator),
            "complaint": _fresh(lines.COMPLAINTS, conversation, generator),
            "goal": self._goal(profile, conversation, generator),
        }[kind]
        text = self._answer(profile, conversation, generator) + text
        return text, probes if question in text else ()

    def _kind(self, profile: Profile, conversation: Conversation, generator: random.Random) -> str:
        if unhelpful_in_a_row(conversation):
            return "complaint"
        turn = len(own_turns(conversation))
        if profile.goals and turn % 3 == 1 and turn // 3 < len(profile.goals):
            return "goal"
        return generator.choices(list(WEIGHTS), list(WEIGHTS.values()))[0]

    def _question(
        self, conversation: Conversation, generator: random.Random
    ) -> tuple[str, tuple[str, ...]]:
        """Return the question of this turn: every statement once, in the seed's order."""
        statements = list(self.persona.statements)
        if not statements:
            return _fresh(lines.SMALL_TALK, conversation, generator), ()
        random.Random(derived(self.seed, "order")).shuffle(statements)
        statement = statements[len(own_turns(conversation)) % len(statements)]
        asked = questions(statement, self.persona.name)
        return _fresh(asked, conversation, generator), (statement.id,)

    def _goal(self, profile: Profile, conversation: Conversation, generator: random.Random) -> str:
        if not profile.goals:
            return ""
        number = len(own_turns(conversation)) // 3 % len(profile.goals)
        goal = own_goal(profile.goals[number])
        return generator.choice(lines.GOALS).format(goal=goal)

    def _answer(
        self, profile: Profile, conversation: Conversation, generator: random.Random
    ) -> str:
        """Answer the character's question first, with a fact if there is one to tell."""
        told = self._disclosure(profile, conversation, generator).strip()
        asked = conversation.turns[-1].content.rstrip().endswith("?")
        if told or not asked:
            return f"{told} " if told else ""
        open_ended = _OPEN_ENDED.search(conversation.turns[-1].content)
        answers = lines.OPEN_ANSWERS if open_ended else lines.ANSWERS
        return f"{_fresh(answers, conversation, generator)} "

    def _disclosure(
        self, profile: Profile, conversation: Conversation, generator: random.Random
    ) -> str:
        fact = due_fact(profile, conversation, seed=self.seed)
        if fact is None:
            return ""
        told = telling(fact, seed=generator.getrandbits(31))
        # Only a whole sentence stands behind `You should know that`, and names keep their capitals.
        frames = lines.DISCLOSURES if re.match(r"I\b", told) else lines.BARE_DISCLOSURES
        return f" {generator.choice(frames).format(fact=told)}"


def _follow_up(conversation: Conversation, generator: random.Random) -> str:
    """Ask about something that the last reply named; empty if it named nothing."""
    last = conversation.turns[-1].content if conversation.turns else ""
    topics = _TOPIC.findall(last)
    if not topics:
        return ""
    topic = re.sub(r"^[Mm]y\b", "your", generator.choice(topics))
    return _fresh([f.format(topic=topic) for f in lines.FOLLOW_UPS], conversation, generator)


def _fresh(choices: Sequence[str], conversation: Conversation, generator: random.Random) -> str:
    """Draw a line that the user has not said yet, if one is left."""
    said = [_letters(turn) for turn in own_turns(conversation)]
    new = [c for c in choices if not any(_letters(c) in one for one in said)]
    return generator.choice(new or list(choices))


@lru_cache(maxsize=16_384)
def _letters(text: str) -> str:
    return re.sub(r"\W+", "", text).lower()


def _lower(text: str) -> str:
    return text if re.match(r"I\b", text) else text[:1].lower() + text[1:]


_TOPIC = re.compile(
    r"\b[Mm]y (?:(?:old|new|own|little|favou?rite|best|first|last|big|dear|poor|late|whole) )*"
    r"(?!(?:dear|friend|god|lord|lady|goodness|word|name|apologies|pleasure|bad)\b)[a-z]{3,}\b"
)
_OPEN_ENDED = re.compile(r"\b(?:what|where|when|who|why|how|which)\b[^.!?]*\?\s*\Z", re.IGNORECASE)
