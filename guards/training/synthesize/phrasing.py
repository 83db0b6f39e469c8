"""Lead-ins before a reply, addresses before a question, and questions put in a roundabout way."""

import random
import re

from guards.training.synthesize.material import Split, phrases
from guards.training.synthesize.voice import to_second


def led(lead: str, sentence: str) -> str:
    """Return the sentence after its lead-in."""
    return f"{lead} {lowered(sentence) if lead.endswith((',', ':')) else sentence}"


def lowered(sentence: str) -> str:
    """Return the sentence with a small letter in front, except of "I"."""
    return sentence if sentence.startswith(("I ", "I'")) else sentence[:1].lower() + sentence[1:]


def addressed(rng: random.Random, split: Split, name: str, question: str) -> str:
    """Return the question after an address or a lead-in; `name` is whom it is put to."""
    text = rng.choice(phrases(split)["prefixes"]).replace("{name}", name.split()[0])
    return text.replace("{q}", lowered(question)).replace("{Q}", question)


def supposed(rng: random.Random, split: Split, claim: str) -> str:
    """Return a question that supposes `claim`: "You live in Oslo, right?" and its like."""
    text = rng.choice(phrases(split)["tags"]).replace("{s}", to_second(claim).rstrip(".!"))
    return text[:1].upper() + text[1:]


def indirect(rng: random.Random, split: Split, question: str) -> str | None:
    """Return the question inside a sentence: "Tell me where you live."; None if no rule fits."""
    for pattern, inner in _INNER:
        if found := pattern.fullmatch(lowered(question)):
            return rng.choice(phrases(split)["indirect"]).replace("{}", found.expand(inner))
    return None


_INNER = tuple(
    (re.compile(pattern), inner)
    for pattern, inner in (
        (r"do (you [^,?]*)\?", r"whether \1"),
        (r"(are|were|have|can|could|will|would) you ([^,?]*)\?", r"whether you \1 \2"),
        (r"(where|what|when|why|how(?: often| long)?|who|which \w+) do (you [^,?]*)\?", r"\1 \2"),
        (r"(where|what|when|why|how|who) (are|were|have|can) you ([^,?]*)\?", r"\1 you \2 \3"),
        (
            r"(what|who|where|how) (is|was|are|were) (your [^,?]*(?<! like)(?<! for)(?<! about))\?",
            r"\1 \3 \2",
        ),
    )
)
