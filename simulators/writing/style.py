"""Makes a text sound like somebody: length, casing, marks, shorthand and slips of a `Style`.

Prompts alone do not do it: what the model wrote is changed, by draws from the turn's seed.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable

from persona_sdk.profile import Style
from persona_sdk.seeds import derived
from simulators.stylometry import words_of
from simulators.writing.shortening import drawn_length, shortened
from simulators.writing.shorthand import with_shorthand
from simulators.writing.slips import with_slips

PHRASE_RATE = 0.12
"""Share of longer turns that begin with one of the writer's own phrases."""


def restyled(text: str, style: Style, *, seed: int, length: int | None = None) -> str:
    """Return `text` as a writer of this style would have typed it.

    Over many turns the rates come near those of `style`. Questions are left as they are: a mark
    alone makes no question.

    Args:
        text: What a model or a template wrote.
        style: Whose hand it shall be.
        seed: Of the turn; other seeds give other draws.
        length: Words to aim at; None draws them from the style.

    Example:
        >>> hasty = Style(words=4, spread=0, lower_start=1, end_mark=0, lower_i=1, apostrophes=0)
        >>> restyled("I don't know. Perhaps you could tell me more about it?", hasty, seed=3)
        'i dont know'
    """
    words = drawn_length(style, seed=derived(seed, "length")) if length is None else length
    text = shortened(" ".join(text.split()), words)
    for name, step in _STEPS.items():
        changed = step(text, style, random.Random(derived(seed, name)))
        text = changed if words_of(changed) else text
    return with_slips(text, style.typos, seed=derived(seed, "slips"))


def _courteous(text: str, style: Style, generator: random.Random) -> str:
    """Keep, add or take away please, thanks and greetings."""
    polite = generator.random() < style.courtesy
    if polite == bool(_COURTESY.search(text)):
        return text
    if not polite:
        rest = " ".join(_COURTESY.sub(" ", text).split()).strip(" ,.!") + _mark(text)
        return _SENTENCE_START.sub(lambda m: m[0].upper(), rest)
    if _ASKS.match(text) and not re.search(r"[.!?]\s", text):
        return f"{text.rstrip('?.! ')} please{_mark(text)}"
    thanks = generator.choice(("thanks", "thank you", "thanks"))
    if text.rstrip().endswith("?"):
        return f"{text.rstrip()} {_capitalised(thanks)}."
    return f"{text.rstrip('.! ')}, {thanks}{_mark(text)}"


def _phrased(text: str, style: Style, generator: random.Random) -> str:
    rare = generator.random() >= PHRASE_RATE or len(words_of(text)) < 6
    if rare or not style.phrases or any(p in text.lower() for p in style.phrases):
        return text
    return _capitalised(f"{generator.choice(style.phrases)}, {_uncapitalised(text)}")


def _shortened_words(text: str, style: Style, generator: random.Random) -> str:
    return with_shorthand(text, style.shorthand, seed=generator.getrandbits(31))


def _apostrophes(text: str, style: Style, generator: random.Random) -> str:
    def bare(match: re.Match[str]) -> str:
        kept = generator.random() < style.apostrophes
        return match[0] if kept else match[0].replace("'", "")

    text = text.replace("’", "'")
    if style.register != "formal":
        text = _FULL_FORMS.sub(_contracted, text)
    return _CONTRACTION.sub(bare, text)


def _contracted(match: re.Match[str]) -> str:
    short = _CONTRACTIONS[match[0].lower()]
    return _capitalised(short) if match[0][0].isupper() else short


def _letter_i(text: str, style: Style, generator: random.Random) -> str:
    first = next((i for i, c in enumerate(text) if c.isalpha()), 0)

    def cased(match: re.Match[str]) -> str:
        if match.start() == first:  # how a turn begins was drawn before
            return match[0]
        return "i" if generator.random() < style.lower_i else "I"

    return _I.sub(cased, text)


def _opened(text: str, style: Style, generator: random.Random) -> str:
    lower = generator.random() < style.lower_start
    if not lower:
        return _capitalised(text)
    if style.lower_start > 0.8:
        return text.lower()  # who never begins a turn with a capital hardly writes one at all
    at = next((i for i, c in enumerate(text) if c.isalpha()), 0)
    return text[:at] + text[at : at + 1].lower() + text[at + 1 :]


