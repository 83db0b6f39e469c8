"""Puts the same items to several rows - models, prompting strategies, controls - and keeps all."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass

from persona_sdk.errors import PersonaSDKError
from persona_sdk.protocols import Guard
from persona_sdk.types import Conversation, Persona
from simulators.gym.known_answers.asking import ask
from simulators.gym.known_answers.catalog import table
from simulators.gym.known_answers.items import Item
from simulators.gym.known_answers.journal import Checked, Record
from simulators.gym.known_answers.scoring import KnownAnswers
from simulators.protocols import Replier

CHUNK = 8
"""Items that a row answers before the next row does: an engine then keeps the row's prompt, and
a run that stops early has asked all rows nearly the same."""


@dataclass(frozen=True, slots=True)
class Contender:
    """One row."""

    name: str
    agent: Callable[[str], Replier]
    """Item id to the character that answers it, seeded for that item."""
    control: bool = False
    """Whether it is there to show what a score is worth."""
    tokens: Callable[[], int] = lambda: 0
    """Completion tokens so far."""


@dataclass(frozen=True, slots=True)
class Contest:
    """Everything that is asked of every row.

    Args:
        persona: Whose items they are.
        items: In the order in which they are asked.
        contenders: The rows; the first is the one that the others are compared with.
        scorer: Marks the answers.
        guard: Measures replies to questions that stand alone; None leaves that out.
    """

    persona: Persona
    items: Sequence[Item]
    contenders: Sequence[Contender]
    scorer: KnownAnswers
    guard: Guard | None = None

    def __post_init__(self) -> None:
        names = [contender.name for contender in self.contenders]
        if twice := [name for name in names if names.count(name) > 1]:
            raise ValueError(f"rows need names of their own, {twice[0]!r} stands twice")

    def __len__(self) -> int:
        return len(self.contenders) * (len(self.items) + len(queries()))

    def records(
        self,
        done: Collection[tuple[str, str]] = (),
        *,
        until: float | None = None,
        clock: Callable[[], float] = time.perf_counter,
    ) -> Iterator[Record]:
        """Ask and yield one record after the other.

        A row that fails on an item is recorded with the error; the rest goes on.

        Args:
            done: Row and item id of what is already known.
            until: Reading of `clock` at which to stop; None goes to the end.
            clock: Seconds that only go up.
        """
        asked: list[Item | str] = [*queries().values(), *self.items]
        for first in range(0, len(asked), CHUNK):
            for contender in self.contenders:
                for one in asked[first : first + CHUNK]:
                    if (contender.name, _key(one)) in done:
                        continue
                    if until is not None and clock() >= until:
                        return
                    yield self._record(contender, one, clock)

    def _record(
        self, contender: Contender, asked: Item | str, clock: Callable[[], float]
    ) -> Record:
        key = _key(asked)
        item = asked if isinstance(asked, Item) else _as_item(asked, self.persona.name)
        before = contender.tokens()
        try:
            answer = ask(contender.agent(key), item, clock=clock)
            mark = self.scorer.mark(item, answer) if isinstance(asked, Item) else None
        except PersonaSDKError as error:
            return Record(contender.name, key, error=f"{type(error).__name__}: {error}")
        return Record(
            row=contender.name,
            item_id=key,
            replies=answer.replies,
            seconds=answer.seconds,
            tokens=contender.tokens() - before,
            mark=mark,
            checked=self._checked(item, answer.replies[0]) if len(item.turns) == 1 else None,
        )

    def _checked(self, item: Item, reply: str) -> Checked | None:
        if self.guard is None or item.kind not in ("stated", "style"):
            return None
        asked = Conversation().add("user", item.turns[0])
        verdict = self.guard.check(self.persona, asked, reply)
        measured = bool(verdict.constraints)
        return Checked(
            outcome=verdict.outcome,
            delta_apc=verdict.delta_apc if measured else None,
            coverage=verdict.coverage if measured else None,
            violations=tuple(dict.fromkeys(v.statement.id for v in verdict.violations)),
        )


def queries() -> dict[str, str]:
    """Return the fixed questions that every character is asked, by their ids.

    They are as general as the ten of arXiv 2405.07726 (appendix), in our own words.
    """
    return {f"query/{i}": text for i, text in enumerate(table("conduct.toml")["generic"])}


def _key(asked: Item | str) -> str:
    if isinstance(asked, Item):
        return asked.id
    return next(key for key, text in queries().items() if text == asked)


def _as_item(text: str, name: str) -> Item:
    return Item(id="query", persona=name, kind="style", turns=(text,))
