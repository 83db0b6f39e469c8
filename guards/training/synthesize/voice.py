"""Rewrite a first-person sentence by rule: third person, second person, negated, as a question.

The rules know the verb that follows "I" and what stands before it; a sentence they cannot read
gives `None` rather than a guess.
"""

import re
from dataclasses import dataclass

ADVERBS = frozenset(
    "also always never really often usually just still sometimes currently recently actually "
    "only once secretly absolutely truly rarely hardly mostly even already generally normally "
    "mainly definitely simply deeply greatly honestly seldom occasionally frequently almost ever "
    "once now no longer".split()
)
FIXED = frozenset(
    "can could will would should must might may had did can't cannot couldn't won't wouldn't "
    "shouldn't didn't hadn't wasn't was".split()
)
PAST = frozenset(
    "went got made grew bought ate drank wrote came saw took met lost won left began became broke "
    "built caught chose fell felt fought found gave kept knew led learnt meant paid ran sang sat "
    "sold sent shot slept spoke spent stood stole swam taught thought told threw understood woke "
    "wore held heard hid hurt put quit rode rose said drew drove flew forgot forgave swore dreamt "
    "read set cut let hit laid dug bred fed sought bore crept dealt fled sank shook shone slid "
    "spun stung lent swept swung tore wept wove bit bound clung froze".split()
)
SAME_PRESENT = frozenset("read set cut let hit put hurt quit".split())
IRREGULAR = {
    "am": "is",
    "have": "has",
    "do": "does",
    "go": "goes",
    "don't": "doesn't",
    "haven't": "hasn't",
    "were": "was",
    "'m": "is",
    "'ve": "has",
}
LIKES = {
    "love": "hate",
    "like": "dislike",
    "enjoy": "can't stand",
    "hate": "love",
    "adore": "loathe",
    "dislike": "like",
}

_CONTRACTED = {
    r"\bi'm\b": "I am",
    r"\bi've\b": "I have",
    r"\bi'll\b": "I will",
    r"\bi'd (?=rather|love|like|prefer)": "I would ",
    r"\bi ?m\b": "I am",
    r"\bi ?ve\b": "I have",
    r"\bdont\b": "don't",
    r"\bi\b": "I",
    r"\bI do not\b": "I don't",
    r"\bI did not\b": "I didn't",
    r"\bI can ?not\b": "I can't",
}


NO_ADVERBS = frozenset("rely apply fly reply supply multiply comply imply ally bully".split())
"""Verbs that end like adverbs."""


@dataclass(frozen=True, slots=True)
class Clause:
    """A sentence of the shape `lead I adverbs verb rest`."""

    lead: str
    adverbs: tuple[str, ...]
    verb: str
    rest: str


def expand(sentence: str) -> str:
    """Return `sentence` with the contractions of "I" opened and "I" in capitals."""
    for pattern, full in _CONTRACTED.items():
        sentence = re.sub(pattern, full, sentence, flags=re.IGNORECASE)
    return sentence


def clause(sentence: str) -> Clause | None:
    """Return the parts of a sentence that starts with "I", else `None`."""
    words = expand(sentence).split()
    if not words or words[0] != "I":
        return None
    place = 1
    while place < len(words) and is_adverb(words[place]):
        place += 1
    if place >= len(words) or not re.fullmatch(r"[a-z']+", words[place]):
        return None
    return Clause("", tuple(words[1:place]), words[place], " ".join(words[place + 1 :]))


def is_adverb(word: str) -> bool:
    """Say whether `word` may stand between "I" and its verb."""
    return word in ADVERBS or (word.endswith("ly") and word not in NO_ADVERBS)


def is_past(verb: str) -> bool:
    """Say whether `verb` is a past form; `read` and its like count as present."""
    regular = verb.endswith("ed") and verb not in ("need", "feed", "breed", "speed", "bleed")
    return regular or (verb in PAST and verb not in SAME_PRESENT)


def third_verb(verb: str) -> str:
    """Return the form of `verb` after "she": `like` gives `likes`, past forms stay."""
    if verb in IRREGULAR:
        return IRREGULAR[verb]
    if verb in FIXED or is_past(verb):
        return verb
    if re.search(r"(s|sh|ch|x|z|[^o]o)$", verb):
        return verb + "es"
    return verb[:-1] + "ies" if re.search(r"[^aeiou]y$", verb) else verb + "s"


