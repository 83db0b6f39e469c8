"""The one text format that both discriminators read, in training and at run time.

The entailment network sees a pair `(first, second)`. Relevance compares the vectors of two texts;
of several firsts the one that gives the highest probability counts.

| head | first | second |
|---|---|---|
| nli | `User: {query} {name}: {reply}`, earlier turns in front | the statement |
| relevance | the query, or sentences of it: `search_texts` | the statement: `search_statement` |

Relevance compares the last `SEARCHED_SENTENCES` sentences of the query that name a topic, each
alone. If only one does, it takes the whole query; if none does, the query with the last
`SEARCHED_TURNS` turns in front. In the statement the name of the character becomes "I".

Pairs are cut to `MAX_TOKENS` word pieces from the left of `first` (oldest turns, then the query),
never from the statement: see `docs/discriminators.md`.
"""

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

from persona_sdk.words import content_words

FORMAT_VERSION = "2"
"""Written into `config.json` beside the weights; run time refuses weights of another version."""

MAX_TOKENS = 128
"""Longest pair in word pieces, the three special tokens included."""

HISTORY_WORDS = 48
"""Earlier turns kept in front of the query, counted in words; the most recent are kept whole."""

QUERY_WORDS = 64
"""Longest query kept, in words; of a longer one the end is kept, where the question stands."""

IDLE = content_words(
    "answer tell say said ask asked question really true truth honest honestly curious mean more "
    "else please thing something anything why sure exactly go wait well yes okay story know"
)
"""Words that name no topic: a query of these alone (`Tell me more!`) says little."""

SEARCHED_SENTENCES = 4
"""Sentences of a query that are compared each alone, at most."""

SEARCHED_TURNS = 2
"""Turns in front of a query that says less."""

USER = "User"

_QUOTES = str.maketrans(
    {"\u2018": "'", "\u2019": "'", "\u201c": '"', "\u201d": '"', "\u2013": "-", "\u2014": " - "}
)
_SPECIAL_TOKEN = re.compile(r"\[\s*(CLS|SEP|PAD|UNK|MASK)\s*\]", re.IGNORECASE)
_LATEX_QUOTES = re.compile(r"``|''")
_SPLIT_NEGATION = re.compile(r"\b(\w+) (n't)\b", re.IGNORECASE)
_SPLIT_SUFFIX = re.compile(r" ' ?(s|re|ve|ll|d|m|t)\b", re.IGNORECASE)
_LOOSE_SUFFIX = re.compile(r" '(s|re|ve|ll|d|m)\b", re.IGNORECASE)
_PLURAL_OWNER = re.compile(r"s ' (?=\w)")
_SPACE_BEFORE = re.compile(r"\s+([.,!?;:%)\]])")
_SPACE_AFTER = re.compile(r"([(\[])\s+")
_SPACES = re.compile(r"\s+")
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+")
_TITLES = frozenset(
    "the a an of old dr. dr doctor mr. mr mister mrs. mrs ms. ms miss madam sir lady lord captain "
    "commander king queen prince princess duke count saint professor detective inspector chief "
    "uncle aunt brother sister".split()
)
_AFTER_PLACE = "".join(rf"(?<!\b(?i:{w}) )" for w in "in of from to at near through".split())


def normalise(text: str) -> str:
    r"""Return `text` on one line with plain quotes and no spaces before punctuation.

    Tokenised corpora and typed chat come out alike; case is left, the encoder ignores it.

    Example:
        >>> normalise("i do n't like \u201ccats\u201d , sorry !")
        'i don\'t like "cats", sorry!'
    """
    text = unicodedata.normalize("NFKC", text).translate(_QUOTES)
    text = "".join(" " if unicodedata.category(c) in ("Cc", "Cf") else c for c in text)
    text = _LATEX_QUOTES.sub('"', text)
    text = _SPLIT_NEGATION.sub(r"\1\2", text)
    text = _SPLIT_SUFFIX.sub(r"'\1", text)
    text = _LOOSE_SUFFIX.sub(r"'\1", text)
    text = _PLURAL_OWNER.sub("s' ", text)
    text = _SPACE_AFTER.sub(r"\1", _SPACE_BEFORE.sub(r"\1", text))
    text = _SPACES.sub(" ", _unquote(text.strip())).strip()
    # Last, because dropping spaces can make `[ SEP ]` the tokenizer's own mark.
    return _SPECIAL_TOKEN.sub(r"(\1)", text)


def nli_premise(character: str, history: Sequence[tuple[str, str]], query: str, reply: str) -> str:
    """Return the first half of an entailment pair: what was said, ending with the reply.

    Args:
        character: Name under which the reply is spoken.
        history: Earlier turns, oldest first, as `(role, text)`; role is `user` or `assistant`.
        query: The user turn that the reply answers; empty when there is none.
        reply: The reply, or one sentence of it.

    Raises:
        ValueError: A role is neither `user` nor `assistant`.

    Example:
        >>> nli_premise("Alice", [], "Do you like coffee?", "No.")
        'User: Do you like coffee? Alice: No.'
    """
    asked = _said(USER, _last_words(query, QUERY_WORDS), character)
    parts = [*_earlier(character, history), asked, _said(character, reply, character)]
    return " ".join(part for part in parts if part)


