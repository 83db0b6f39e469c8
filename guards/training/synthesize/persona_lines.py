"""Labelled pairs made by rule from the text of ConvAI2: persona lines and what people wrote.

Only the text is used. Which utterance was held to express which line is a model's opinion under
no known licence, and is not read here; nor is a line that occurs in the validation personas.
"""

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from guards.formats import normalise, relevance_query
from guards.training.premises import premise
from guards.training.rows import Row, read_jsonl
from guards.training.synthesize.facts import Character, a_character
from guards.training.synthesize.material import Split, phrases
from guards.training.synthesize.voice import expand, negate, to_question, to_third

PAIRS = "convai2_train_entailed_pairs.jsonl.gz"
VALIDATION = "convai2_valid_turns_entailidx.jsonl.gz"
SYNTHETIC = "synthetic_persona_chat_valid.jsonl.gz"

_LOOSE_NEGATION = re.compile(r"\b((?:do|does|did|is|are|was|were|have|has|ca|wo|would|could)n) t\b")

PARAPHRASES = (
    (
        r"^I (love|like|enjoy) (?!to )(.+)\.$",
        (
            "I'm really fond of {0}.",
            "{0} is something I {1}.",
            "Nothing beats {0} for me.",
            "I am a big fan of {0}.",
        ),
    ),
    (
        r"^I (love|like) to (.+)\.$",
        (
            "It makes me happy to {0}.",
            "I {1} it when I get to {0}.",
            "One of my great joys is to {0}.",
        ),
    ),
    (r"^I (hate|dislike) (.+)\.$", ("I can't stand {0}.", "I really don't like {0}.")),
    (
        r"^I (have) ((?:a|an|two|three|four|five|no) .+)\.$",
        ("I've got {0}.", "I'm the owner of {0}.", "There's {0} in my life."),
    ),
    (r"^I (work) (.+)\.$", ("My job is {0}.", "I earn my living {0}.", "I'm employed {0}.")),
    (r"^I (live) in (.+)\.$", ("My home is in {0}.", "I'm based in {0}.", "I reside in {0}.")),
    (r"^I (am) from (.+)\.$", ("I come from {0}.", "{0} is where I come from.")),
    (
        r"^I (want) to (.+)\.$",
        ("My dream is to {0}.", "I hope to {0} one day.", "I would love to {0}."),
    ),
    (
        r"^My (favou?rite \w+) (?:is|are) (.+)\.$",
        (
            "I like {0} best.",
            "Nothing compares to {0} in my eyes.",
            "When it comes to my {1}, I always pick {0}.",
        ),
    ),
)
"""Shapes of persona lines with other wordings; `{0}` is the rest of the line, `{1}` its verb."""

_NUMBERS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


@dataclass(frozen=True, slots=True)
class PersonaText:
    """First-person persona lines and single utterances."""

    lines: tuple[str, ...]
    utterances: tuple[str, ...]


def read_text(data: Path) -> PersonaText:
    """Return the training text; lines of the validation personas are left out."""
    held = validation_lines(data)
    lines: dict[str, None] = {}
    utterances: dict[str, None] = {}
    for raw in read_jsonl(data / "persona" / PAIRS):
        line = spoken(str(raw["persona"]))
        if letters(line) not in held and len(line) < 120:
            lines[line] = None
        utterance = spoken(str(raw["utterance"]))
        if len(utterance) < 160:
            utterances[utterance] = None
    return PersonaText(tuple(lines), tuple(utterances))


def validation_lines(data: Path) -> frozenset[str]:
    """Return the letters of every validation persona line, for leaving them out of training."""
    held: set[str] = set()
    for raw in read_jsonl(data / "persona" / VALIDATION):
        held.update(letters(str(line)) for line in _list(raw["persona"]))
    for raw in read_jsonl(data / "persona" / SYNTHETIC):
        held.update(letters(str(line)) for line in _list(raw["user1"]) + _list(raw["user2"]))
    return frozenset(held)


def spoken(text: str) -> str:
    """Return chat text with usual spacing, "I" opened and a full stop at the end."""
    text = expand(normalise(_LOOSE_NEGATION.sub(r"\1't", text)))
    text = text if text.endswith((".", "!", "?")) else text + "."
    return text[:1].upper() + text[1:]


def letters(text: str) -> str:
    """Return `text` reduced to its lower-case letters and digits."""
    return re.sub(r"[^a-z0-9]", "", text.lower())


def nli_pairs(seed: int, count: int, text: PersonaText) -> Iterator[Row]:
    """Yield about `count` entailment rows, the three labels in turn."""
    rng = random.Random(f"lines-{seed}")
    makers = {"e": _entailed, "n": _neutral, "c": _contradicted}
    made = 0
    while made < count:
        label = "enc"[made % 3]
        who = a_character(rng, "train")
        line = rng.choice(text.lines)
        row = makers[label](rng, who, line, text)
        if row is not None:
            made += 1
            yield row


def relevance_pairs(
    seed: int, count: int, text: PersonaText, *, split: Split = "train"
) -> Iterator[Row]:
    """Yield about `count` relevance rows: a question made from a line, against that or another."""
    rng = random.Random(f"asked-{seed}")
    made = 0
    while made < count:
        who = a_character(rng, split)
        line, other = rng.choice(text.lines), rng.choice(text.lines)
        question = to_question(line)
        if question is None or set(content(line)) & set(content(other)):
            continue
        label = "yes" if made % 2 == 0 else "no"
        talk = text.utterances or (question,)
        query = question if label == "yes" or rng.random() < 0.5 else rng.choice(talk)
        made += 1
        about = line if label == "yes" else other
        first = relevance_query(who.name, _before(rng, text), query)
        yield Row("relevance", first, to_third(about, who.name, who.pronouns), label, "line asked")


