"""Plain text with speakers: `User: hello` lines, conversations parted by a line of dashes."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from persona_sdk.types import Turn
from simulators.profiles.log_chats import ASSISTANT_NAMES, SILENT_NAMES, USER_NAMES
from simulators.profiles.log_lines import Line, read_lines
from simulators.profiles.log_values import Faults, LoggedConversation


class _Said(NamedTuple):
    speaker: str
    """In lower case."""
    text: str
    place: str


def read_text(path: Path, user: str, faults: Faults) -> Iterator[LoggedConversation]:
    """Yield the conversations of a text file.

    A line `Name: words` begins a turn, other lines go on with it; a time stamp in front is left
    out. The user is who `user` names; else who is called user, human, you, me, …; else whoever
    is not called assistant, bot, …; else who speaks most, the first speaker in a tie.
    """
    lines = list(read_lines(path, faults))
    speakers = _speakers(lines, user)
    stem = path.name.split(".")[0]
    blocks = [_said(block, speakers, faults) for block in _blocks(lines)]
    who = user.lower() or _user_of([one for said in blocks for one in said])
    for number, said in enumerate(blocks, start=1):
        if said:
            turns = [
                Turn("user" if one.speaker == who else "assistant", one.text.strip())
                for one in said
                if one.speaker not in SILENT_NAMES and one.text.strip()
            ]
            yield LoggedConversation(f"{stem}-{number}", tuple(turns), said[0].place)


def _speakers(lines: Sequence[Line], user: str) -> frozenset[str]:
    """Return the names that begin turns: known ones, and others that stand there twice."""
    names = Counter(m[1].strip().lower() for line in lines if (m := _SPEAKER.match(line.text)))
    known = USER_NAMES | ASSISTANT_NAMES | SILENT_NAMES | {user.lower()}
    found = {name for name in names if name in known}
    if found & USER_NAMES and found & ASSISTANT_NAMES:
        return frozenset(found)  # `Note:` and `Title:` inside a turn are no speakers
    return frozenset(found | {name for name, count in names.items() if count > 1})


def _blocks(lines: Sequence[Line]) -> Iterator[list[Line]]:
    block: list[Line] = []
    for line in lines:
        if _RULE.match(line.text):
            yield block
            block = []
        else:
            block.append(line)
    yield block


def _said(block: Sequence[Line], speakers: frozenset[str], faults: Faults) -> list[_Said]:
    said: list[_Said] = []
    for line in block:
        match = _SPEAKER.match(line.text)
        if match and match[1].strip().lower() in speakers:
            said.append(_Said(match[1].strip().lower(), match[2], line.place))
        elif said:
            last = said[-1]
            said[-1] = last._replace(text=f"{last.text}\n{line.text}")
        elif line.text.strip():
            faults.report(line.place, f"no speaker before: {line.text[:40]!r}")
    return said


def _user_of(said: Sequence[_Said]) -> str:
    turns = Counter(one.speaker for one in said if one.speaker not in SILENT_NAMES)
    if named := [name for name in turns if name in USER_NAMES]:
        return named[0]
    others = [name for name in turns if name not in ASSISTANT_NAMES]
    return max(others, key=lambda name: turns[name], default="")


_SPEAKER = re.compile(
    r"(?:[\[(]?\d[\d/.:,\- ]{3,20}(?:[ap]m)?[\])]?[ \-]*)?"  # a time stamp
    r"([^\W_][^:\n\t]{0,39}?)\s*:(?!//)\s*(.*)$",
    re.IGNORECASE | re.DOTALL,
)
_RULE = re.compile(r"\s*(?:-{3,}|={3,}|\*{3,}|_{3,})\s*$")
