"""What a run shows while it goes on, and what it shows at the end."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from persona_sdk.cli.terminal import LINE_SECONDS, QUIET_SECONDS, err, note, out, printable

if TYPE_CHECKING:
    from simulators.running.budget import Budget
    from simulators.running.tally import Tally
    from simulators.values import Run

REFRESHES = 4
"""Of the live table, a second."""


class View:
    """The state of a run as people follow it; the first update is where this start found it.

    Args:
        turns: How often a user may speak.
        budget: Where prices stand.
        clock: Seconds that only go up.
    """

    def __init__(
        self,
        turns: int,
        budget: Budget,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._turns = turns
        self._budget = budget
        self._clock = clock
        self._began = clock()
        self._start: Tally | None = None
        self._tally: Tally | None = None

    def update(self, tally: Tally) -> None:
        """Take new totals."""
        if self._start is None:
            self._start = tally
            self._began = self._clock()
            if tally.turns:
                note(f"goes on: {tally.turns} turns are kept, {tally.done} conversations are done")
        self._tally = tally

    def __rich__(self) -> Table:
        """A table of one row, for the terminal."""
        table = Table(box=None, padding=(0, 2, 0, 0))
        cells = self.figures()
        for name in cells:
            table.add_column(name, justify="right")
        table.add_row(*cells.values())
        return table

    @property
    def line(self) -> str:
        """The same in words, for logs and pipes."""
        return ", ".join(f"{name} {value}".strip() for name, value in self.figures().items())

    def figures(self) -> dict[str, str]:
        """Return every figure with its name, as text; `-` stands for one that is not known."""
        tally, start = self._tally, self._start
        if tally is None or start is None:
            return {"opening the journal": ""}
        rate = tally.violation_rate
        figures = {
            "running": f"{tally.running}",
            "done": f"{tally.done}/{tally.conversations}",
            "failed": f"{tally.failed}",
            "turns": f"{tally.turns}",
            "violations": "-" if rate is None else f"{rate:.1%}",
            "tokens/s": self._speed(tally, start),
        }
        if cost := self._budget.cost(tally):
            figures["cost"] = f"{cost:.4g}"
        return figures | {"left": self._left(tally, start)}

    def _speed(self, tally: Tally, start: Tally) -> str:
        """Generated tokens of both sides in a second of this start."""
        sides = ((tally.user, start.user), (tally.character, start.character))
        written = sum(now.completion_tokens - then.completion_tokens for now, then in sides)
        seconds = self._clock() - self._began
        return f"{written / seconds:.0f}" if written and seconds else "-"

    def _left(self, tally: Tally, start: Tally) -> str:
        """Time to the end at the pace of this start, those under way being half done."""
        played = tally.turns - start.turns
        open_ones = tally.conversations - tally.done - tally.failed
        ended = tally.done + tally.failed - start.done - start.failed
        if not played:
            return "-"
        mean = min(played / ended if ended else self._turns, self._turns)
        left = max(open_ones - tally.running / 2, 0.0) * mean
        return _duration((self._clock() - self._began) / played * left)


@contextmanager
def following(view: View) -> Iterator[Callable[[Tally], None]]:
    """Show the view on standard error while the block runs: live on a terminal, else in lines.

    Yields:
        What to call with new totals.
    """
    if not err.is_terminal:
        yield _Lines(view)
        return
    from rich.live import Live

    with Live(view, console=err, refresh_per_second=REFRESHES):
        yield view.update


def print_summary(summary: dict[str, object]) -> None:
    """Print the end of a run for people, one figure a line."""
    table = Table.grid(padding=(0, 2, 0, 0))
    for name, value in summary.items():
        if value not in (None, {}, []):
            table.add_row(name.replace("_", " "), Text(printable(_words(value))))
    out.print(table)


def summary_of(run: Run, tally: Tally) -> dict[str, object]:
    """Return what a run came to, as JSON values; what was not measured is None."""
    from simulators.running.run_header import config_hash

    statuses = Counter(dialogue.status for dialogue in run.dialogues)
    faults = Counter(dialogue.fault for dialogue in run.dialogues if dialogue.fault)
    return {
        "persona": run.config.persona.name,
        "character": run.config.character,
        "user": run.config.user,
        "guard": run.config.guard,
        "seed": run.config.seed,
        "config": config_hash(run.config),
        "conversations": tally.conversations,
        "endings": dict(statuses.most_common()),
        "faults": dict(faults.most_common()),
        "turns": tally.turns,
        "drafts_judged": tally.judged,
        "drafts_that_violate": tally.violations,
        "violation_rate": tally.violation_rate,
        "prompt_tokens": tally.user.prompt_tokens + tally.character.prompt_tokens,
        "completion_tokens": tally.user.completion_tokens + tally.character.completion_tokens,
    }


class _Lines:
    """A line now and then, none for short work."""

    def __init__(self, view: View) -> None:
        self._view = view
        self._next = time.monotonic() + QUIET_SECONDS

    def __call__(self, tally: Tally) -> None:
        self._view.update(tally)
        if time.monotonic() >= self._next:
            self._next = time.monotonic() + LINE_SECONDS
            note(self._view.line)


def _words(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{count} {name}" for name, count in value.items())
    if isinstance(value, list):
        return "; ".join(map(str, value))
    return f"{value:.3g}" if isinstance(value, float) else str(value)


def _duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
