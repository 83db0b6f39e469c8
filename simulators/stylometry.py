"""Measures how somebody writes: length, casing, punctuation, slips. No model is asked."""

from __future__ import annotations

import math
import re
import statistics
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace

from persona_sdk.profile import Register, Style

SHORTHAND = frozenset(
    "u ur r y pls plz thx ty tysm idk idc imo imho btw omg lol lmao rofl brb afk tbh nvm np ok k "
    "kk cuz coz bc w/ b4 gr8 l8r msg ppl rn smth sth tho thru wanna gonna gotta kinda sorta ya yea "
    "yeah yep yup nah nope hmm hm uh um ugh meh".split()
)
"""Chat shorthand and drawn-out sounds."""

COURTESY = frozenset("please pls plz thanks thank thx ty hello hi hey greetings sorry".split())

_WORD = re.compile(r"\bw/(?!\w)|[^\W_]+(?:['’][^\W_]+)*")
_EMOJI = re.compile("[\U0001f300-\U0001faff\u2600-\u27bf]|[:;=8][-o']?[()DPp/|]|<3|\\^\\^|xD")
_FULL = re.compile(
    r"\b(?:[a-z]+n['’]t|i['’]m|[a-z]+['’](?:re|ve|ll|d)|"
    r"(?:it|that|what|let|there|he|she|who|how|where)['’]s)\b",
    re.IGNORECASE,
)
_BARE = re.compile(
    r"\b(?:dont|doesnt|didnt|isnt|arent|wasnt|werent|cant|couldnt|wouldnt|shouldnt|wont|havent|"
    r"hasnt|hadnt|im|ive|youre|youve|theyre|whats|thats|lets|heres|theres|hows|whos)\b",
    re.IGNORECASE,
)
_I = re.compile(r"(?<![\w.])[Ii](?![\w.])")
_END = re.compile(r"[.!?…][\s\"'”’)\]]*\Z")
_FORMULA = re.compile(
    r"\b[a-z]\s*[=^+≤≥→]\s*\S|\b[a-vx-z]\s*[<>](?!3)\s*\S|\b[a-vx-z][*/(][a-z\d]|\b[xz]\b|"
    r"\d[abcnxyz]\b",
    re.IGNORECASE,
)
_PHRASE_WORDS = 3
_MOST_PHRASES = 5


def measure_style(texts: Sequence[str], *, misspelt: Callable[[str], bool] | None = None) -> Style:
    """Return the style of the turns in `texts`, which one person wrote.

    Args:
        texts: Turns, at least one that is not empty.
        misspelt: Says of a lower-case word if it is misspelt; None leaves the rate at 0.

    Raises:
        ValueError: No turn has a word.

    Example:
        >>> style = measure_style(["hi, i dont get it", "why?"])
        >>> style.words, style.lower_start, style.apostrophes, style.questions
        (3.0, 1.0, 0.0, 0.5)
    """
    turns = [text.strip() for text in texts if _WORD.search(text)]
    if not turns:
        raise ValueError(f"style needs a turn with words, were: {list(texts)!r:.80}")
    spoken = [_WORD.findall(turn.replace("’", "'")) for turn in turns]
    every = [word for words in spoken for word in words]
    lower = [word.lower() for word in every]
    style = Style(
        words=float(statistics.median(map(len, spoken))),
        spread=_spread([len(words) for words in spoken]),
        lower_start=_share(turns, lambda t: (_first_letter(t) or "A").islower()),
        end_mark=_share(turns, lambda t: bool(_END.search(t))),
        lower_i=_part(sum(i == "i" for t in turns for i in _I.findall(t)), turns, _I),
        apostrophes=_kept_apostrophes(turns),
        questions=_share(turns, lambda t: "?" in t),
        exclamations=_share(turns, lambda t: "!" in t),
        emoji=_share(turns, lambda t: bool(_EMOJI.search(t))),
        typos=sum(map(misspelt, lower)) / len(lower) if misspelt else 0.0,
        shorthand=sum(map(shorthand_in, turns)) / len(lower),
        courtesy=sum(any(w.lower() in COURTESY for w in words) for words in spoken) / len(turns),
        phrases=_phrases(spoken),
    )
    return replace(style, register=register_of(style))


def register_of(style: Style) -> Register:
    """Return how formal a style is, from its surface alone."""
    casual = style.lower_start + (1 - style.apostrophes) + 8 * style.shorthand + style.emoji
    casual += style.lower_i + 0.5 * (1 - style.end_mark)
    if casual >= 0.8:
        return "casual"
    formal = style.end_mark > 0.85 and style.words >= 12 and casual < 0.2
    return "formal" if formal else "neutral"


def words_of(text: str) -> list[str]:
    """Return the words of `text` as this module counts them."""
    return _WORD.findall(text)


def shorthand_in(text: str) -> int:
    """Return how many words of `text` are chat shorthand; variables of a formula are not.

    Example:
        >>> shorthand_in("y do u ask"), shorthand_in("if y is large, u = 2x")
        (2, 0)
    """
    said = [word.lower() for word in words_of(text)]
    if _FORMULA.search(text):
        said = [word for word in said if len(word) > 1]
    first = said[:1]
    return sum(word in SHORTHAND for word in first + [w for w in said[1:] if w != "y"])


def _spread(lengths: Sequence[int]) -> float:
    logs = [math.log(length) for length in lengths]
    return statistics.pstdev(logs) if len(logs) > 1 else 0.0


def _share(turns: Sequence[str], test: Callable[[str], bool]) -> float:
    return sum(map(test, turns)) / len(turns)


def _part(count: int, turns: Sequence[str], pattern: re.Pattern[str]) -> float:
    found = sum(len(pattern.findall(turn)) for turn in turns)
    return count / found if found else 0.0


def _kept_apostrophes(turns: Sequence[str]) -> float:
    full = sum(len(_FULL.findall(turn)) for turn in turns)
    bare = sum(len(_BARE.findall(turn)) for turn in turns)
    return full / (full + bare) if full + bare else 1.0


def _first_letter(text: str) -> str:
    return next((c for c in text if c.isalpha()), "")


def _phrases(spoken: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """Return runs of words that stand in at least two turns, the commonest first."""
    counts = Counter(
        " ".join(run).lower()
        for words in spoken
        for run in {tuple(words[i : i + _PHRASE_WORDS]) for i in range(len(words) - 2)}
    )
    return tuple(phrase for phrase, n in counts.most_common(_MOST_PHRASES) if n >= 2)
