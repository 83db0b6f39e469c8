"""Reads what a user wants from his first turns: requests and questions, as infinitives."""

from __future__ import annotations

import re
from collections.abc import Sequence

from persona_sdk.personas.verbs import is_base
from simulators.profiles.claims import sentences
from simulators.profiles.persons import open_contractions, to_second

FIRST_TURNS = 2
"""Turns that are read; later ones react to the other side."""

MOST = 3
"""Goals of one user."""

LONGEST = 160
"""Characters of a goal that quotes a sentence."""


def goals_of(said: Sequence[str]) -> tuple[str, ...]:
    """Return what the first turns ask for, in the infinitive; empty for mere greetings.

    Example:
        >>> goals_of(["hi", "How do I cook rice? Please write me a poem."])
        ('Find out how to cook rice.', 'Ask them to write you a poem.')
    """
    found: list[str] = []
    read = [turn for turn in said if not _GREETING.fullmatch(turn.strip())][:FIRST_TURNS]
    for turn in read:
        asked = (s for s in sentences(turn) if not _GREETING.fullmatch(s.strip()))
        found += [goal for sentence in asked if (goal := _goal(sentence))]
    return tuple(dict.fromkeys(found))[:MOST]


def _goal(sentence: str) -> str:
    text = _POLITE.sub("", open_contractions(sentence.strip()))
    text = _PLEASE.sub("", " ".join(text.split()).rstrip("?.! "))
    if match := _THEY.match(text):
        return _said(f"Find out {match['what'].lower()} they {match['rest']}")
    for pattern, lead in _SHAPES:
        if (match := pattern.match(text)) and _is_enough(match["rest"]):
            return _said(lead + match["rest"])
    if (match := _THING.match(text)) and not _LINKED.match(match["rest"]):
        return _said(f"Find out {match['what'].lower()} {match['rest']} {match['verb'].lower()}")
    first = text.split(" ", 1)[0].lower()
    if _is_enough(text) and (is_base(first) or first in _ORDERS) and " " in text:
        return _said(f"Ask them to {first}{text[len(first) :]}")
    if sentence.rstrip().endswith("?") and _ASKING.match(text):
        return f"Find an answer to “{text[:LONGEST]}?”"
    return ""


def _said(goal: str) -> str:
    return to_second(_of_them(goal))[:LONGEST].rstrip() + "."


def _of_them(text: str) -> str:
    """Say `they` of the side that a question addresses: `you` is the user in a goal."""
    for pattern, word in _THEIR:
        text = pattern.sub(word, text)
    return text


def _is_enough(text: str) -> bool:
    return bool(re.search(r"\w{3}", text)) and not _EMPTY.fullmatch(text.strip())


_GREETING = re.compile(
    r"(?:(?:hi|hello|hey|hiya|yo|good (?:morning|evening|afternoon)|how's it going|"
    r"how are you(?: (?:doing|today))*"
    r"|what's up|sup|nice to meet you|there|everyone)[\s,.!?]*)+",
    re.IGNORECASE,
)
_PLEASE = re.compile(r",? (?:please|pls|plz|thanks|thank you|OK|ok)$")
_POLITE = re.compile(
    r"\A(?:(?:hi|hello|hey|ok|okay|so|well|and|now|yes|no|sure|great|thanks|thank you|please|pls|"
    r"plz|also|i was wondering|oh|cool|nice)[\s,.!]+(?:there[\s,.!]+)?)+",
    re.IGNORECASE,
)
_CAN = r"(?:can|could|would|will) you(?: please| kindly| possibly)*"
_WANT = r"(?:I|we)(?: just| really| would| also)* (?:want|need|like|love|am looking|am trying)"
_TABLE = (
    (rf"(?:{_CAN} )?help me(?: to)? (?={{base}})", "Get help to "),
    (rf"(?:{_CAN} )?help me(?: out)?(?: with)? ", "Get help with "),
    (rf"(?:{_CAN} )?(?:tell me|explain(?: to me)?) (?={{wh}})", "Find out "),
    (rf"(?:{_CAN} )?(?:tell me|explain)(?: more)? about ", "Find out about "),
    (rf"{_CAN} ", "Ask them to "),
    (r"(?:can|could|may) (?:I|we) (?:please )?(?:get|have) ", "Get "),
    (rf"{_WANT} to know (?={{wh}})", "Find out "),
    (rf"{_WANT} to know (?:about )?", "Find out about "),
    (rf"{_WANT} to (?:get|have|order) ", "Get "),
    (rf"{_WANT} to ", "Find out how to "),
    (rf"{_WANT}(?: for)? ", "Get "),
    (r"(?:I|we) (?:am|are) (?:also |really )?(?:interested in|curious about) ", "Find out about "),
    (
        r"how (?:do|does|can|could|would|should|might|to)(?: (?:I|we|you|one)(?= [a-z]))?"
        r"(?: go about)? ",
        "Find out how to ",
    ),
    (r"do you ", "Find out whether they "),
    (r"are you ", "Find out whether they are "),
)
_WH = r"(?:what|who|where|when|why|which|how|if|whether)\b"
_BASE = (
    r"(?:start|find|write|understand|make|solve|get|figure|create|learn|choose|build|plan|fix|"
    r"improve|decide|do|prepare|translate)\b"
)
_SHAPES = tuple(
    (
        re.compile(
            pattern.replace("{wh}", _WH).replace("{base}", _BASE) + "(?P<rest>.+)$",
            re.IGNORECASE | re.DOTALL,
        ),
        lead,
    )
    for pattern, lead in _TABLE
)
_THEY = re.compile(
    r"(?P<what>(?:what|where|who|why|when|how|which)(?: \w+){0,4}) do you "
    r"(?P<rest>.+)$",
    re.IGNORECASE | re.DOTALL,
)
_THING = re.compile(
    r"(?P<what>what|who|where|when|why|how (?:much|many|old|long|far)|which) "
    r"(?P<verb>is|are|was|were) "
    r"(?P<rest>(?:(?:the|an?|my|your|this|these|that|his|her|their|our) )?\S+(?: \S+){0,6})$",
    re.IGNORECASE | re.DOTALL,
)
_BASE_WORD = r"(?:act|be|pretend|write|help|give|tell|make|play|speak|answer|explain|show)\b"
_THEIR = tuple(
    (re.compile(rf"\b(?:{pattern})\b", re.IGNORECASE), word)
    for pattern, word in (
        (r"yourself", "themselves"),
        (r"yours", "theirs"),
        (r"your", "their"),
        (
            r"(?<=to )you|(?<=for )you|(?<=with )you|(?<=of )you|(?<=about )you|(?<=from )you",
            "them",
        ),
        (rf"(?<=get )you|(?<=have )you|(?<=let )you|you(?= to {_BASE_WORD})", "them"),
        (r"you", "they"),
    )
)
_LINKED = re.compile(
    r"(?:in|on|at|with|about|special|so|wrong|best|good|better|there|of|for|to|like)\b", re.I
)
_ASKING = re.compile(
    r"(?:who|whom|whose|what|when|where|why|which|how|do|does|did|is|are|was|were|can|could|will|"
    r"would|should|may|has|have|am)\b",
    re.IGNORECASE,
)
_ORDERS = frozenset(
    "summarize summarise rewrite generate provide list define convert calculate give write show "
    "find create explain describe recommend suggest compare correct draft translate fix debug "
    "outline paraphrase".split()
)
_EMPTY = re.compile(
    r"(?:that|this|it|them|those|these|you|me|help|know|here|there|so|more|with|about)+"
)
