"""What holding conversations costs without a model: a turn, a large run, a kill and a resume."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from benchmarks.rows import Row
from persona_sdk.agent import PersonaAgent
from persona_sdk.models.scripted import ScriptedModel
from persona_sdk.profile import Profile
from persona_sdk.types import Attempt, Conversation, Persona, Reply, Turn, Verdict, as_statements
from simulators.journal import JOURNAL, read_run
from simulators.play import Ending, play
from simulators.protocols import Replier
from simulators.running.tally import Tally
from simulators.stress import stress
from simulators.values import Dialogue, Move, RunConfig

COMMAND = "python -m benchmarks harness"

CONVERSATIONS, TURNS = 10_000, 10

ROUNDS = 200
"""Conversations that the cost of a turn is taken from."""

TESS = Persona("Tess", as_statements(["Tess keeps bees.", "Tess drinks tea."]))


def run() -> list[Row]:
    """Time turns, a large run with its journal, and one that is killed half-way and goes on."""
    with tempfile.TemporaryDirectory() as folder:
        whole, killed = Path(folder, "whole"), Path(folder, "killed")
        began = time.perf_counter()
        hold(whole)
        seconds = time.perf_counter() - began
        kept = _killed_half_way(killed)
        resume = _resumed(killed)
        said = _said(whole)
        same = _said(killed) == said
    turns = CONVERSATIONS * TURNS
    if (played := sum(status == "max_turns" for status, _ in said)) != CONVERSATIONS:
        raise RuntimeError(f"only {played} conversations were held to their last turn")
    size = f"{CONVERSATIONS} conversations of {TURNS} turns"
    agent = PersonaAgent(TESS, ScriptedModel(_answer), None, mode="off")
    return [
        Row("a turn without a model", _milliseconds_a_turn(_Agent()), "ms", "<= 0.3", COMMAND),
        Row("a turn of an agent, guard off", _milliseconds_a_turn(agent), "ms", "", COMMAND),
        Row(f"{size}, journaled", seconds, "s", "< 60", COMMAND),
        Row("of that, a turn", 1000 * seconds / turns, "ms", "<= 0.3", COMMAND),
        Row("turns kept at kill -9", kept, f"of {turns}", "", COMMAND),
        Row("resume: from nothing to the next turn", resume, "s", "< 2", COMMAND),
        Row("the resumed run says what the whole one says", float(same), "", "1", COMMAND),
    ]


def hold(folder: Path, on_progress: Callable[[Tally], None] | None = None) -> None:
    """Hold the large run, or what is left of it, between a user and an agent without a model."""
    config = RunConfig(
        TESS, (Profile("ada"),), CONVERSATIONS, TURNS, 7, "scripted", "scripted", "off"
    )
    agent, user = _Agent(), _User()
    stress(config, lambda _: agent, lambda *_: user, folder=folder, on_progress=on_progress)


def tell_first_turn() -> Callable[[Tally], None]:
    """Return a callback that writes a line once a turn was played."""
    found: list[int] = []

    def tell(tally: Tally) -> None:
        if len(found) < 2 and (not found or tally.turns > found[0]):
            found.append(tally.turns)
            if len(found) == 2:
                print("a turn was played", flush=True)

    return tell


def _milliseconds_a_turn(agent: Replier) -> float:
    began, turns = time.perf_counter(), 0
    for number in range(ROUNDS):
        events = play(agent, _User(), Dialogue(number, "ada", number), turns=TURNS)
        turns += sum(not isinstance(event, Ending) for event in events)
    return 1000 * (time.perf_counter() - began) / turns


def _killed_half_way(folder: Path) -> int:
    """Start the run in a process of its own, kill it there, and return the turns it kept."""
    journal, half = folder / JOURNAL, CONVERSATIONS * TURNS // 2
    with subprocess.Popen(
        [sys.executable, "-c", _CHILD, str(folder)], stdout=subprocess.DEVNULL
    ) as child:
        size, lines = 0, 0
        while lines < half:
            if child.poll() is not None:
                raise RuntimeError("the run ended before it could be killed")
            time.sleep(0.02)
            if journal.exists():
                with journal.open("rb") as stream:
                    stream.seek(size)
                    new = stream.read()
                size, lines = size + len(new), lines + new.count(b"\n")
        child.kill()
    return sum(len(dialogue.exchanges) for dialogue in read_run(folder).dialogues)


def _resumed(folder: Path) -> float:
    """Go on in a process of its own; return the seconds from its start to its first turn."""
    began = time.perf_counter()
    with subprocess.Popen(
        [sys.executable, "-c", _CHILD, str(folder)], stdout=subprocess.PIPE
    ) as child:
        assert child.stdout is not None
        child.stdout.readline()
        seconds = time.perf_counter() - began
    return seconds


def _said(folder: Path) -> list[tuple[str, Conversation]]:
    return [(dialogue.status, dialogue.conversation()) for dialogue in read_run(folder).dialogues]


class _Agent:
    """Answers as an agent does whose guard was content, at no cost."""

    def reply(self, conversation: Conversation) -> Reply:
        text = _answer(conversation.turns)
        return Reply(text, (Attempt(text, Verdict("pass", apc=2.5, delta_apc=0.5)),), "pass")


class _User:
    """Asks something new on every turn and never leaves."""

    def move(self, conversation: Conversation) -> Move:
        topic = TOPICS[len(conversation) // 2]
        return Move(f"And I know somebody who {topic}. Would you, what with the weather?")


def _answer(said: Sequence[Turn]) -> str:
    return f"I have kept bees for {len(said)} years, and I would rather speak of those."


TOPICS = (  # one a turn: whoever adds nothing new ends the conversation
    "keeps goats on the hill",
    "paints small boats in winter",
    "sings in a choir of bakers",
    "collects letters from sailors",
    "mends clocks without a spring",
    "reads maps of lost islands",
    "grows melons under glass",
    "breeds pigeons for the races",
    "carves spoons out of pear wood",
    "rides a mule to the market",
)

_CHILD = """
import sys
from pathlib import Path
from benchmarks.harness import hold, tell_first_turn
hold(Path(sys.argv[1]), tell_first_turn())
"""
