"""Words where a script parts them, letters where it does not: what repetitions are counted in."""

from __future__ import annotations

from persona_sdk.words import words

_UNPARTED = 0x2E80
"""First code point of Chinese, Japanese and what follows them; Thai and its neighbours below are
read by the word."""
_HANGUL = range(0xAC00, 0xD7B0)  # Korean parts its words


def units(text: str) -> list[str]:
    """Return the words of `text` in lower case, each letter alone in Chinese and Japanese.

    Example:
        >>> units("Wo? 你在哪里")
        ['wo', '你', '在', '哪', '里']
    """
    return [unit for word in words(text) for unit in (word if is_unparted(word) else (word,))]


def is_unparted(word: str) -> bool:
    """Whether `word` is of a script that does not part its words."""
    return any(ord(c) >= _UNPARTED and ord(c) not in _HANGUL for c in word)
