"""Cuts a sentence about a character into the facts that it joins, where rules can do so safely."""

from __future__ import annotations

import re

from persona_sdk.personas.verbs import is_finite, is_noun_too

MAX_SENTENCE = 1_000
"""Characters; a longer sentence is left whole."""


def split_facts(sentence: str, subject: str, *, lists: bool = True) -> list[str]:
    """Return the facts that `sentence` joins; the sentence itself where no cut is safe.

    Cut are clauses and predicates joined by `and`, `but` or a semicolon, appositions, relative
    clauses of a predicate noun and, with `lists`, lists of what the subject is, likes or has.

    Args:
        sentence: One sentence that starts with `subject`, e.g. `Mara bakes and sings.`
        subject: The character's name as the sentence uses it.
        lists: Also cut lists.

    Example:
        >>> split_facts("Mara is a baker and lives in Lyon with her two cats.", "Mara")
        ['Mara is a baker.', 'Mara lives in Lyon.', 'Mara lives with her two cats.']
    """
    body = sentence.strip().rstrip(".!").strip()
    if not body or len(body) > MAX_SENTENCE or body.endswith("?") or '"' in body or "“" in body:
        return [sentence.strip()]
    facts = [fact for clause in _clauses(body, subject) for fact in _predicates(clause, subject)]
    facts = [part for fact in facts for part in _dwelling(fact, subject)]
    if lists:
        facts = [item for fact in facts for item in _list_items(fact, subject)]
    end = "" if body[-1] in _CLOSING else "."
    return [fact.strip().rstrip(",") + end for fact in facts]


def _clauses(body: str, subject: str) -> list[str]:
    """Cut where a new subject, the character, begins a clause of its own."""
    start = re.compile(
        rf"(?:;\s+|,?\s+(?:and|but|so|yet)\s+)(?={re.escape(subject)}\s+(\S+))", re.IGNORECASE
    )
    pieces: list[str] = []
    begin = 0
    for match in start.finditer(body):
        left = body[begin : match.start()]
        if _DEPENDENT.search(left) or not is_finite(match[1]):
            continue
        pieces.append(left)
        begin = match.end()
    return [*pieces, body[begin:]]


def _predicates(clause: str, subject: str) -> list[str]:
    """Cut `Mara bakes bread and sings` after each predicate and repeat the subject."""
    clause, facts = _apposition(clause, subject)
    relative = re.match(rf"({_words(subject)} (?:is|was) an? [^,;]+?) who (\S+ .+)$", clause)
    if relative and is_finite(relative[2].split()[0]):
        return [*facts, relative[1], *_predicates(f"{subject} {relative[2]}", subject)]
    head = _subject_of(clause, subject)
    if head is None:
        return [*facts, clause]
    cuts = _cuts(clause, len(head))
    if not cuts:
        return [*facts, clause]
    edges = [(0, cuts[0][0])]
    ends = [start for start, _ in cuts[1:]] + [len(clause)]
    edges += [(begin, end) for (_, begin), end in zip(cuts, ends, strict=True)]
    first, *others = (clause[begin:end].rstrip(" ,") for begin, end in edges)
    return [*facts, first, *(f"{head} {other}" for other in others)]


def _apposition(clause: str, subject: str) -> tuple[str, list[str]]:
    """Take `a baker from Lyon` out of `Mara, a baker from Lyon, sings`."""
    match = re.match(rf"({_words(subject)}), (an? [^,]+), (\S+)( .*)?$", clause)
    if match and is_finite(match[3]):
        return f"{match[1]} {match[3]}{match[4] or ''}", [f"{match[1]} is {match[2]}"]
    return clause, []


def _subject_of(clause: str, subject: str) -> str | None:
    """Return what stands before the first verb, if it starts with the character."""
    words = clause.split()
    if not re.match(_words(subject), clause):
        return None
    for count in range(1, min(len(words), 7)):
        if is_finite(words[count]):
            head = " ".join(words[:count])
            # An adverb before the verb (`never`, `also`) belongs to the predicate.
            while head.lower().endswith(_ADVERBS) and " " in head:
                head = head.rsplit(" ", 1)[0]
            return None if " and " in head or "," in head else head
    return None


