"""Role-play characters that stay true to who they are.

Example:
    >>> from persona_sdk import Conversation, Persona, PersonaAgent, as_statements
    >>> from persona_sdk.models.scripted import ScriptedModel
    >>> tess = Persona("Tess", as_statements(["Tess keeps bees."]))
    >>> agent = PersonaAgent(tess, ScriptedModel(["I keep bees."]), None, mode="off")
    >>> agent.reply(Conversation().add("user", "What do you do?")).text
    'I keep bees.'
"""

from persona_sdk.agent import PersonaAgent
from persona_sdk.errors import PersonaSDKError
from persona_sdk.prompts import PromptBuilder
from persona_sdk.protocols import ChatModel, EntailmentScorer, Guard, RelevanceScorer
from persona_sdk.repair import RepairPolicy
from persona_sdk.types import (
    Attempt,
    Conversation,
    GenerationOptions,
    Persona,
    Reply,
    Statement,
    Turn,
    Verdict,
    Violation,
    as_statements,
)

__all__ = [
    "Attempt",
    "ChatModel",
    "Conversation",
    "EntailmentScorer",
    "GenerationOptions",
    "Guard",
    "Persona",
    "PersonaAgent",
    "PersonaSDKError",
    "PromptBuilder",
    "RelevanceScorer",
    "RepairPolicy",
    "Reply",
    "Statement",
    "Turn",
    "Verdict",
    "Violation",
    "as_statements",
]
