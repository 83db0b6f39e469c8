"""Lets a chat model rewrite one passage of a profile as statements, and checks what it wrote."""

from __future__ import annotations

import re
from dataclasses import dataclass

from persona_sdk.protocols import ChatModel
from persona_sdk.types import GenerationOptions, Turn


@dataclass(frozen=True, slots=True)
class Rewriting:
    """What a model made of a passage."""

    statements: tuple[str, ...]
    """Empty when the answer cannot be used."""
    fault: str = ""
    """Why it cannot be used, as the end of `the model's answer ...`."""


def rewrite_passage(passage: str, name: str, model: ChatModel) -> Rewriting:
    """Ask `model` for the atomic statements of `passage` at temperature 0.

    Raises:
        ModelError: The model failed.
    """
    prompt = (
        Turn("system", SYSTEM),
        Turn("user", _ask("Ludwig", EXAMPLE_PASSAGE)),
        Turn("assistant", EXAMPLE_ANSWER),
        Turn("user", _ask(name, passage)),
    )
    options = GenerationOptions(max_tokens=512, temperature=0.0, seed=0)
    return read_answer(model.generate(prompt, options=options)[0].text, passage, name)


def read_answer(answer: str, passage: str, name: str) -> Rewriting:
    """Parse one statement a line and refuse an answer that is not made of the passage.

    Example:
        >>> read_answer("- Mara is a baker.", "Mara bakes for a living, a baker.", "Mara")
        Rewriting(statements=('Mara is a baker.',), fault='')
    """
    lines = [_MARK.sub("", line).strip() for line in answer.splitlines()]
    statements = tuple(dict.fromkeys(line for line in lines if line))
    if not statements:
        return Rewriting((), "is empty")
    known = _words(passage) | _words(name)
    for statement in statements:
        fault = _fault(statement, passage, name, known)
        if fault:
            return Rewriting((), fault)
    if len(_words(" ".join(statements)) & known) < len(known) / 2:
        return Rewriting((), "leaves out more than half of the passage")
    return Rewriting(statements)


def _fault(statement: str, passage: str, name: str, known: set[str]) -> str:
    shown = statement if len(statement) <= 60 else statement[:57] + "..."
    if not any(part in statement for part in (name, name.split()[0])):
        return f"has a line that does not name {name}: {shown!r}"
    if len(statement) > max(len(passage), 40) + len(name):
        return f"has a line longer than its source: {shown!r}"
    if statement[-1] not in ".!":
        return f"has a line that is no whole sentence: {shown!r}"
    source = set(re.findall(r"\w+", f"{passage} {name}".casefold()))
    names = (w for w in _CAPITALISED.findall(statement) if w not in _OPENERS)
    invented = [w for w in names if w.casefold() not in source]
    if invented:
        return f"names {invented[0]!r}, which the passage does not: {shown!r}"
    if len(_words(statement) - known) > max(1, len(_words(statement)) / 3):
        return f"has a line with words that the passage does not have: {shown!r}"
    return ""


def _ask(name: str, passage: str) -> str:
    return f"Character: {name}\nPassage: {passage}"


def _words(text: str) -> set[str]:
    """Return the content words, cut to six letters so that inflected forms meet."""
    return {w[:6] for w in re.findall(r"\w+", text.lower()) if len(w) > 3}


_CAPITALISED = re.compile(r"\b[A-Z]\w*")
_OPENERS = frozenset(
    "A After Also An As At Before Both By During Every For From He Her His If In On Once Since She "
    "That The Their There They This To Until When While With".split()
)
_MARK = re.compile(r"^\s*(?:[-*•]|\d+[.)])\s+")

SYSTEM = (
    "You turn a passage about a character into a list of statements. Each statement is one short "
    "sentence that holds exactly one fact from the passage and names the character instead of "
    "using a pronoun. Write one statement a line and nothing else. Add nothing."
)
EXAMPLE_PASSAGE = (
    "Born in Bonn, Ludwig learned the piano from his father. He moved to Vienna as a young man "
    "and slowly went deaf, which he hid for years."
)
EXAMPLE_ANSWER = """\
Ludwig was born in Bonn.
Ludwig learned the piano from Ludwig's father.
Ludwig moved to Vienna as a young man.
Ludwig slowly went deaf.
Ludwig hid his deafness for years."""
