"""Makes a user's turn of what a model wrote: joined to its opening, one line, without labels."""

from __future__ import annotations

import re

from persona_sdk.text import without_controls
from simulators.writing.user_prompts import PERSON


def continued(opening: str, text: str) -> str:
    """Join what was begun and what the model added; nothing added is nothing said.

    Example:
        >>> continued("how do you", "feel"), continued("how do you", " *waves*")
        ('how do you feel', ' *waves*')
    """
    if not opening or not cleaned(text):
        return text
    apart = opening[-1].isalpha() and text[0].isalpha()
    return f"{opening} {text}" if apart else opening + text


def cleaned(text: str) -> str:
    """Return the first line of what was written, without a label or quotes around it.

    Example:
        >>> cleaned('Person: "hi there"'), cleaned("(smiles at her) ok")
        ('hi there', 'ok')
    """
    line = next((one for one in without_controls(text).splitlines() if one.strip()), "")
    line = re.sub(rf"\A\s*(?:{PERSON}|User|Me)\s*:\s*", "", line)
    line = " ".join(_STAGE.sub(" ", line).split())
    return line[1:-1].strip() if re.fullmatch(r"\"[^\"]*\"|“[^”]*”", line) else line


_STAGE = re.compile(
    r"\*[^*\d]{3,}(?:\*|\Z)|\((?:[^()\d]*[a-z] [^()\d]*|[a-z]{4,})(?:\)|\Z)|\[[^\]]*(?:\]|\Z)"
)
"""Stage directions, in which small models see themselves act; formulas are left alone."""