def to_third(sentence: str, name: str, pronouns: tuple[str, str, str]) -> str:
    """Return `sentence` said of `name`.

    Args:
        sentence: First person, one or more clauses.
        name: Stands for the first "I" and, unless "I" comes before it, the first "my".
        pronouns: Subject, object and possessive for the later ones, as `("she", "her", "her")`.

    Example:
        >>> to_third("I live in Oslo and I love my cat.", "Ann", ("she", "her", "her"))
        'Ann lives in Oslo and she loves her cat.'
        >>> to_third("My mother sings and I don't.", "Ann", ("she", "her", "her"))
        "Ann's mother sings and Ann doesn't."
    """
    plural = pronouns[0] == "they"
    words = expand(sentence).split()
    out: list[str] = []
    named, told, verb_due, agrees = False, False, False, True
    for word in words:
        core = word.strip(".,!?;:").lower()
        if word == "I":
            agrees = not (told and plural)
            out.append(pronouns[0] if told else name)
            named = told = verb_due = True
        elif core in _OWN and (core != "mine" or _possesses(out)):
            out.append(_owned(word, core, name, pronouns, named))
            named = True
        elif verb_due and not is_adverb(core):
            out.append(word.replace(core, third_verb(core) if agrees else _they(core), 1))
            verb_due = False
        elif core in COORDINATED and _joined(out) and named and agrees:
            out.append(word.replace(core, third_verb(core), 1))
        else:
            out.append(word)
    text = " ".join(out)
    return text[:1].upper() + text[1:]


def to_second(sentence: str) -> str:
    """Return `sentence` said to the listener: "I am" gives "you are", "my" gives "your"."""
    text = expand(sentence)
    text = re.sub(r"\bI (am|was)\b", lambda m: "you " + _YOU[m[1]], text)
    text = re.sub(r"\bI\b", "you", text)
    return re.sub(
        r"\b(my|me|myself|mine|am)\b", lambda m: _YOU[m[0].lower()], text, flags=re.IGNORECASE
    )


def negate(sentence: str) -> str | None:
    """Return the denial of `sentence`, or `None` when its verb is not understood.

    Example:
        >>> negate("I have two dogs.")
        "I don't have two dogs."
    """
    favourite = re.match(r"^(my favou?rite .+?) (is|are) (.+)$", sentence, flags=re.IGNORECASE)
    if favourite:
        return f"{favourite[1]} {favourite[2]} not {favourite[3]}"
    parts = clause(sentence)
    if parts is None:
        return None
    if "never" in parts.adverbs:
        rest = [a for a in parts.adverbs if a != "never"]
        return " ".join(["I", *rest, parts.verb, parts.rest]).strip()
    head = " ".join(["I", *parts.adverbs])
    return _denied(head, parts)


def to_question(sentence: str) -> str | None:
    """Return the yes/no question whose "yes" says `sentence`, or `None`.

    Example:
        >>> to_question("I work in a bank.")
        'Do you work in a bank?'
    """
    parts = clause(sentence)
    if parts is None or parts.verb.endswith("n't") or "never" in parts.adverbs:
        return None
    rest = to_second(" ".join([*parts.adverbs, parts.rest])).rstrip(".!? ")
    if parts.verb in ("am", "was"):
        return f"{_YOU[parts.verb].capitalize()} you {rest}?"
    if parts.verb in ("can", "will", "would", "could", "should", "must"):
        return f"{parts.verb.capitalize()} you {rest}?"
    participle = parts.rest.split(" ")[0] if parts.rest else ""
    if parts.verb == "have" and _is_perfect(participle):
        return f"Have you {rest}?"
    if parts.verb in FIXED or (is_past(parts.verb) and parts.verb not in PRESENT_OF):
        return None
    helper, verb = (
        ("Did", PRESENT_OF[parts.verb]) if parts.verb in PRESENT_OF else ("Do", parts.verb)
    )
    return f"{helper} you {verb} {rest}?".replace(" ?", "?")