def relevance_query(character: str, history: Sequence[tuple[str, str]], query: str) -> str:
    """Return the first half of a relevance pair: what the user asks, with the turns before.

    Args:
        character: Name of the character who is asked.
        history: As for `nli_premise`.
        query: The user turn.

    Raises:
        ValueError: A role is neither `user` nor `assistant`.

    Example:
        >>> relevance_query("Alice", [], "Do you like coffee?")
        'User to Alice: Do you like coffee?'
    """
    name = normalise(character)
    asked = _said(f"{USER} to {name}", _last_words(query, QUERY_WORDS), character)
    return " ".join([*_earlier(character, history), asked])


def search_texts(history: Sequence[tuple[str, str]], query: str) -> tuple[str, ...]:
    """Return the query as it is embedded, to be compared with statements: at least one text.

    Of several sentences each is compared alone, the last ones if there are many: a question is
    not to drown in others. A query that says little (`And you?`) has the turns before in front.

    Args:
        history: As for `nli_premise`.
        query: The user turn.

    Example:
        >>> search_texts([("user", "Do you like tea?"), ("assistant", "Yes.")], "Why?")
        ('Do you like tea? Yes. Why?',)
        >>> search_texts([], "Do you like tea? Where were you born?")
        ('Do you like tea?', 'Where were you born?')
    """
    asked = _last_words(normalise(query), QUERY_WORDS)
    sentences = [part for part in _SENTENCE_END.split(asked) if _tells(part)]
    if len(sentences) > 1:
        return tuple(sentences[-SEARCHED_SENTENCES:])
    if _tells(asked):
        return (asked,)
    turns = [normalise(text) for _, text in history[-SEARCHED_TURNS:]]
    return (" ".join(part for part in (*turns, asked) if part),)


def _tells(text: str) -> bool:
    return not content_words(text) <= IDLE


@lru_cache(maxsize=32_768)
def search_statement(character: str, statement: str) -> str:
    """Return a statement as it is embedded: said by the character, whose name tells nothing.

    Questions say "you" and replies say "I": both lie nearer to "I live in Oslo" than to "Ann Lee
    lives in Oslo". The grammar may suffer; the embedding does not. One word after "in" or "of" may
    be a place or a month of that name, and stays.

    Example:
        >>> search_statement("Ann Lee", "Ann lives in Oslo with Ann's dog.")
        'I lives in Oslo with my dog.'
        >>> search_statement("May Parker", "May was born in May.")
        'I was born in May.'
    """
    text = normalise(statement)
    for owner, name in _name_patterns(normalise(character)):
        text = name.sub("I", owner.sub("my", text))
    return text


@lru_cache(maxsize=256)
def _name_patterns(character: str) -> tuple[tuple[re.Pattern[str], re.Pattern[str]], ...]:
    """Return what finds the whole name, then the first word of it that is no title."""
    first = next((word for word in character.split() if word.lower() not in _TITLES), "")
    found = []
    for name in dict.fromkeys((character, first)):
        if name and name.lower() not in _TITLES:
            after = "" if " " in name else _AFTER_PLACE
            start = rf"{after}(?<![\w'-]){re.escape(name)}"
            owns = r"'(?:s(?![\w-])|(?= \w))" if name.endswith("s") else r"'s(?![\w-])"
            found.append((re.compile(start + owns), re.compile(rf"{start}(?![\w-])")))
    return tuple(found)


def _earlier(character: str, history: Sequence[tuple[str, str]]) -> list[str]:
    """Return the most recent turns that fit `HISTORY_WORDS`, oldest first."""
    kept: list[str] = []
    left = HISTORY_WORDS
    for role, text in reversed(history):
        turn = _said(_speaker(role, character), text, character)
        left -= len(turn.split())
        if left < 0:
            break
        kept.append(turn)
    return kept[::-1]


def _speaker(role: str, character: str) -> str:
    if role not in ("user", "assistant"):
        raise ValueError(f"role of a history turn must be 'user' or 'assistant', was: {role!r}")
    return USER if role == "user" else normalise(character)


def _said(speaker: str, text: str, character: str) -> str:
    """Return `speaker: text`; a role mark inside `text` loses its colon and forges nobody."""
    names = "|".join(re.escape(name) for name in (normalise(character), USER) if name)
    plain = re.sub(rf"\b({names})\s*:", r"\1,", normalise(text), flags=re.IGNORECASE)
    return f"{speaker}: {plain}" if plain else ""


def _last_words(text: str, limit: int) -> str:
    words = text.split()
    return text if len(words) <= limit else " ".join(words[-limit:])


def _unquote(text: str) -> str:
    """Drop one pair of quotes around the whole, or a single unmatched quote."""
    inner = text[1:-1]
    if len(text) > 1 and text[0] == text[-1] == '"' and '"' not in inner:
        return inner.strip()
    return text.replace('"', "") if text.count('"') == 1 else text
