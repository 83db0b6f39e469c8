"""ESR: how many conversations die of repetition or goodbyes before they are over?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from persona_sdk.types import Conversation, Reply, Turn
from simulators.behaviour.faults import LOOKED_BACK, SIMILAR
from simulators.behaviour.loops import in_loop
from simulators.metrics.spoken import Spoken
from simulators.metrics.values import Measure, measured
from simulators.values import Dialogue, Exchange, Move


def esr(spoken: Iterable[Spoken]) -> Measure:
    """Return the share in [0, 1] of conversations that ran into a loop; lower is better.

    The rule is that of `simulators.behaviour.loops.in_loop`. The goodbye half of it needs the
    character's turns.
    """
    conversations = list(spoken)
    without = sum(not any(one.character) for one in conversations)
    return measured(
        "ESR",
        "conversation",
        [float(ended_early(_exchanges(one))) for one in conversations],
        better="lower",
        thresholds=(("similar turns", SIMILAR), ("turns without news", float(LOOKED_BACK))),
        otherwise="there are no conversations",
        note=f"{without} without the other side's turns" if without else "",
    )


def stopped_early(dialogue: Dialogue) -> bool:
    """Return whether a conversation of a run ran into a loop, or was stopped for one."""
    return dialogue.status == "loop" or ended_early(dialogue.exchanges)


def ended_early(exchanges: Sequence[Exchange]) -> bool:
    """Return whether a loop closes anywhere in the conversation."""
    turns = [
        turn
        for one in exchanges
        for turn in (Turn("user", one.move.text), Turn("assistant", one.reply.text))
    ]
    return any(
        in_loop(exchanges[:end], Conversation(tuple(turns[: 2 * end])))
        for end in range(2, len(exchanges) + 1)
    )


def _exchanges(one: Spoken) -> list[Exchange]:
    replies = [*one.character, *[""] * len(one.user)]
    return [Exchange(Move(u), Reply(r)) for u, r in zip(one.user, replies, strict=False)]
