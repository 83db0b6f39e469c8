"""What a model card tells of the aims that the figures miss and meet, as one item of its limits."""

from collections.abc import Mapping
from typing import cast

from guards.training.report.card_tables import FEWEST, Figures, percent, score, sets

PHENOMENON_AIM = 0.8
"""Accuracy aimed at on each phenomenon, in [0, 1]."""


def told(measured: Figures) -> str:
    """Return which sets miss their aim, which meet it, and how many phenomena miss theirs."""
    missed: list[str] = []
    met: list[str] = []
    for found in sets(measured).values():
        if found.get("aim") is not None:
            (met if _meets(found) else missed).append(_beside(found))
    if not missed and not met:
        return ""
    parts = [f"Aims missed: {'; '.join(missed) or 'none'}.", f"Met: {'; '.join(met) or 'none'}."]
    return f"- {' '.join([*parts, _phenomena(measured)])}".rstrip()


def _meets(found: Figures) -> bool:
    reached, aim = cast(float, score(found)), cast(float, found["aim"])
    fails_at_most = "soft" in found and not found["planted"]
    return reached <= aim if fails_at_most else reached >= aim


def _beside(found: Figures) -> str:
    """Return title, score and aim; the share that fails, where whole replies are judged."""
    beside = "aim"
    if "soft" in found:
        beside = "at least" if found["planted"] else "at most"
    return f"{found['title']} ({percent(score(found))}, {beside} {percent(found['aim'])})"


def _phenomena(measured: Figures) -> str:
    shares = [
        cast(float, one["accuracy"])
        for found in sets(measured).values()
        for one in cast(Mapping[str, Figures], found.get("by_phenomenon", {})).values()
        if cast(int, one["rows"]) >= FEWEST
    ]
    under = sum(share < PHENOMENON_AIM for share in shares)
    if not shares:
        return ""
    return (
        f"Of {len(shares)} phenomena with {FEWEST} rows or more, {under} lie under the "
        f"{100 * PHENOMENON_AIM:g} % aimed at."
    )
