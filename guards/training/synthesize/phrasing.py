"""Lead-ins before a reply, addresses before a question, and questions that suppose something."""

import random

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
