"""Intervals of few conversations: where all are alike, a bootstrap would be sure of everything."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import fmean

from persona_sdk.statistics import LEVEL, Estimate, bootstrap

_NO_WIDTH = 1e-9  # what rounding leaves of equal values


def mean(values: Sequence[float], conversations: Sequence[int]) -> Estimate | None:
    """Return the mean with its interval, or None where there are no values.

    One conversation tells nothing of others: there the interval is the mean, and `n` is 1.
    """
    if not values:
        return None
    if len(set(conversations)) == 1:
        only = fmean(values)
        return Estimate(only, only, only, 1)
    return bootstrap(values, groups=conversations)


def share(values: Sequence[float], conversations: Sequence[int]) -> Estimate | None:
    """Return the mean of values in [0, 1] with its interval, or None where there are none.

    Where all conversations are alike, the interval is the exact one of Clopper and Pearson (1934)
    for as many hits, each conversation counted once.

    Example:
        >>> share([False, False], [0, 1])
        Estimate(mean=0.0, low=0.0, high=0.8418861169915811, n=2)
    """
    return _opened(mean(values, conversations), 0.0, 1.0)


def gain(differences: Sequence[float], *, of_shares: bool) -> Estimate | None:
    """Return the mean of one difference a conversation, or None where there are none.

    Args:
        differences: Second less first, one for each conversation.
        of_shares: Whether both lie in [0, 1]: then differences that are all alike get an interval
            as those of `share` do.

    Example:
        >>> gain([0.0, 0.0], of_shares=True)
        Estimate(mean=0.0, low=-0.8418861169915811, high=0.8418861169915811, n=2)
    """
    found = mean(differences, range(len(differences)))
    return _opened(found, -1.0, 1.0) if of_shares else found


def _opened(found: Estimate | None, least: float, most: float) -> Estimate | None:
    """Give an interval without width that of as many values as may still be `least` or `most`."""
    if found is None or found.high - found.low > _NO_WIDTH:
        return found
    others = 1 - ((1 - LEVEL) / 2) ** (1 / found.n)
    return found._replace(
        low=found.mean - (found.mean - least) * others,
        high=found.mean + (most - found.mean) * others,
    )
