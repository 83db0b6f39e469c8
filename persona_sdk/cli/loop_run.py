"""Runs the steps of a loop in turn; what is done is skipped, what was begun goes on."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from persona_sdk.cli.loop_ledger import Entry, Figures, Ledger, digest_of, digests
from persona_sdk.cli.terminal import note
from persona_sdk.errors import StoreError
from persona_sdk.filelock import try_lock

LOCK = ".lock"
EARLIER = "earlier"
"""Where the folder of a step goes when other options or inputs take its place."""


@dataclass(frozen=True, slots=True)
class Step:
    """One part of a loop.

    Its results lie in a folder of its own name below the folder of the loop.
    """

    name: str
    says: str
    """What it does, for people."""
    given: Mapping[str, Any]
    """What decides its results beside other steps, as JSON values."""
    needs: tuple[str, ...]
    """Steps before it whose files it reads."""
    makes: tuple[str, ...]
    """Files in its folder that tell whether it is done."""
    run: Callable[[Path], Figures]
    """Takes the folder of the loop. Begun again with the same key it goes on."""


def run_steps(
    steps: Sequence[Step], folder: Path, *, clock: Callable[[], float] = time.perf_counter
) -> dict[str, Entry]:
    """Run what is not done yet and return how every step stands.

    A file that somebody changed by hand stays: the steps behind it are done anew.

    Args:
        steps: In an order in which each comes behind those that it needs.
        folder: Of the loop; made where it is missing.
        clock: Seconds that only go up.

    Raises:
        StoreError: Another loop is at work in the folder, or it cannot be written.
        PersonaSDKError: A step failed; what was done before stands.
    """
    done: dict[str, Entry] = {}
    with _locked(folder):
        ledger = Ledger(folder)
        for number, step in enumerate(steps, 1):
            head = f"{number}/{len(steps)} {step.says}"
            key = _key(step, done)
            known = ledger.entry(step.name)
            own = folder / step.name
            if known is not None and known.key == key and _is_done(known, step, own):
                note(f"{head}: done before, in {own}")
                done[step.name] = _as_found(known, step, own)
                continue
            if known is not None and known.key != key:
                _put_aside(own, folder / EARLIER, known.key)
            note(f"{head}: {own}")
            ledger.note(step.name, Entry(key, "begun"))
            own.mkdir(parents=True, exist_ok=True)
            began = clock()
            figures = step.run(folder)
            gc.collect()  # a trained model and its optimiser make room for the next step's models
            files = digests(own, step.makes)
            entry = Entry(key, "done", files, figures, round(clock() - began, 1))
            ledger.note(step.name, entry)
            done[step.name] = entry
    return done


def _key(step: Step, done: Mapping[str, Entry]) -> str:
    inputs = {name: dict(done[name].files) for name in step.needs}
    return digest_of([step.name, dict(step.given), inputs])


def _is_done(entry: Entry, step: Step, own: Path) -> bool:
    return entry.state == "done" and all((own / name).is_file() for name in step.makes)


def _as_found(entry: Entry, step: Step, own: Path) -> Entry:
    files = digests(own, step.makes)
    for name in step.makes:
        if entry.files.get(name) != files[name]:
            note(f"{own / name} was changed since it was made: it stays as it is")
    return Entry(entry.key, "done", files, entry.figures, entry.seconds)


def _put_aside(own: Path, earlier: Path, key: str) -> None:
    if not own.exists():
        return
    place = earlier / f"{own.name}-{key[:8]}"
    number = 1
    while place.exists():
        number += 1
        place = earlier / f"{own.name}-{key[:8]}-{number}"
    place.parent.mkdir(exist_ok=True)
    own.rename(place)
    note(f"other options or inputs than before: the former {own.name} is kept in {place}")


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / LOCK).open("a") as file:
        if not try_lock(file.fileno()):
            raise StoreError(
                f"{folder}: another loop is at work in it: wait, or name another --out"
            )
        yield
