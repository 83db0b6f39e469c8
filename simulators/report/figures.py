"""Every number of a run, measured once for all formats of the report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from typing import TypeVar

from persona_sdk.statistics import Estimate
from simulators.report.drift import Drift, drift
from simulators.report.effort import Effort, effort
from simulators.report.faithfulness import Faithfulness, faithfulness
from simulators.report.groups import Group, by_attack, by_profile
from simulators.report.intervals import share
from simulators.report.repeats import PassHat, is_clean, pass_hat
from simulators.report.turns import turns_of, was_checked
from simulators.values import Party, Run, Status

Name = TypeVar("Name", bound=str)


@dataclass(frozen=True, slots=True)
class Figures:
    """What a run came to. A figure that could not be told is None, never 0."""

    planned: int
    """Conversations that were asked for."""
    conversations: int
    """Those that were begun."""
    finished: int
    """Those that came to an end which no budget forced."""
    spoilt: int
    """Conversations that the simulator spoilt. They tell nothing of the character: of the figures
    below only endings, faults, waiting and tokens are of them, too."""
    turns: int
    checked: bool
    """Whether a guard judged anything."""
    drafts: Faithfulness
    """Of what the character wrote first."""
    shown: Faithfulness
    """Of what the user read in the end."""
    clean: Estimate | None
    """Share in [0, 1] of conversations in which every first draft passed; those that have not ended
    or that others than the character broke off are left out."""
    pass_hat: tuple[PassHat, ...]
    """Empty where no user talked twice."""
    drift: Drift
    users: int
    """Who talked."""
    by_profile: tuple[Group, ...]
    """Of many users only those who met the most violations."""
    by_attack: tuple[Group, ...]
    statuses: tuple[tuple[Status, int], ...]
    faults: tuple[tuple[Party, int], ...]
    """Conversations that broke off, by who is to blame."""
    simulator_faults: tuple[tuple[str, int], ...]
    """What the simulator caught itself at, by turns."""
    effort: Effort


def figures_of(run: Run, *, spoilt: Collection[int] = ()) -> Figures:
    """Measure a run; a half-finished one is measured as far as it is.

    Args:
        run: Finished or not.
        spoilt: Numbers of conversations that the simulator spoilt: they are counted, but tell
            nothing of the character.
    """
    told = replace(run, dialogues=tuple(d for d in run.dialogues if d.number not in spoilt))
    turns, every = list(turns_of(told)), list(turns_of(run))
    checked = was_checked(told)
    clean = [c for d in told.dialogues if (c := is_clean(d)) is not None] if checked else []
    return Figures(
        planned=run.config.conversations,
        conversations=sum(bool(d.exchanges) or d.status != "running" for d in run.dialogues),
        finished=sum(d.status not in ("running", "budget") for d in run.dialogues),
        spoilt=len(run.dialogues) - len(told.dialogues),
        turns=len(turns),
        checked=checked,
        drafts=faithfulness(turns, "draft"),
        shown=faithfulness(turns, "shown"),
        clean=share(clean, range(len(clean))),
        pass_hat=pass_hat(told) if checked else (),
        drift=drift(turns),
        users=len({turn.dialogue.profile_id for turn in turns}),
        by_profile=by_profile(turns),
        by_attack=by_attack(turns),
        statuses=_counted(d.status for d in run.dialogues),
        faults=_counted(d.fault for d in run.dialogues if d.fault is not None),
        simulator_faults=_counted(f for t in every for f in t.exchange.move.faults),
        effort=effort(turns, of_run=every),
    )


def _counted(names: Iterable[Name]) -> tuple[tuple[Name, int], ...]:
    """Return how often each name stands, the most often first."""
    return tuple(sorted(Counter(names).items(), key=lambda item: (-item[1], item[0])))