def _entailed(rng: random.Random, who: Character, line: str, text: PersonaText) -> Row | None:
    question = to_question(line)
    if question and rng.random() < 0.25:
        return _row(rng, who, question, rng.choice(phrases("train")["yes_words"]), line, "e", text)
    denied = negate(line)
    if denied and rng.random() < 0.15:
        return _row(rng, who, _ask(rng, question, text), denied, denied, "e", text)
    said = _with_noise(rng, reworded(rng, line), text)
    return _row(rng, who, _ask(rng, question, text), said, line, "e", text)


def _contradicted(rng: random.Random, who: Character, line: str, text: PersonaText) -> Row | None:
    question, denied, roll = to_question(line), negate(line), rng.random()
    if question and roll < 0.2:
        return _row(rng, who, question, rng.choice(phrases("train")["no_words"]), line, "c", text)
    changed = changed_line(rng, line, text)
    if changed and roll < 0.6:
        return _row(
            rng, who, _ask(rng, question, text), _with_noise(rng, changed, text), line, "c", text
        )
    if denied is None:
        return None
    said, stated = (denied, line) if roll < 0.8 else (line, denied)
    return _row(
        rng, who, _ask(rng, question, text), _with_noise(rng, said, text), stated, "c", text
    )


def _neutral(rng: random.Random, who: Character, line: str, text: PersonaText) -> Row | None:
    roll, question = rng.random(), to_question(line)
    other = rng.choice(text.lines)
    shared = set(content(line)) & set(content(other))
    if roll < 0.45 and not shared:
        reply = _with_noise(rng, other, text)
        return _row(
            rng, who, _ask(rng, question or to_question(other), text), reply, line, "n", text
        )
    if roll < 0.6:
        someone = rng.choice(phrases("train")["others"])
        said = to_third(line, someone, ("they", "them", "their"))
        return _row(
            rng, who, _ask(rng, question, text), _with_noise(rng, said, text), line, "n", text
        )
    if roll < 0.72:
        reaction = rng.choice(phrases("train")["user_reactions"])
        return _row(rng, who, line, reaction, line, "n", text)
    if roll < 0.84:
        reply = rng.choice(phrases("train")["deflections"])
        return _row(rng, who, question or line, reply, line, "n", text)
    utterance = rng.choice(text.utterances)
    if set(content(line)) & set(content(utterance)):
        return None
    return _row(rng, who, _ask(rng, None, text), utterance, line, "n", text)


def _row(
    rng: random.Random,
    who: Character,
    query: str,
    reply: str,
    stated: str,
    label: str,
    text: PersonaText,
) -> Row:
    words = len(reply.split())
    if rng.random() < 0.25 and words > 4 and label != "n":
        return Row("nli", reply, stated, label, "line (plain)")
    history = _before(rng, text)
    said = premise(who.name, history, query, reply)
    return Row("nli", said, to_third(stated, who.name, who.pronouns), label, "line")


def _before(rng: random.Random, text: PersonaText) -> list[tuple[str, str]]:
    if rng.random() < 0.75 or not text.utterances:
        return []
    return [("user", rng.choice(text.utterances)), ("assistant", rng.choice(text.utterances))]


def _ask(rng: random.Random, question: str | None, text: PersonaText) -> str:
    roll = rng.random()
    if question and roll < 0.4:
        return question
    if roll < 0.6:
        return rng.choice(phrases("train")["generic_q"])
    return rng.choice(text.utterances)


def _with_noise(rng: random.Random, line: str, text: PersonaText) -> str:
    """Return the line, often with an unrelated utterance before or after."""
    if rng.random() < 0.45:
        return line
    other = rng.choice(text.utterances)
    if set(content(line)) & set(content(other)):
        return line
    return f"{line} {other}" if rng.random() < 0.5 else f"{other} {line}"


def changed_line(rng: random.Random, line: str, text: PersonaText) -> str | None:
    """Return `line` with its number, age or favourite replaced, or `None`."""
    age = re.search(r"\b(\d\d) (?=years? old)", line)
    if age:
        return line.replace(age[1], str(int(age[1]) + rng.choice((-9, -5, 4, 8, 12))), 1)
    number = re.search(rf"\bI have ({'|'.join(_NUMBERS)}) ", line)
    if number:
        new = rng.choice([n for n in _NUMBERS if n != number[1]])
        return line.replace(f" {number[1]} ", f" {new} ", 1)
    favourite = re.match(r"^(My favou?rite \w+ (?:is|are)) (.+)$", line)
    if not favourite:
        return None
    same = [t for t in text.lines if t.startswith(favourite[1] + " ") and t != line]
    return rng.choice(same) if same else None


def reworded(rng: random.Random, line: str) -> str:
    """Return `line` in other words where a shape of `PARAPHRASES` fits, often, else as it is."""
    for shape, wordings in PARAPHRASES:
        found = re.match(shape, line)
        if found and "," not in line and rng.random() < 0.7:
            said = rng.choice(wordings).replace("{0}", found[2]).replace("{1}", found[1])
            return said[:1].upper() + said[1:]
    return line


def content(text: str) -> list[str]:
    """Return the words of `text` that carry its topic, lower case."""
    return [
        word
        for word in re.findall(r"[a-z]+", text.lower())
        if len(word) > 3 and word not in _COMMON
    ]


def _list(value: object) -> list[object]:
    assert isinstance(value, list)
    return value


_COMMON = frozenset(
    "have like love with that this very really from would been always also just when what your "
    "work time favorite years enjoy currently them they their about into some much most more than "
    "don't never every".split()
)