def _cuts(clause: str, after: int) -> list[tuple[int, int]]:
    """Return where predicates end and the next ones begin."""
    cuts: list[tuple[int, int]] = []
    commas: list[tuple[int, int]] = []
    for match in _JOINT.finditer(clause, after):
        if _DEPENDENT.search(clause, after, match.start()):
            break
        rest = clause[match.end() :]
        if not _starts_predicate(rest, clause[after : match.start()]) or _LEANING.search(rest):
            continue
        if match[0].strip() == ",":
            commas.append(match.span())
        else:
            cuts += [*commas, match.span()]
            commas = []
    return cuts


def _starts_predicate(rest: str, left: str) -> bool:
    words = [w.strip(",;") for w in rest.split()]
    while words and words[0].lower() in _ADVERBS:
        words = words[1:]
    if not words or not is_finite(words[0]):
        return False
    if words[0].lower().endswith("ed") and re.match(r"\s*(?:is|was (?!born)|has|had)\b", left):
        return False
    follower = words[1].lower() if len(words) > 1 else "and"
    return not is_noun_too(words[0]) or follower not in _AFTER_NOUN


def _dwelling(fact: str, subject: str) -> list[str]:
    """Cut `Mara lives in Lyon with her cats` into the place and the company."""
    match = re.match(
        rf"({_words(subject)} (?:lives|lived)) ((?:in|at|on|near|above|by) [^,]+?) (with [^,]+)$",
        fact,
    )
    return [f"{match[1]} {match[2]}", f"{match[1]} {match[3]}"] if match else [fact]


def _list_items(fact: str, subject: str) -> list[str]:
    """Cut `Mara likes tea, rain and cats` where each item can stand alone."""
    match = re.match(rf"({_words(subject)} (?:{_LISTING})) ([^;:]+)$", fact)
    if not match or _DEPENDENT.search(match[2]) or _UNSAFE_LIST.search(match[2]):
        return [fact]
    adjective = match[2].split(",")[0].lower() in _ADJECTIVES
    if adjective and not _COPULA.match(match[1]):
        return [fact]
    items = [i.strip() for i in re.split(r",? and |, (?:and )?", match[2])]
    if len(items) < 2 or " and " not in match[2] or not all(_is_item(i) for i in items):
        return [fact]
    if len({bool(_DETERMINED.match(i)) for i in items}) > 1:
        return [fact]
    return [f"{match[1]} {item}" for item in items]


def _is_item(item: str) -> bool:
    words = item.lower().split()
    return 1 <= len(words) <= 4 and words[0] not in _NOT_ITEM


def _words(subject: str) -> str:
    return re.escape(subject) + r"\b"


_CLOSING = "。！？…"
_JOINT = re.compile(r",?\s+(?:and|but|yet)\s+|,\s+then\s+|,\s+")
_DEPENDENT = re.compile(
    r"\b(?:that|which|who|whom|whose|where|when|whenever|because|if|unless|until|while|since|"
    r"although|though|whether|after|before|as(?! (?:an?|the|well)\b)|than|never|rarely|seldom|"
    r"hardly|scarcely|neither|either|both|nor|without|not only|no longer)\b|\w+n't\b|\bnot\b",
    re.IGNORECASE,
)
_LEANING = re.compile(r"\b(?:it|them|this|these|those|one|so|there)\b", re.IGNORECASE)
_UNSAFE_LIST = re.compile(r"\b(?:between|both|either|of|mix|blend|together|or|nor|with)\b", re.I)
_LISTING = (
    "is|was|likes|loves|hates|enjoys|dislikes|fears|adores|collects|sells|teaches|speaks|plays|"
    "owns|has|knows|studies|studied|misses|avoids|drinks|eats|bakes|values"
)
_ADVERBS = tuple(
    "also then often always sometimes usually still now later secretly once even never rarely "
    "currently occasionally frequently typically generally regularly mostly only really quietly "
    "deeply greatly".split()
)
_AFTER_NOUN = frozenset("and or for with about by that which who are were".split())
_DETERMINED = re.compile(
    r"(?:an?|the|his|her|their|two|three|four|five|six|seven|many|some|\d+)\b", re.IGNORECASE
)
_COPULA = re.compile(r".* (?:is|was)$")
_NOT_ITEM = frozenset("in on at to by for from not also then so very quite too".split())
_ADJECTIVES = frozenset(
    "long short big small old young new hot cold warm dark deep quiet loud strong weak sweet fresh "
    "good bad black white red green blue brown slow fast soft hard thick thin wide heavy light "
    "rich poor plain simple".split()
)