def _denied(head: str, parts: Clause) -> str | None:
    verb, rest = parts.verb, parts.rest
    if verb in ("am", "was", "will", "would", "should", "could", "must"):
        if rest.startswith("not "):
            return f"{head} {verb} {rest[4:]}"
        return f"{head} {verb} not {rest}"
    if verb in ("can", "don't", "can't", "cannot", "didn't"):
        opposite = {"can": "can't", "don't": "", "can't": "can", "cannot": "can", "didn't": ""}
        return f"{head} {opposite[verb]} {rest}".replace("  ", " ") if verb != "didn't" else None
    participle = rest.split(" ")[0] if rest else ""
    if verb == "have" and participle == "never":
        return None
    if verb == "have" and _is_perfect(participle):
        return f"{head} have not {rest}"
    if verb in PRESENT_OF:
        return f"{head} didn't {PRESENT_OF[verb]} {rest}"
    return None if is_past(verb) or verb in FIXED else f"{head} don't {verb} {rest}"


def _is_perfect(after_have: str) -> bool:
    return is_past(after_have) or after_have in PARTICIPLES


def _joined(before: list[str]) -> bool:
    """Say whether a verb that comes next shares the subject: after "and", "but", "and never"."""
    while before and is_adverb(before[-1]):
        before = before[:-1]
    return bool(before) and before[-1] in ("and", "but", "or")


def _possesses(before: list[str]) -> bool:
    """Say whether a "mine" that comes next is a pronoun, not a pit."""
    return bool(before) and before[-1].lower() in _BEFORE_MINE


def _they(verb: str) -> str:
    return {"am": "are", "was": "were"}.get(verb, verb)


def _owned(word: str, core: str, name: str, pronouns: tuple[str, str, str], named: bool) -> str:
    subject, object_, possessive = pronouns
    reflexive = {"he": "himself", "she": "herself", "they": "themselves"}[subject]
    absolute = {"he": "his", "she": "hers", "they": "theirs"}[subject]
    own = possessive if named else f"{name}'s"
    new = {"my": own, "me": object_ if named else name, "myself": reflexive, "mine": absolute}
    return re.sub(core, new[core], word, count=1, flags=re.IGNORECASE)


PRESENT_OF = {
    "went": "go",
    "got": "get",
    "grew": "grow",
    "bought": "buy",
    "wrote": "write",
    "met": "meet",
    "lost": "lose",
    "won": "win",
    "left": "leave",
    "became": "become",
    "broke": "break",
    "built": "build",
    "took": "take",
    "made": "make",
    "taught": "teach",
    "worked": "work",
    "studied": "study",
    "lived": "live",
    "moved": "move",
    "played": "play",
    "graduated": "graduate",
    "dropped": "drop",
    "started": "start",
    "served": "serve",
    "ran": "run",
    "found": "find",
    "spent": "spend",
    "fought": "fight",
    "trained": "train",
    "quit": "quit",
    "married": "marry",
    "divorced": "divorce",
    "retired": "retire",
    "visited": "visit",
    "wanted": "want",
}
PARTICIPLES = frozenset(
    "always been beaten begun bitten broken chosen done drawn driven drunk eaten fallen flown "
    "forgotten frozen given gone grown hidden known ridden risen seen shown sung spoken stolen "
    "sworn taken thrown woken worn written".split()
)
"""What tells "I have worn glasses" from "I have glasses", beside the past forms."""

COORDINATED = frozenset(
    "am live work love like enjoy hate have want play sing write read cook paint collect own teach "
    "study speak drive travel sleep eat drink wear keep know think believe dream hope plan need "
    "spend volunteer value run walk swim dance listen watch prefer tend try draw grow bake step "
    "serve obey tell take give get go come see do say ask help carry pay talk stay refuse "
    "let remember forget sell buy mend send lose earn swear weep sew write".split()
)
_OWN = frozenset(("my", "me", "myself", "mine"))
_BEFORE_MINE = frozenset("of is are was were be than with to like as and or for on in not".split())
_YOU = {
    "am": "are",
    "was": "were",
    "my": "your",
    "me": "you",
    "myself": "yourself",
    "mine": "yours",
}
