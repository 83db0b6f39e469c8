"""`persona users extract`: profiles of real users, read from chat logs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from persona_sdk.cli.arguments import utf8
from persona_sdk.cli.terminal import USAGE, fail, note, out, print_json, progress, working
from persona_sdk.cli.users_extractors import Method, load_extractor

if TYPE_CHECKING:
    from simulators.profiles.extraction import Extractor
    from simulators.profiles.log_values import Log, LoggedConversation, Skipped
    from simulators.profiles.masking import Masker

Form = Literal["openai", "sharegpt", "sillytavern", "turns", "queries", "text"]

SHOWN = 10
"""Lines and conversations left out that are named one by one."""


def extract(
    logs: Annotated[list[Path], typer.Argument(help="Chat logs; .gz may follow the name.")],
    target: Annotated[Path, typer.Option("--out", "-o", help="Profiles to write, JSONL.")],
    form: Annotated[
        Form | None, typer.Option("--format", help="Of the logs; default: found out by itself.")
    ] = None,
    by: Annotated[
        Method,
        typer.Option(help="rules need no model; llm cites a turn for each fact; plain does not."),
    ] = "rules",
    model: Annotated[
        str,
        typer.Option(
            help="For llm and plain: builtin:base, gguf:PATH, hf:ID_OR_DIR or openai:MODEL@URL.",
            callback=utf8,
        ),
    ] = "builtin:base",
    scorers: Annotated[
        str,
        typer.Option(
            help="Check facts against their turns: builtin, none, or as for persona chat.",
            callback=utf8,
        ),
    ] = "builtin",
    user: Annotated[
        str, typer.Option(help="Name or role of the user in the logs.", callback=utf8)
    ] = "",
    mask: Annotated[
        bool, typer.Option("--mask", help="Mask personal data first (extra `privacy`).")
    ] = False,
    mask_names: Annotated[
        str, typer.Option(help="Mask names too, by this installed spaCy model.", callback=utf8)
    ] = "",
    licence: Annotated[
        str, typer.Option(help="Licence of the logs, kept in each profile.", callback=utf8)
    ] = "",
    on_error: Annotated[
        Literal["refuse", "skip"], typer.Option(help="What to do about broken lines.")
    ] = "refuse",
    resume: Annotated[
        bool, typer.Option("--resume", help="Keep the profiles that --out already has.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="Print what was done as JSON.")] = False,
) -> None:
    """Read a profile of the user from every conversation of LOGS; only his turns count.

    The profiles stand in OUT.partial until the last one is written: after a kill, run the same
    command with --resume.
    """
    from persona_sdk.cli.users_resume import begin

    found = [_read(path, form, user, on_error) for path in logs]
    conversations = _distinct([one for log in found for one in log.conversations])
    masker = _masker(mask, mask_names)
    with working("Loading what reads the profiles"):
        extractor = load_extractor(by, model, scorers, conversations)
    done = begin(target, extractor.name, resume=resume)
    outcome = _Outcome(skipped=[skip for log in found for skip in log.skipped], kept=len(done))
    todo = [one for one in conversations if one.id not in done]
    _extract_all(todo, extractor, masker, target, licence, append=bool(done), outcome=outcome)
    _tell(outcome, target, json)


@dataclass(slots=True)
class _Outcome:
    """What a run did."""

    skipped: list[Skipped]
    kept: int
    profiles: int = 0
    facts: int = 0
    masked: int = 0
    dropped: Counter[str] = field(default_factory=Counter)
    notes: Counter[str] = field(default_factory=Counter)


def _extract_all(
    todo: Sequence[LoggedConversation],
    extractor: Extractor,
    masker: Masker | None,
    target: Path,
    licence: str,
    *,
    append: bool,
    outcome: _Outcome,
) -> None:
    from dataclasses import replace

    from persona_sdk.cli.output import writing
    from simulators.profiles.files import profile_document

    with (
        progress("Extracting", total=len(todo)) as advance,
        writing(str(target), append=append) as writer,
    ):
        for conversation in todo:
            if masker is not None:
                conversation, found = masker.conversation(conversation)
                outcome.masked += found
            extraction = extractor.extract(conversation)
            profile = replace(extraction.profile, licence=licence)
            writer.write(profile_document(profile))
            outcome.profiles += 1
            outcome.facts += len(profile.facts)
            outcome.dropped.update(_kind(drop.reason) for drop in extraction.dropped)
            outcome.notes.update(extraction.notes)
            advance(1)


def _kind(reason: str) -> str:
    """Return a reason without its figures, to be counted."""
    return reason.split(" (")[0] if "%" not in reason else "shares too few words with any line"


def _read(path: Path, form: Form | None, user: str, on_error: Literal["refuse", "skip"]) -> Log:
    from simulators.profiles.logs import read_logs

    return read_logs(path, form=form, user=user, on_error=on_error)


def _distinct(conversations: Sequence[LoggedConversation]) -> list[LoggedConversation]:
    """Give conversations of several logs that share an id a number."""
    from dataclasses import replace

    seen: Counter[str] = Counter()
    distinct = []
    for one in conversations:
        seen[one.id] += 1
        number = seen[one.id]
        distinct.append(one if number == 1 else replace(one, id=f"{one.id}~{number}"))
    return distinct


def _masker(mask: bool, names: str) -> Masker | None:
    if not mask and not names:
        return None
    from simulators.profiles.masking import load_masker

    try:
        return load_masker(names)
    except ValueError as error:
        fail(str(error), USAGE)


def _tell(outcome: _Outcome, target: Path, json: bool) -> None:
    if json:
        print_json(
            {
                "out": str(target),
                "profiles": outcome.profiles,
                "kept": outcome.kept,
                "facts": outcome.facts,
                "masked": outcome.masked,
                "dropped": dict(outcome.dropped),
                "notes": dict(outcome.notes),
                "skipped": [skip._asdict() for skip in outcome.skipped],
            }
        )
        return
    for skip in outcome.skipped[:SHOWN]:
        note(f"left out {skip.place}: {skip.reason}")
    if len(outcome.skipped) > SHOWN:
        note(f"left out {len(outcome.skipped) - SHOWN} more; --json lists all")
    for words, count in outcome.notes.items():
        note(f"{count} conversations {words}")
    for reason, count in outcome.dropped.most_common():
        note(f"{count} facts dropped: {reason}")
    if outcome.masked:
        note(f"{outcome.masked} places masked")
    kept = f", {outcome.kept} kept from before" if outcome.kept else ""
    out.print(f"{outcome.profiles} profiles with {outcome.facts} facts{kept}: {target}")
