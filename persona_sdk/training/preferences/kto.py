"""KTO rows: each reply alone, liked or not, as TRL's unpaired preferences."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Iterator

from persona_sdk.errors import RowError
from persona_sdk.training.preferences.lines import Line, shown
from persona_sdk.training.preferences.rows import (
    PLAIN,
    check_keys,
    checked_pair,
    extras_of,
    messages_of,
    reply_of,
    turns_of,
)
from persona_sdk.types import PreferencePair, Turn


def kto_rows(pair: PreferencePair) -> Iterator[dict[str, object]]:
    """Yield the two rows of a pair, the liked one first."""
    for text, label in ((pair.chosen, True), (pair.rejected, False)):
        yield {
            "prompt": messages_of(pair),
            "completion": [PLAIN.message("assistant", text)],
            "label": label,
            **extras_of(pair),
        }


def kto_pairs(lines: Iterable[Line]) -> Iterator[PreferencePair]:
    """Pair each liked reply with the next disliked one under the same prompt, and vice versa."""
    waiting: dict[tuple[Turn, ...], deque[tuple[Line, str, bool]]] = defaultdict(deque)
    for line in lines:
        check_keys(line, ("prompt", "completion", "label"))
        label = line.fields["label"]
        if not isinstance(label, bool):
            raise RowError(f"{line.place}: label: must be true or false, was: {shown(label)}")
        prompt, text = turns_of(line, "prompt"), reply_of(line, "completion")
        queue = waiting[prompt]
        if queue and queue[0][2] is not label:
            other, said, liked = queue.popleft()
            chosen, rejected = (said, text) if liked else (text, said)
            yield checked_pair(other, prompt, chosen, rejected)
        else:
            queue.append((line, text, label))
    for queue in waiting.values():
        for line, text, label in queue:
            wanted = "rejected" if label else "chosen"
            raise RowError(
                f"{line.place}: no {wanted} reply to the same prompt goes with {shown(text)}: "
                "remove the row, or add one"
            )


def both_ways(pairs: Iterable[PreferencePair]) -> int:
    """Count the replies that are chosen in one pair and rejected in another, under one prompt.

    Their KTO rows gainsay each other; to take one pair a query avoids them.
    """
    ends: tuple[set[object], set[object]] = (set(), set())
    for pair in pairs:
        ends[0].add((pair.prompt, pair.chosen))
        ends[1].add((pair.prompt, pair.rejected))
    return len(ends[0] & ends[1])
