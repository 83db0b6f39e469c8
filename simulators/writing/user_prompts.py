"""What a model is told to play a user: templates of plain text, and the messages made of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Literal

from persona_sdk.profile import Profile
from persona_sdk.types import Conversation, Turn
from simulators.profiles.render import objective, subjective
from simulators.writing.naming import called

Shape = Literal["script", "chat"]
"""`script` lets the model continue a log, which small models do best; `chat` swaps the roles, for
endpoints that cannot continue a text."""

PERSON = "Person"
"""How the user is called in the log."""

MOST_EXAMPLES = 6
SEEN_TURNS = 6
"""Turns of the conversation that the model sees."""
SEEN_WORDS = 45
"""Words of one turn that it sees: the beginning and the end."""


@dataclass(frozen=True, slots=True)
class Templates:
    """The texts of a prompt, for `str.format`; override any of them."""

    system: str = """\
A log of a chat. One side is {character}. The other side is a person, who types like people do and \
never like an assistant.
{profile}
{examples}"""
    """Holds `{character}`, `{profile}` and `{examples}`; the same through a conversation, so that
    an engine computes it once."""
    examples: str = "Messages that the person typed on other days:\n{lines}"
    """Holds `{lines}`; left out without examples."""
    ask: str = "Write how the log goes on."
    """Asks for the next line."""
    tell: str = "(The person mentions: {fact})"
    """Holds `{fact}`; stands before a turn that may tell it."""
    leave: str = "(The person says goodbye.)"
    """Stands before the last turn of a satisfied user."""
    give_up: str = "(The person is annoyed and leaves.)"
    """Stands before the last turn of a user who gives up."""
    begin: str = "(The person begins.)"
    """Stands before the first turn."""
    decide: str = """\
{profile}
Below is a chat of this person with {character}. Is the person satisfied, does the person give up, \
is the matter out of scope, or is the chat still running?"""
    """Holds `{profile}` and `{character}`; asks for the decision."""


def load_templates(folder: Path) -> Templates:
    """Return the templates with those that lie in `folder` as `system.txt`, `tell.txt`, ….

    Raises:
        ValueError: There are none, one has an unknown name, or lacks a place that it must have.
        OSError: A file cannot be read.
    """
    known = {field.name: getattr(Templates(), field.name) for field in fields(Templates)}
    changed = {}
    paths = sorted(folder.glob("*.txt"))
    if not paths:
        raise ValueError(f"{folder}: there are no templates: known are {', '.join(known)}, as .txt")
    for path in paths:
        if path.stem not in known:
            raise ValueError(f"{path}: no template has this name, known are {', '.join(known)}")
        text = path.read_text("utf-8").strip("\n")
        places = [p for p in _PLACES if p in known[path.stem]]
        if lacking := [p for p in places if p not in text]:
            raise ValueError(f"{path}: {lacking[0]} must stand in it: add it")
        changed[path.stem] = text
    return replace(Templates(), **changed)


def system_text(
    profile: Profile, character: str, templates: Templates, examples: Sequence[str] = ()
) -> str:
    """Return the block that stays the same through a conversation.

    Hidden facts do not stand in it: what a model does not know, it cannot tell.
    """
    lines = "\n".join(f"{PERSON}: {_one_line(e)}" for e in examples[:MOST_EXAMPLES])
    shown = templates.examples.replace("{lines}", lines) if lines else ""
    return _filled(
        templates.system, character=character, profile=_described(profile), examples=shown
    ).strip()


def turn_prompt(
    system: str,
    conversation: Conversation,
    *,
    character: str,
    templates: Templates,
    note: str = "",
    opening: str = "",
    shape: Shape = "script",
) -> tuple[Turn, ...]:
    """Return the messages that ask for the user's next turn.

    Args:
        system: What `system_text` gave.
        conversation: What was said; only its end is shown.
        character: Name of whom the user talks to.
        templates: Texts.
        note: A remark for this turn, e.g. a fact to mention; empty for none.
        opening: Words that the turn begins with; only a `script` can be continued.
        shape: How the model is asked.
    """
    turns = [t for t in conversation if t.content.strip()][-SEEN_TURNS:]
    if shape == "script":
        label = called(character)
        log = [
            f"{label if t.role == 'assistant' else PERSON}: {_glimpse(t.content)}" for t in turns
        ]
        begun = f"{PERSON}: {opening}" if opening else f"{PERSON}:"
        text = "\n".join([*log, *([note] if note else []), begun])
        return (Turn("system", system), Turn("user", templates.ask), Turn("assistant", text))
    swapped = [
        Turn("user" if t.role == "assistant" else "assistant", _glimpse(t.content)) for t in turns
    ]
    hint = note or ("" if swapped and swapped[-1].role == "user" else templates.begin)
    if swapped and swapped[-1].role == "user":
        last = f"{swapped[-1].content}\n\n{hint}" if hint else swapped[-1].content
        return (Turn("system", system), *swapped[:-1], Turn("user", last))
    return (Turn("system", system), *swapped, Turn("user", hint))


def decision_prompt(
    profile: Profile, conversation: Conversation, *, character: str, templates: Templates
) -> tuple[Turn, ...]:
    """Return the messages that ask how the conversation stands, for a constrained answer."""
    label = called(character)
    log = [
        f"{label if t.role == 'assistant' else PERSON}: {_glimpse(t.content)}"
        for t in conversation.turns[-SEEN_TURNS:]
    ]
    system = _filled(templates.decide, character=character, profile=_described(profile))
    return (Turn("system", system), Turn("user", "\n".join(log)))


def _described(profile: Profile) -> str:
    """Both halves of the profile; own prose gives way where it could hold hidden facts."""
    open_facts = tuple(f for f in profile.facts if f.disclosure != "hidden")
    if len(open_facts) < len(profile.facts):
        profile = replace(profile, facts=open_facts, objective="")
    return "\n".join(part for part in (objective(profile), subjective(profile)) if part)


def _filled(template: str, **values: str) -> str:
    """Fill the places; texts of personas and profiles may hold braces themselves."""
    for name, value in values.items():
        template = template.replace("{" + name + "}", value)
    return template


def _glimpse(text: str) -> str:
    words = text.split()
    if len(words) <= SEEN_WORDS:
        return " ".join(words)
    third = SEEN_WORDS // 3
    return " ".join([*words[:third], "…", *words[third - SEEN_WORDS :]])


def _one_line(text: str) -> str:
    return _glimpse(text)


_PLACES = ("{character}", "{profile}", "{examples}", "{lines}", "{fact}")
