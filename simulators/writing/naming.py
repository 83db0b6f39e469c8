"""What a character is called to his face: by the first name, unless that is no name."""

from __future__ import annotations

_NO_NAMES = frozenset(
    "the a an mr mrs ms miss mx dr prof professor sir lady lord dame captain colonel general major "
    "sergeant lieutenant commander admiral king queen prince princess emperor empress duke duchess "
    "count countess baron baroness saint st father mother brother sister uncle aunt old little big "
    "master mistress madam madame monsieur agent detective inspector officer judge doctor".split()
)


def called(name: str) -> str:
    """Return the first name, or the whole name where it begins with a title or an article.

    Example:
        >>> [called(name) for name in ("Ada Lovelace", "Dr. Wu", "The Librarian")]
        ['Ada', 'Dr. Wu', 'The Librarian']
    """
    first = name.split()[0]
    return name if _is_no_name(first) else first


def own_names(name: str) -> tuple[str, ...]:
    """Return the names that a character gives himself: the whole one, and the first without title.

    Example:
        >>> own_names("Captain Mira Voss")
        ('Captain Mira Voss', 'Mira')
    """
    first = next((part for part in name.split() if not _is_no_name(part)), name)
    return tuple(dict.fromkeys((name, first)))


def _is_no_name(word: str) -> bool:
    return word.lower().rstrip(".") in _NO_NAMES
