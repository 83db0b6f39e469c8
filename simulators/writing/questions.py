"""Turns a persona's statements into the questions people ask: wh, yes/no, tag and indirect ones."""

from __future__ import annotations

import re
from functools import lru_cache

from persona_sdk.types import Statement
from simulators.writing.second_person import Claim, addressed, claims


@lru_cache(maxsize=16_384)
def questions(statement: Statement, name: str) -> tuple[str, ...]:
    """Return questions whose answer the statement holds, the most natural kinds first.

    Example:
        >>> from persona_sdk.types import as_statements
        >>> questions(as_statements(["Tess keeps bees."])[0], "Tess")[0]
        'Do you keep bees?'
    """
    found = [q for claim in claims(statement.text, name) for q in _of_claim(claim)]
    found = found or _of_sentence(addressed(statement.text, name))
    return tuple(dict.fromkeys(_sentence(question) for question in found))


def _of_claim(claim: Claim) -> list[str]:
    """Open, yes/no, tag and indirect questions about one fact."""
    predicate = claim.predicate
    rest = predicate.partition(" ")[2] or predicate
    found = []
    if claim.asked:
        found.append(f"{claim.asked}?")
    found += [q for pattern, asks in _OPEN.items() if re.match(pattern, predicate) for q in asks]
    if len(predicate.split()) <= 14:
        found += [
            f"is it true that you {predicate}?",
            f"someone told me you {predicate}. is that right?",
            f"so you {predicate}, {_tag(claim)}?",
            f"I heard you {predicate}, what's that like?",
        ]
    if not found:
        found = [f"can you tell me about {_head(rest)}?"]
    return found


def _of_sentence(sentence: str) -> list[str]:
    """Questions about a sentence whose subject is something of the character's."""
    body = sentence.rstrip(".!")
    owned = re.match(
        r"[Yy]our ([\w' -]+?) (?:is|are|was|were|includes?|lies|comes?|has|have)\b", body
    )
    if owned and len(owned[1].split()) <= 4:
        thing = owned[1]
        plural = thing.endswith("s") and not thing.endswith("ss")
        asks = "who" if _SOMEBODY.search(thing) else "what"
        kind = " like" if asks == "what" and body[owned.end() :].startswith((" a ", " an ")) else ""
        return [
            f"{asks} {'are' if plural else 'is'} your {thing}{kind}?",
            f"tell me about your {thing}",
            f"can you say more about your {thing}?",
            f"how would you describe your {thing}?",
        ]
    short = re.split(r", (?:which|who|where|with|often|an?)\b", body)[0]
    lowered = short if re.match(r"I\b", short) else short[:1].lower() + short[1:]
    return [f"is it true that {lowered}?", f"I read that {lowered}. is that right?"]


def _tag(claim: Claim) -> str:
    auxiliary = claim.auxiliary
    if claim.negative:
        return f"{auxiliary} you"
    return f"{_CONTRACTED.get(auxiliary, 'right')} you" if auxiliary in _CONTRACTED else "right"


def _head(rest: str) -> str:
    return re.split(r"[,;]| that | which | who ", rest)[0]


def _sentence(text: str) -> str:
    text = re.sub(r"\bi\b", "I", " ".join(text.split()))
    return re.sub(r"(?:\A|(?<=[.!?] ))[a-z]", lambda m: m[0].upper(), text)


_SOMEBODY = re.compile(
    r"\b(?:mate|friend|brother|sister|mother|father|mum|mom|dad|parent|wife|husband|son|daughter|"
    r"child|boss|teacher|master|mentor|partner|uncle|aunt|cousin|neighbour|neighbor|rival|enemy|"
    r"owner|maker|lover|fiancée?|grand(?:mother|father)|employer|landlord|landlady|captain)s?\Z",
    re.IGNORECASE,
)
_CONTRACTED = {
    "are": "aren't",
    "were": "weren't",
    "do": "don't",
    "did": "didn't",
    "have": "haven't",
    "can": "can't",
    "will": "won't",
}
_OPEN: dict[str, tuple[str, ...]] = {
    r"are .*\byears? old\b|are an? \d+-year-old|are \d+\Z": (
        "how old are you?",
        "what's your age?",
    ),
    r"are (?:an?|the) (?!(?:[\w-]+ ){0,2}(?:human|robot|computer|dragon|virtual|clockwork|orphan|"
    r"widow(?:er)?|twin|man|woman|girl|boy|mother|father|sister|brother|vegetarian|member|fan|"
    r"person)\b)": (
        "what do you do?",
        "what do you do for a living?",
    ),
    r"(?:were born|come from|grew up|grow up)": ("where are you from?", "where did you grow up?"),
    r"(?:live|lives)\b": ("where do you live?", "where's home for you?"),
    r"(?:are afraid|fear)\b": ("what are you afraid of?", "does anything scare you?"),
    r"(?:like|love|enjoy|adore)\b": ("what do you like doing?", "what do you enjoy most?"),
    r"(?:hate|dislike|avoid|cannot stand|do not like)\b": ("what can't you stand?",),
    r"(?:never|do not|cannot|will not)\b": ("is there anything you never do?",),
    r"have (?:an? |two |three |long |no )?.*\b(?:hair|eyes|beard|scales|tattoo)": (
        "what do you look like?",
        "how would I recognise you?",
    ),
    r"(?:wear|typically wear|often wear)\b": ("what do you usually wear?",),
    r"have .*\b(?:friend|sister|brother|son|daughter|dog|cat|husband|wife|group)": (
        "who is close to you?",
        "is there anybody in your life?",
    ),
    r"(?:drink|eat|bake|cook)\b": ("what do you eat and drink?",),
    r"(?:studied|study|have studied)\b": ("what did you study?",),
    r"(?:teach|work|perform|run|keep|are employed)\b": ("what does your day look like?",),
    r"(?:aspire|dream|hope|want|plan)\b": ("what do you dream of?", "any plans for the future?"),
    r"speak|read\b": ("which languages do you know?",),
    r"are (?:introverted|shy|kind|quiet|strict|known for)": ("what are you like as a person?",),
}
