"""`python -m recipes.character`: rows to imitate, drafts to choose pairs from."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from guards.catalog import load_named_guard, load_named_scorers
from persona_sdk.cli.terminal import new_app, note, progress
from persona_sdk.models.catalog import load_model
from recipes.character.drafts import Sampling, drafts
from recipes.character.rows import training_rows, write_rows

_DEFAULT = Sampling()

Data = Annotated[Path, typer.Option(help="Folder of the public data.")]
Seed = Annotated[int, typer.Option(help="The same seed gives the same rows.")]

app = new_app("Make what the tuned embedded character is trained on.")


@app.command()
def rows(
    out: Annotated[Path, typer.Argument(help="Folder for train.jsonl and dev.jsonl.")],
    data: Data = Path("../shared/data"),
    people: Annotated[int, typer.Option(help="Made-up characters for training.")] = 800,
    seed: Seed = 17,
) -> None:
    """Write conversations with made-up characters, and those of Synthetic-Persona-Chat that fit."""
    judge = load_named_scorers("builtin").entailment
    out.mkdir(parents=True, exist_ok=True)
    counts = {"train": people, "dev": max(1, people // 20)}
    with progress("rows", total=sum(counts.values())) as advance:
        for split in ("train", "dev"):
            made = training_rows(data, seed, counts[split], split, judge, done=advance)
            written = write_rows(made, out / f"{split}.jsonl", seed)
            note(f"{split}: {written} conversations")


@app.command(name="drafts")
def write_drafts(
    journal: Annotated[Path, typer.Argument(help="Candidates; an unfinished file goes on.")],
    model: Annotated[str, typer.Option(help="Writes them, e.g. builtin+adapter:sft.gguf.")],
    data: Data = Path("../shared/data"),
    people: Annotated[int, typer.Option(help="Made-up characters.")] = _DEFAULT.people,
    queries: Annotated[int, typer.Option(help="Questions to each.")] = _DEFAULT.queries,
    k: Annotated[int, typer.Option(help="Drafts of each question.")] = _DEFAULT.k,
    seed: Seed = _DEFAULT.seed,
) -> None:
    """Have made-up characters answer, and the guard judge; `persona pairs build` goes on."""
    sampling = Sampling(people, queries, k, seed)
    guard, judge = load_named_guard("builtin"), load_named_scorers("builtin").entailment
    speaker = load_model(model)
    passed = total = 0
    with progress("drafts", total=people * queries) as advance:
        for found in drafts(data, journal, speaker, guard, judge, sampling):
            passed += sum(attempt.verdict.outcome == "pass" for attempt in found.attempts)
            total += len(found.attempts)
            advance(1)
    note(f"{passed} of {total} drafts pass the guard")


if __name__ == "__main__":
    app()
