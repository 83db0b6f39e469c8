"""Says a sentence in another person: `I bake`, `You bake`, `The user bakes`."""

from __future__ import annotations

import re

from persona_sdk.personas.verbs import is_base, is_finite, is_noun_too, third_person

USER = "The user"
"""What the third person is about."""


def to_second(sentence: str) -> str:
    """Turn what somebody says of himself into what is said to him.

    `We` counts as the speaker. A sentence in another person comes back as it is.

    Example:
        >>> to_second("I'm a nurse and my wife teaches me chess.")
        'You are a nurse and your wife teaches you chess.'
    """
    text = open_contractions(sentence)
    text = re.sub(r"\b(I|i|We|we)\b(?!')", "you", text)
    text = _YOU_AM.sub(lambda m: m[1] + _BE[m[2].lower()], text)
    text = _YOU_AND_AM.sub(lambda m: m[1] + _BE[m[2].lower()], text)
    text = _FIRST.sub(lambda m: _SECOND_OF[m[0].lower()], text)
    return text[:1].upper() + text[1:]


def to_first(sentence: str) -> str:
    """Turn a sentence in the second person into what that person would say.

    Example:
        >>> to_first("You are a nurse and your wife teaches you chess.")
        'I am a nurse and my wife teaches me chess.'
    """
    text = _expand_second(sentence)
    out: list[str] = []
    at = 0
    for match in _mentions(text):
        out += [text[at : match.start()], _said_by(match)]
        at = match.end()
    text = "".join([*out, text[at:]])
    text = re.sub(r"\b(I [^.;]*\band )(are|were)\b", lambda m: m[1] + _AM[m[2]], text)
    return text[:1].upper() + text[1:]


def to_third(sentence: str, name: str = USER) -> str:
    """Turn a sentence in the second person into one about `name`, later called `they`.

    Example:
        >>> to_third("You don't eat meat and love your two cats.")
        "The user doesn't eat meat and loves their two cats."
        >>> to_third("Your wife knows that you are afraid of flying.")
        "The user's wife knows that they are afraid of flying."
    """
    text = _conjugated(_expand_second(sentence))
    out: list[str] = []
    at = 0
    for match in _mentions(text):
        # The article of a name inside a sentence is small.
        called = name if match.start() == 0 else re.sub(r"\AThe ", "the ", name)
        out += [text[at : match.start()], _said_of(match, called, named=at > 0)]
        at = match.end()
    text = "".join([*out, text[at:]])
    return text[:1].upper() + text[1:]


def about_you(sentence: str) -> str:
    """Turn what a model writes of a user, in whatever person, into the second person.

    Example:
        >>> [about_you(s) for s in ("The user has a dog.", "She lives in Rome.", "I am 25.")]
        ['You have a dog.', 'You live in Rome.', 'You are 25.']
    """
    text = sentence.strip().replace("’", "'")
    match = _ABOUT_USER.match(text)
    if match is None:
        return to_second(text)
    if match["owner"]:
        return f"Your {match['rest']}"
    own = re.sub(r"\b(?:his|her|their)\b", "your", match["rest"])
    verb, _, rest = own.partition(" ")
    if verb in ("also", "often", "never", "always", "currently", "usually", "sometimes"):
        adverb, (verb, _, rest) = f"{verb} ", rest.partition(" ")
    else:
        adverb = ""
    return f"You {adverb}{_base_of(verb)} {rest}".rstrip()


def _base_of(verb: str) -> str:
    """Return the form that goes with `you`; the inverse of `third_person`."""
    if verb in _YOU_FORMS:
        return _YOU_FORMS[verb]
    for stem in (verb[:-1], verb[:-2], f"{verb[:-3]}y"):
        if is_base(stem) and third_person(stem) == verb:
            return stem
    return verb


