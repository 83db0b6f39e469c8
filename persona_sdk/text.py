"""Makes what a model wrote fit to be shown: no labels, no control characters, no half sentence."""

from __future__ import annotations

import re
import unicodedata

from persona_sdk.sentences import split_segments
from persona_sdk.types import Persona


def clean(text: str, persona: Persona) -> str:
    """Strip space, control characters and a leading `Name:` label.

    Example:
        >>> from persona_sdk.types import as_statements
        >>> clean(" Tess: Good day. ", Persona("Tess", as_statements(["Tess is 40."])))
        'Good day.'
    """
    return unlabelled(without_controls(text).strip(), persona)


def unlabelled(text: str, persona: Persona) -> str:
    """Drop a leading `Name:`: models repeat it from the prompt."""
    names = "|".join(re.escape(n) for n in (persona.name, persona.name.split()[0]))
    return re.sub(rf"\A(?:{names})[^\S\n]*:\s*", "", text, count=1, flags=re.IGNORECASE)


def without_controls(text: str) -> str:
    """Drop control characters, which could steer a terminal, but keep line breaks and tabs."""
    return "".join(c for c in text if c in "\n\t" or unicodedata.category(c) != "Cc")


def joined(prefix: str, addition: str) -> str:
    """Put `addition` behind `prefix` with exactly the space that belongs there."""
    if not prefix or not addition or addition[0].isspace():
        return prefix + addition
    return f"{prefix} {addition}"


def whole_sentences(text: str) -> str:
    """Drop a last sentence that was cut off, unless it is the only one."""
    segments = split_segments(text)
    if len(segments) < 2 or not is_cut_off(text):
        return text
    return text[: segments[-1].start].rstrip()


def is_cut_off(text: str) -> bool:
    """Does the text stop without a mark that ends a sentence?"""
    return not text.rstrip().endswith(_ENDINGS)


_ENDINGS = (".", "!", "?", "…", '"', "”", "’", ")", "]", "*", "。", "！", "？")
