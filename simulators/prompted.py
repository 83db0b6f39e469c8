"""PromptedUser: the plain prompted user that most harnesses use, as a baseline to compare with."""

from __future__ import annotations

from dataclasses import dataclass, replace

from persona_sdk.profile import Profile
from persona_sdk.protocols import ChatModel
from persona_sdk.seeds import derived
from persona_sdk.types import Conversation, GenerationOptions, Turn
from simulators.behaviour.faults import own_turns
from simulators.profiles.render import objective, subjective
from simulators.values import Move

SAMPLING = GenerationOptions(max_tokens=96, temperature=0.7)


@dataclass(frozen=True, slots=True)
class PromptedUser:
    """The profile in the prompt, the roles swapped, and nothing else: no style, no checks.

    It ends a conversation only by an empty turn. Use `LLMUser` for anything but comparisons.

    Example:
        >>> from persona_sdk.models.scripted import ScriptedModel
        >>> PromptedUser(Profile("p"), ScriptedModel("Hello!"), "Ada").move(Conversation()).text
        'Hello!'
    """

    profile: Profile
    model: ChatModel
    persona_name: str
    seed: int = 0
    """Of the conversation."""
    options: GenerationOptions = SAMPLING

    def move(self, conversation: Conversation) -> Move:
        described = f"{objective(self.profile)}\n{subjective(self.profile)}".strip()
        system = _SYSTEM.format(name=self.persona_name).replace("{profile}", described)
        swapped = [
            Turn("assistant" if turn.role == "user" else "user", turn.content)
            for turn in conversation
            if turn.content.strip()
        ]
        if not swapped or swapped[0].role == "assistant":
            swapped.insert(0, Turn("user", _BEGIN))
        seed = derived(self.seed, "turn", len(own_turns(conversation)))
        options = replace(self.options, seed=seed)
        text = self.model.generate([Turn("system", system), *swapped], options=options)[0].text
        return Move(text.strip()) if text.strip() else Move(status="error", faults=("empty",))


_SYSTEM = (
    "You play the user in a chat with {name}. {{profile}}\n"
    "Stay in this role and write only the user's next message."
)
_BEGIN = "Begin the conversation with your first message."