def open_contractions(sentence: str) -> str:
    """Write the contractions of `I` and `we` out, with or without their apostrophe.

    Example:
        >>> open_contractions("im 25 and i've two cats")
        'I am 25 and I have two cats'
    """
    text = sentence.replace("’", "'")
    text = re.sub(r"\b[Ii]'?m\b(?! (?:r|pm)\b)", "I am", text)
    text = re.sub(r"\b(?:[Ii]'ve|ive|Ive)\b", "I have", text)
    text = re.sub(r"\b(?:[Ii]'ll)\b", "I will", text)
    text = re.sub(rf"\b[Ii]'d(?= (?:{_PERFECT}))", "I had", text)
    text = re.sub(r"\b(?:[Ii]'d)\b", "I would", text)
    for short, full in (("re", "are"), ("ve", "have"), ("ll", "will"), ("d", "would")):
        text = re.sub(rf"\b([Ww]e)'{short}\b", rf"\1 {full}", text)
    return re.sub(r"\bi\b(?![.'’])", "I", text)


def _expand_second(sentence: str) -> str:
    text = sentence.replace("’", "'")
    for short, full in (("re", "are"), ("ve", "have"), ("ll", "will")):
        text = re.sub(rf"\b([Yy]ou)'{short}\b", rf"\1 {full}", text)
    text = re.sub(rf"\b([Yy]ou)'d(?= (?:{_PERFECT}))", r"\1 had", text)
    return re.sub(r"\b([Yy]ou)'d\b", r"\1 would", text)


def _mentions(text: str) -> list[re.Match[str]]:
    """Return where `you` is named: with its verb where it is a subject, else alone."""
    found: list[re.Match[str]] = []
    at = 0
    while match := _MENTION.search(text, at):
        if match["verb"] is not None and not _is_subject(text, match):
            match = _OBJECT.search(text, match.start()) or match
        found.append(match)
        at = match.end()
    return found


def _is_subject(text: str, match: re.Match[str]) -> bool:
    """Whether the `you` of `match` is the subject of the word behind it."""
    before = text[: match.start()].rstrip()
    word = re.search(r"[\w']+\Z", before)
    if word is None or word[0].lower() in _CLAUSE_WORDS or is_finite(match["verb"]):
        return True
    if match["verb"].lower() in ("are", "were", "have", "do", "don't", "aren't", "haven't"):
        return True
    verbal = is_finite(word[0]) or is_base(word[0]) or word[0].lower() in _PREPOSITIONS
    return is_base(match["verb"]) and not verbal


def _said_by(match: re.Match[str]) -> str:
    if match["verb"] is not None:
        verb = match["verb"]
        return f"I {match['adverbs'] or ''}{_AM.get(verb.lower(), verb)}"
    if match["joined"] is not None:
        return "I"
    return _FIRST_OF[match["word"].lower()]


def _said_of(match: re.Match[str], name: str, *, named: bool) -> str:
    adverbs, verb = match["adverbs"] or "", match["verb"]
    if verb is not None:
        return f"they {adverbs}{verb}" if named else f"{name} {adverbs}{third_person(verb)}"
    if match["joined"] is not None:
        return "they" if named else name
    word = match["word"].lower()
    if named:
        return _THEY[word]
    return {"your": f"{name}'s", "yours": f"{name}'s"}.get(word, name)


def _conjugated(text: str) -> str:
    """Conjugate the verbs after `and` behind the first `you`, which becomes a name."""
    mentions = _mentions(text)
    if not mentions or mentions[0]["verb"] is None:
        return text
    subjects = [m for m in mentions if m["verb"] is not None]
    start, end = subjects[0].end(), subjects[1].start() if len(subjects) > 1 else len(text)
    joined = _AND_VERB.sub(lambda m: m[1] + _agreeing(m), text[start:end])
    return text[:start] + joined + text[end:]


def _agreeing(match: re.Match[str]) -> str:
    verb, follower = match[2], match[3].lower()
    known = is_base(verb) or verb in ("are", "were", "have", "do", "don't", "haven't", "aren't")
    plural = follower.endswith("s") and not follower.endswith("ss")
    certain = not is_noun_too(third_person(verb)) or follower in _AFTER_VERB or plural
    return third_person(verb) if known and (certain or match.start() == 0) else verb


