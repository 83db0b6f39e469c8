"""What a model card tells of the runs that weights come from, one after the other."""

from collections.abc import Mapping
from typing import cast

from guards.training.record import stages
from guards.training.report.card_tables import Figures, table

_OPTIONS = ("minutes", "nli_minutes", "seed", "sources", "batch", "rate")
"""Options of `guards.training.train` that are recorded under their names."""

_OWN_OPTIONS = ("start", "minutes", "seed", "threads")
"""Likewise of `persona guards train`."""


def run(config: Figures) -> str:
    """Return the stages, the command of the last one, and its options and counts."""
    training = cast(Figures, config.get("training", {}))
    if not training:
        return "The run is not recorded."
    runs = stages(training)
    parts = [_told(runs)] if len(runs) > 1 else []
    parts.append(_command(training, several=len(runs) > 1))
    rows = [
        (f"`{name}`", f"`{_short(value)}`")
        for name, value in training.items()
        if value not in (None, [])
    ]
    return "\n\n".join([*parts, table(("option or count", "value"), rows)])


def _told(runs: list[Figures]) -> str:
    lines = [f"{number}. {_stage(stage)}" for number, stage in enumerate(runs, start=1)]
    return (
        f"These weights come from {len(runs)} stages, each going on from the weights of the one "
        "before:\n\n" + "\n".join(lines)
    )


def _stage(stage: Figures) -> str:
    facts = [_time(stage)]
    facts += [f"{cast(int, stage[name]):,} {name}" for name in ("steps", "pairs") if name in stage]
    facts += [f"{name} {stage[name]}" for name in ("seed", "rate") if name in stage]
    if left_out := cast(list[str], stage.get("without")):
        facts.append(f"without {' and '.join(left_out)}")
    if lesson := cast(Figures, stage.get("distillation")):
        facts.append(f"taught by `{lesson['teacher']}`")
    if averaged := stage.get("averaged"):
        facts.append(f"averaged: {averaged}")
    start = stage.get("start")
    origin = f", from `{start}`" if isinstance(start, str) else ""
    return f"`{stage.get('out', 'unnamed')}`{origin}: {', '.join(fact for fact in facts if fact)}."


def _time(stage: Figures) -> str:
    planned = stage.get("minutes")
    if "stopped_after_minutes" in stage:
        return f"stopped after {stage['stopped_after_minutes']} of {planned} minutes"
    spent = stage.get("minutes_spent", planned)
    return "" if spent is None else f"{spent} minutes"


def _command(training: Figures, *, several: bool) -> str:
    """Return the command of the last stage, and what it does not give."""
    own = bool(training.get("own_rows"))
    given = [
        f"--{name.replace('_', '-')} {_short(training[name])}"
        for name in (_OWN_OPTIONS if own else _OPTIONS)
        if name in training
    ]
    if own:
        given += ["--data DATA"] if training.get("public") else []
        given += [] if training.get("synthetic", True) else ["--no-synthetic"]
        line = ["persona guards train --rows ROWS --out RUN", *given]
    else:
        left_out = " ".join(cast(list[str], training.get("without", [])))
        given += ["--start EARLIER_RUN"] if several else []
        given += [f"--without {left_out}"] if left_out else []
        line = ["python -m guards.training.train --data DATA", *given]
    line += _teacher(training)
    notes = ["The clock ends a run: the command reads the same rows in the same order, not as many"]
    if several:
        notes.append("it gives the last stage alone, and wants the run of the stage before")
    if training.get("averaged"):
        notes.append("the averaging is not part of it")
    if training.get("distillation"):
        notes.append("TEACHER is the folder of the teacher, whose digest the record holds")
    return f"`{' '.join(line)}`\n\n{'; '.join(notes)}."


def _teacher(training: Figures) -> list[str]:
    lesson = cast(Figures, training.get("distillation") or {})
    if not lesson:
        return []
    return [
        "--teacher TEACHER",
        f"--teacher-weight {lesson['weight']} --teacher-temperature {lesson['temperature']}",
    ]


def _short(value: object) -> object:
    """Return a value for one cell: of an earlier run its name, of a teacher its digest too."""
    if isinstance(value, Mapping) and "teacher" in value:
        return f"{value['teacher']} (SHA-256 begins {str(value['teacher_sha256'])[:12]})"
    if isinstance(value, Mapping):
        return value.get("out", "an earlier run")
    return ", ".join(map(str, value)) if isinstance(value, list) else value
