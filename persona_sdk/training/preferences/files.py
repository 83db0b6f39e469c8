"""Pairs on disk: JSON lines in TRL's conversational preference format.

```
{"prompt": [{"role": "system", "content": …}, {"role": "user", "content": …}],
 "chosen": [{"role": "assistant", "content": …}], "rejected": [{"role": "assistant", …}],
 "margin": 1.2, "source": …, "persona": …, "query": …, "supporting": 1.3, "opposing": 0.1,
 "violated": […]}
```

The fields after `rejected` are ours and optional. Any other field is refused, for it would be lost
or was misspelt; so is a text to which a chat template was applied already.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from persona_sdk.training.preferences.lines import Line, read_lines, write_lines
from persona_sdk.training.preferences.rows import (
    PLAIN,
    check_keys,
    checked_pair,
    extras_of,
    messages_of,
    reply_of,
    turns_of,
)
from persona_sdk.types import PreferencePair


def write_pairs(pairs: Iterable[PreferencePair], path: str | Path) -> int:
    """Write pairs, one a line, in place of the file at the end, and return how many.

    Raises:
        RowError: The name asks for compression.
        StoreError: The file cannot be written; what stood there before is untouched.
    """
    return write_lines(path, map(trl_row, pairs))


def read_pairs(path: str | Path) -> list[PreferencePair]:
    """Read pairs; a file whose name ends in `.gz` is unpacked.

    Raises:
        RowError: A row is no pair to learn from; the message names file, line and mend.
        OSError: The file cannot be read.
    """
    return list(trl_pairs(read_lines(path)))


def trl_row(pair: PreferencePair) -> dict[str, object]:
    """Return a pair as the JSON object of a row."""
    return {
        "prompt": messages_of(pair),
        "chosen": [PLAIN.message("assistant", pair.chosen)],
        "rejected": [PLAIN.message("assistant", pair.rejected)],
        **extras_of(pair),
    }


def trl_pairs(lines: Iterable[Line]) -> Iterator[PreferencePair]:
    """Yield the pair of each row; raises as `read_pairs` does."""
    for line in lines:
        check_keys(line, ("prompt", "chosen", "rejected"))
        yield checked_pair(
            line, turns_of(line, "prompt"), reply_of(line, "chosen"), reply_of(line, "rejected")
        )