def _verb() -> str:
    """Match what may follow `you` as its verb: anything but a word that rules it out."""
    return rf"(?!(?:{'|'.join(_NO_VERB)})\b)[a-z]+(?:'t)?"


_ABOUT_USER = re.compile(
    r"(?:(?:the |this )?(?:user|person|speaker|customer|human)|he|she|they|user)"
    r"(?P<owner>'s?)? (?P<rest>\S.*)$",
    re.IGNORECASE | re.DOTALL,
)
_YOU_FORMS = {
    "is": "are",
    "was": "were",
    "has": "have",
    "does": "do",
    "goes": "go",
    "isn't": "aren't",
    "wasn't": "weren't",
    "doesn't": "don't",
    "hasn't": "haven't",
}
_NO_VERB = (
    "and or but to in on at for with from of by about as than that which who when where while if "
    "because so too very a an the your this these those there then here more most better all both "
    "each well not up out off down over back away into onto like through during before after "
    "until since against again"
).split()
# `You like tea` is the one use of `like` behind a subject; `people like you like me` is none.
_NO_VERB.remove("like")
_PERFECT = "been|better|already|never|always|just|had|gone|lived|worked|seen|done"
_ADVERB = (
    "(?:also|always|never|often|sometimes|usually|rarely|still|really|secretly|only|just|now|"
    r"currently|recently|actually|even|both|once|mostly|mainly|(?!reply|apply|rely|fly|supply)"
    r"[a-z]{3,}ly)"
)
_BE = {"am": "are", "was": "were", "wasn't": "weren't"}
_AM = {"are": "am", "were": "was", "aren't": "am not", "weren't": "wasn't"}
_YOU_AM = re.compile(rf"\b([Yy]ou (?:{_ADVERB} )*)(am|was|wasn't)\b")
_YOU_AND_AM = re.compile(
    rf"(\byou (?:(?!\b(?:wife|husband|who|that|mother|father|son|he|she|it)\b)[^.;,])*"
    rf"(?:and|but) (?:{_ADVERB} )?)(am|was)\b"
)
_SECOND_OF = {
    "me": "you",
    "my": "your",
    "mine": "yours",
    "myself": "yourself",
    "us": "you",
    "our": "your",
    "ours": "yours",
    "ourselves": "yourselves",
}
_FIRST_OF = {
    "you": "me",
    "your": "my",
    "yours": "mine",
    "yourself": "myself",
    "yourselves": "ourselves",
}
_THEY = {
    "you": "them",
    "your": "their",
    "yours": "theirs",
    "yourself": "themselves",
    "yourselves": "themselves",
}
_FIRST = re.compile(r"\b(?:me|my|mine|myself|us|our|ours|ourselves)\b", re.IGNORECASE)
_MENTION = re.compile(
    rf"\b[Yy]ou (?P<adverbs>(?:{_ADVERB} )*)(?P<verb>{_verb()})"
    r"|\b(?P<word>you|your|yours|yourself|yourselves)\b(?P<joined>(?= and\b))?",
    re.IGNORECASE,
)
_OBJECT = re.compile(
    r"(?P<adverbs>(?!))?(?P<verb>(?!))?(?P<joined>(?!))?"
    r"\b(?P<word>you|your|yours|yourself|yourselves)\b",
    re.IGNORECASE,
)
_CLAUSE_WORDS = frozenset(
    "and but or that when what than then how who why if so as where which while until since after "
    "before though although because whenever whatever now today once not".split()
)
_PREPOSITIONS = frozenset("to for with from of by at about like on in than around near".split())
_AND_VERB = re.compile(
    rf"((?:,| and| but| or|, and|, but) (?:{_ADVERB} )*)([a-z]+(?:'t)?)(?= ?([\w']*))"
)
_AFTER_VERB = frozenset(
    "a an the my your their at in on as for to with from every all no two three".split()
)
