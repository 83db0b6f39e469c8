"""Replies that only say what the persona says: they cannot contradict it, whatever a scorer finds.

The discriminators read a reply against one statement at a time, and a short sentence beside a near
statement misleads them: "I am a map-maker." beside "Hester refuses to make maps for slavers."
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from guards.utterances import Utterance
from persona_sdk.experience import first_person
from persona_sdk.sentences import split_segments
from persona_sdk.types import Statement
from persona_sdk.words import words

_Words = tuple[str, ...]

_LEAD = re.compile(r"(?:well|oh|ah|hm+|you know|to be honest|honestly)[,:]\s+", re.IGNORECASE)
"""What may stand before a sentence without claiming anything; yes and no claim something."""

_SIGN = re.compile(r"[+#%$€£&<>=]|[-−](?=\d)")
"""What tells "C++" from "C" and "-5" from "5": no part of a word."""

_QUOTES = re.compile(r'["“”«»]')

_SELF = frozenset("i i'm i've i'd i'll me my mine myself".split())

_NEVER = r"(?:\b(?:not|never|cannot|without|nobody|no[ ]one|refuses?|avoids?)|n['’]t)\b"

_OWN_NAME = r"""(?:\b(?:his|her|its|their|own|real|true)[ ](?:\w+[ ])?name\b
    |\bwho[ ](?:he|she|it|they)[ ](?:is|are|was|were)\b)"""

_UNTOLD = re.compile(
    rf"""\b(?:secret(?:s|ly)?|hides?|conceals?|den(?:y|ies)|alias(?:es)?)\b
    |\b(?:false|assumed|another)[ ]name\b
    |\b(?:nobody|no[ ]one|only)\b.*\bknows?\b|\blets?\b.*\bknow\b
    |\bkeeps?\b.*\bto[ ](?:him|her|it|them)sel(?:f|ves)\b
    |\bpos(?:es?|ing)[ ]as\b|\bpretends?[ ]to[ ]be[ ](?:an?|human)\b
    |\blies?[ ]about\b|\bclaims?[ ]to\b|\bavoids?[ ]the[ ]subject\b
    |(?:{_NEVER}|\b(?:forg[eo]t(?:s|ten)?|los(?:es|t)|unsure|keeps?)\b).*{_OWN_NAME}
    |{_NEVER}.*
    \b(?:told|said|spoken|(?:tell|say|talk|speak|mention|reveal|admit|shar|discuss|disclos|confess)
    (?:e|s|es|ed|ing)?)\b""",
    re.IGNORECASE | re.VERBOSE,
)

_FULL = {
    "i'm": "i am",
    "i've": "i have",
    "i'll": "i will",
    "can't": "can not",
    "cannot": "can not",
    "won't": "will not",
}


def is_recital(said: Sequence[Utterance], character: str, statements: Sequence[Statement]) -> bool:
    """Whether all that a reply claims are whole sentences of the persona, or the character's name.

    A sentence counts in the third person or said by the character; contractions are spelled out
    and an opening "Well," is passed over. Nothing else may differ: a "Yes," a word left out, an
    aside and a question about the character are judged as ever.

    Args:
        said: The sentences of the reply.
        character: The persona's name.
        statements: All of the persona's; they are taken to agree with each other.

    Example:
        >>> from guards.utterances import utterances
        >>> from persona_sdk.types import as_statements
        >>> tess = as_statements(["Tess does not keep cats."])
        >>> is_recital(utterances("I'm Tess. I don't keep cats.", "Tess"), "Tess", tess)
        True
        >>> is_recital(utterances("I do keep cats.", "Tess"), "Tess", tess)
        False
    """
    claims = [utterance for utterance in said if utterance.makes_claim]
    if not claims or any(claim.kind != "speech" or "?" in claim.prose for claim in claims):
        return False
    about = _SELF.union(words(character))
    if any(about.intersection(words(u.prose)) for u in said if not u.makes_claim):
        return False
    own = _own_sentences(character, tuple(s.text for s in statements))
    return all(_plain(claim.prose) in own for claim in claims)


def binds_tongue(statement: Statement) -> bool:
    """Whether a statement is about what is not told: to say another one aloud may go against it.

    Who does not know their own name, or goes by another, goes against that by saying it, too.

    Example:
        >>> from persona_sdk.types import as_statements
        >>> told = as_statements(["Tess never tells her name.", "Tess tells nobody to be quiet."])
        >>> [binds_tongue(statement) for statement in told]
        [True, False]
    """
    return bool(_UNTOLD.search(statement.text))


@lru_cache(maxsize=32)
def _own_sentences(character: str, statements: tuple[str, ...]) -> frozenset[_Words]:
    names = {character, character.split()[0]}
    introduced = [form.format(name) for name in names for form in ("I am {}", "My name is {}")]
    told = [first_person(text, character) for text in statements]
    sentences = [part for text in (*told, *statements) for part in _sentences(text)]
    return frozenset(map(_plain, (*introduced, *sentences)))


def _sentences(text: str) -> list[str]:
    """Cut a statement; a quotation stays in its frame, for what it says need not be so."""
    return [text] if _QUOTES.search(text) else [part.text for part in split_segments(text)]


def _plain(sentence: str) -> _Words:
    found: list[str] = []
    for word in words(_LEAD.sub("", sentence, count=1) if _LEAD.match(sentence) else sentence):
        found += (_FULL.get(word) or re.sub(r"n't$", " not", word)).split()
    return (*found, *_SIGN.findall(sentence))
