"""Pairs of two utterances of one speaker, made by rule: does the second take back the first?

Claims come from persona lines and from what people wrote; a contradiction is a denial, an antonym
or a turned liking. An utterance that shares a word with the claim is only known not to deny it on
purpose, hence the partial label `nc` (not contradicted).
"""

import random
import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache

from guards.formats import nli_premise
from guards.training.facts import a_character
from guards.training.material import phrases
from guards.training.persona_lines import PersonaText, content, reworded
from guards.training.rows import Row
from guards.training.voice import LIKES, clause, negate, to_question, to_third

ANTONYMS = (
    ("good", "bad"),
    ("big", "small"),
    ("large", "tiny"),
    ("young", "old"),
    ("happy", "sad"),
    ("married", "single"),
    ("rich", "poor"),
    ("early", "late"),
    ("always", "never"),
    ("hot", "cold"),
    ("easy", "hard"),
    ("love", "hate"),
    ("best", "worst"),
    ("full", "empty"),
    ("tall", "short"),
    ("long", "short"),
    ("healthy", "sick"),
    ("clean", "dirty"),
    ("boring", "exciting"),
    ("cheap", "expensive"),
    ("quiet", "loud"),
    ("safe", "dangerous"),
    ("everyone", "nobody"),
    ("alone", "with many people"),
    ("city", "countryside"),
    ("morning", "evening"),
    ("summer", "winter"),
    ("employed", "unemployed"),
    ("strong", "weak"),
    ("smart", "stupid"),
    ("outside", "inside"),
    ("many", "no"),
    ("lot", "little"),
    ("older", "younger"),
    ("daily", "never"),
    ("beautiful", "ugly"),
    ("favorite", "least favorite"),
    ("fast", "slow"),
    ("brother", "no siblings, let alone a brother"),
    ("first", "last"),
)

DOUBTS = (
    "No, wait.",
    "To be honest,",
    "Actually,",
    "Well,",
    "I must say,",
    "Like I said,",
    "Sorry, but",
    "Oh, by the way,",
    "You know,",
    "",
    "",
    "",
    "",
    "",
    "",
)

_DOUBLES = re.compile(r"\b(not not|never never)\b")


def utterance_pairs(seed: int, count: int, text: PersonaText) -> Iterator[Row]:
    """Yield `count` rows: contradictions and uncontradicted ones alike, some entailed.

    Args:
        seed: The same seed and text give the same rows.
        count: Number of rows.
        text: Lines and utterances to draw from.
    """
    rng = random.Random(f"utterances-{seed}")
    claims, index = _claims(text), _by_word(text)
    made = 0
    while made < count:
        label = ("c", "nc", "c", "nc", "e")[made % 5]
        claim = rng.choice(claims)
        said = _second(rng, claim, label, text, index)
        if said is None:
            continue
        made += 1
        yield _row(rng, claim, said, label, text)


def denials(claim: str) -> list[str]:
    """Return sentences that contradict `claim`: denied, a liking turned, an antonym put in.

    Example:
        >>> denials("I love big dogs.")[:2]
        ["I don't love big dogs.", 'I hate big dogs.']
    """
    found = [negate(claim)]
    parts = clause(claim)
    if parts is not None and parts.verb in LIKES and not parts.adverbs:
        found.append(f"I {LIKES[parts.verb]} {parts.rest}")
    if parts is not None and parts.verb == "have" and parts.rest.startswith(("a ", "an ")):
        noun = parts.rest.split(" ", 1)[1]
        found += [f"I have no {noun}", f"I have never had {parts.rest}"]
    found += [_swapped(claim, one, other) for pair in ANTONYMS for one, other in (pair, pair[::-1])]
    return [f for f in dict.fromkeys(found) if f is not None and not _DOUBLES.search(f)]


def _second(
    rng: random.Random, claim: str, label: str, text: PersonaText, index: dict[str, list[str]]
) -> str | None:
    if label == "c":
        options = denials(claim)
        return rng.choice(options) if options else None
    if label == "e":
        return reworded(rng, claim)
    if rng.random() < 0.3:
        return rng.choice(text.utterances)
    near = index.get(rng.choice(content(claim) or [""]), [])
    other = rng.choice(near) if near else None
    return None if other is None or _may_clash(claim, other) else other


def _row(rng: random.Random, claim: str, said: str, label: str, text: PersonaText) -> Row:
    if label == "e" or rng.random() < 0.35:
        return _as_reply(rng, claim, said, label, text)
    first, second = (claim, said) if rng.random() < 0.6 else (said, claim)
    lead = rng.choice(DOUBTS)
    second = f"{lead} {second}".strip()
    return Row("nli", _noisy(rng, first, text), _noisy(rng, second, text), label, "utterances")


def _as_reply(rng: random.Random, claim: str, said: str, label: str, text: PersonaText) -> Row:
    """The claim as a statement about a character who says the other sentence."""
    who = a_character(rng, "train")
    query = rng.choice(
        (
            to_question(claim) or rng.choice(text.utterances),
            rng.choice(text.utterances),
            rng.choice(phrases("train")["generic_q"]),
        )
    )
    premise = nli_premise(who.name, [], query, _noisy(rng, said, text))
    return Row("nli", premise, to_third(claim, who.name, who.pronouns), label, "utterance reply")


def _noisy(rng: random.Random, sentence: str, text: PersonaText) -> str:
    """Return the sentence, half the time with an unrelated utterance around it."""
    other = rng.choice(text.utterances)
    if rng.random() < 0.5 or set(content(other)) & set(content(sentence)):
        return sentence
    return f"{sentence} {other}" if rng.random() < 0.5 else f"{other} {sentence}"


def _may_clash(claim: str, other: str) -> bool:
    """Say whether the two could deny each other: much in common, and a negation or a number."""
    if len(set(content(claim)) & set(content(other))) < 2:
        return False
    pattern = r"n't\b|\bnot?\b|\bnever\b|\bhate\b|\d|favou?rite|\b(one|two|three|four|five)\b"
    return bool(re.search(pattern, f"{claim} {other}", flags=re.IGNORECASE))


def _swapped(claim: str, one: str, other: str) -> str | None:
    if one not in claim:
        return None
    new, hits = re.subn(rf"\b{one}\b", other, claim, count=1)
    return new if hits else None


@cache
def _claims(text: PersonaText) -> list[str]:
    """Return the lines, and the sentences of utterances that say something of the speaker."""
    found = list(text.lines)
    for utterance in text.utterances:
        for sentence in re.split(r"(?<=[.!?]) ", utterance):
            plain = sentence[:1].upper() + sentence[1:]
            if plain.endswith((".", "!")) and 4 <= len(plain.split()) <= 14 and clause(plain):
                found.append(plain)
    return list(dict.fromkeys(found))


@cache
def _by_word(text: PersonaText) -> dict[str, list[str]]:
    index: dict[str, list[str]] = defaultdict(list)
    for utterance in text.utterances:
        for word in dict.fromkeys(content(utterance)):
            index[word].append(utterance)
    return dict(index)