def _ended(text: str, style: Style, generator: random.Random) -> str:
    draw = generator.random()
    body = text.rstrip()
    bare = body.rstrip(".!?… ")
    asks = body.endswith("?") or _QUESTION.match(body) is not None
    if draw < style.exclamations and not asks:
        return f"{bare}!"
    if style.exclamations < 1:
        bare = bare.replace("!", ".")
    if draw < max(style.end_mark, style.exclamations):
        return bare + ("?" if asks else "…" if body.endswith("…") else ".")
    return bare


def _decorated(text: str, style: Style, generator: random.Random) -> str:
    text = _PICTURES.sub("", text).rstrip()
    if generator.random() >= style.emoji:
        return text
    return f"{text} {generator.choice(_EMOJI)}"


_STEPS: dict[str, Callable[[str, Style, random.Random], str]] = {
    "courtesy": _courteous,
    "phrases": _phrased,
    "shorthand": _shortened_words,
    "apostrophes": _apostrophes,
    "start": _opened,
    "i": _letter_i,
    "end": _ended,
    "emoji": _decorated,
}


def _capitalised(text: str) -> str:
    at = next((i for i, c in enumerate(text) if c.isalpha()), 0)
    return text[:at] + text[at : at + 1].upper() + text[at + 1 :]


def _uncapitalised(text: str) -> str:
    # What stands before a comma is the name of somebody, unless it is an interjection.
    keep = re.match(
        r"(?:I|[A-Z]{2,}|[A-Z]\w*\d)\b|(?!(?:Yes|No|Oh|Ok|Hm|Ha|Well|So|Really|Nice)\b)[A-Z]\w*,",
        text,
    )
    return text if keep else text[:1].lower() + text[1:]


def _mark(text: str) -> str:
    found = re.search(r"[.!?…]+\s*\Z", text)
    return found[0].strip() if found else ""


_COURTESY = re.compile(
    r"(?:\A\s*|(?<=[.!?])\s+|,?\s+|\A)"
    r"\b(?:hello there|hi there|hello|hi|hey|greetings|thank you(?: so much| very much)?|"
    r"(?:many )?thanks(?: a lot| so much)?|thx|please|pls|plz|i'?m sorry|sorry)\b[,!.]*",
    re.IGNORECASE,
)
_QUESTION = re.compile(
    r"(?:and |so |but )?(?:(?:what|how|why|where|when|who|which)\b(?:'s| (?:is|are|do|does|did|was|"
    r"were|can|could|would|should|about)\b)|(?:do|does|did|is|are|can|could|would|will|have|has) "
    r"(?:you|i|we|it|that|there|they|he|she)\b)[^.!?]*[.!]?\Z",
    re.IGNORECASE,
)
_SENTENCE_START = re.compile(r"(?:\A|(?<=[.!?] ))[a-z]")
_ASKS = re.compile(r"(?:can|could|would|will|what|how|tell|give|explain|show|write|help)\b", re.I)
_I = re.compile(r"(?<![\w.])[Ii](?![\w.])")
_CONTRACTION = re.compile(
    r"\b(?:[a-z]+n't|i'm|[a-z]+'(?:re|ve|ll|d)|(?:it|that|what|let|there|he|she|who|how|where)'s)\b",
    re.IGNORECASE,
)
_CONTRACTIONS = {
    "do not": "don't",
    "does not": "doesn't",
    "did not": "didn't",
    "is not": "isn't",
    "are not": "aren't",
    "cannot": "can't",
    "will not": "won't",
    "i am": "I'm",
    "i have been": "I've been",
    "it is": "it's",
    "that is": "that's",
    "what is": "what's",
}
_FULL_FORMS = re.compile(r"\b(?:" + "|".join(_CONTRACTIONS) + r")\b(?!\s*\Z|[?.!,])", re.IGNORECASE)
_PICTURES = re.compile("[\U0001f300-\U0001faff\u2600-\u27bf\ufe0f]+")
_EMOJI = ("🙂", "😅", "😂", "🤔", "🙏", "👍", ":)", ":/", ":D", "<3")
