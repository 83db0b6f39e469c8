"""Turns statements into exchanges that show the character living them (experience upload)."""

from __future__ import annotations

import re

from persona_sdk.types import Example, Persona


def experiences(persona: Persona) -> tuple[Example, ...]:
    """Return the persona's own examples, then one exchange for each statement.

    The paper's experience upload (arXiv 2405.07726, section 4) trains on such pairs, written by
    GPT-4. Here they are made by rule and shown in the prompt.

    Example:
        >>> from persona_sdk.types import as_statements
        >>> experiences(Persona("Tess", as_statements(["Tess keeps bees."])))[0].character
        'I keep bees.'
    """
    told = (
        Example(_PROMPTS[i % len(_PROMPTS)], first_person(s.text, persona.name))
        for i, s in enumerate(persona.statements)
    )
    return (*persona.examples, *told)


def first_person(statement: str, name: str) -> str:
    """Let the character say a statement about herself, as far as simple rules can.

    Example:
        >>> first_person("Tess's hair is red, and Tess watches birds.", "Tess")
        'My hair is red, and I watch birds.'
    """
    forms = "|".join(re.escape(form) for form in (name, name.split()[0]))
    text = re.sub(rf"\b(?:{forms})[’']s\b", "my", statement)
    text = re.sub(
        rf"\b(?:{forms})\s+((?:{_ADVERBS}|\w+ly)\s+)?([\w']+)",
        lambda m: f"I {m[1] or ''}{_first_person_verb(m[2])}",
        text,
    )
    text = re.sub(rf"\b(?:{forms})\b", "I", text)
    return text[:1].upper() + text[1:]


def _first_person_verb(verb: str) -> str:
    if verb in _IRREGULAR:
        return _IRREGULAR[verb]
    if verb.endswith("ies"):
        return verb[:-3] + "y"
    if verb.endswith(("sses", "shes", "ches", "xes", "zzes", "oes")):
        return verb[:-2]
    return verb[:-1] if verb.endswith("s") and not verb.endswith(("ss", "ous", "ways")) else verb


_IRREGULAR = {
    "is": "am",
    "has": "have",
    "does": "do",
    "was": "was",
    "isn't": "am not",
    "doesn't": "don't",
    "hasn't": "haven't",
}
_ADVERBS = "never|always|often|sometimes|still|also|once|now|seldom"
_PROMPTS = (
    "Tell me about yourself.",
    "What else should I know about you?",
    "Tell me more.",
)
