"""`python -m recipes.character`: rows to imitate, drafts to choose pairs from, the card."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from guards.catalog import load_named_guard, load_named_scorers
from persona_sdk.cli.terminal import new_app, note, progress, write_line
from persona_sdk.models.catalog import load_model
from recipes.character.card import ADAPTER, TABLES, check_gates, figures, write_card
from recipes.character.drafts import Sampling, drafts
from recipes.character.further import difference, drafts_of, questions
from recipes.character.overlap_gate import overlap_gate
from recipes.character.people import Judges
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
    plain, judges = load_model("builtin:base"), _judges()
    out.mkdir(parents=True, exist_ok=True)
    counts = {"train": people, "dev": max(1, people // 20)}
    with progress("rows", total=sum(counts.values())) as advance:
        for split in ("train", "dev"):
            own = plain if split == "train" else None
            made = training_rows(data, seed, counts[split], split, judges, own, done=advance)
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
    guard = load_named_guard("builtin")
    speaker = load_model(model)
    passed = total = 0
    with progress("drafts", total=people * queries) as advance:
        for found in drafts(data, journal, speaker, guard, _judges(), sampling):
            passed += sum(attempt.verdict.outcome == "pass" for attempt in found.attempts)
            total += len(found.attempts)
            advance(1)
    note(f"{passed} of {total} drafts pass the guard")


@app.command()
def overlap(
    after: Annotated[str, typer.Option(help="Model that is compared with it.")],
    out: Annotated[Path, typer.Option("--out", "-o", help="Folder of the gate.")],
    items: Annotated[int, typer.Option(help="Known-answer items for each persona.")] = 20,
    seed: Annotated[int, typer.Option(help="Same seed, same gate.")] = 7,
) -> None:
    """Hold a gate against the trivial character, which says the statement nearest in words."""
    held = overlap_gate(
        after,
        out,
        items=items,
        guarded=8,
        users=0,
        turns=4,
        seed=seed,
        max_tokens=80,
        temperature=0.5,
        scorers="builtin",
    )
    note(f"{held.verdict.outcome}; report: {held.report}")


@app.command(name="further")
def compare_further(
    before: Annotated[str, typer.Argument(help="A model, e.g. builtin:base.")],
    after: Annotated[str, typer.Argument(help="Another, e.g. builtin+adapter:dpo.gguf.")],
    data: Data = Path("../shared/data"),
) -> None:
    """Compare single drafts of two models as made-up characters with facts of their own."""
    guard = load_named_guard("builtin")
    asked = questions(data, _judges())
    with progress("drafts", total=2 * len(asked)) as advance:
        first = drafts_of(load_model(before), guard, asked, advance)
        second = drafts_of(load_model(after), guard, asked, advance)
    for name, one in ((before, first), (after, second)):
        told = f"ΔAPC {one.mean}, passes {one.passed:.1%}, {one.words:.1f} words"
        write_line(f"{name}: {told}")
    write_line(f"ΔAPC rises by {difference(first, second, asked)}")


@app.command()
def card(
    weights: Annotated[Path, typer.Argument(help="Folder of the adapter; gets its card.")],
    gates: Annotated[Path, typer.Option(help=f"Holds the gates {', '.join(TABLES)}.")],
    trainings: Annotated[Path, typer.Option(help="Holds the trainings sft and dpo.")],
) -> None:
    """Write the model card, its curves and its figures from gates and trainings."""
    kept = {key: gates / key for key in TABLES if (gates / key / "gate.json").is_file()}
    check_gates(kept, weights / ADAPTER)
    runs = {key: trainings / key for key in ("sft", "dpo") if (trainings / key).is_dir()}
    write_card(figures(kept, runs), weights)
    note(f"written: {weights / 'README.md'}")


def _judges() -> Judges:
    scorers = load_named_scorers("builtin")
    return Judges(scorers.relevance, scorers.entailment)


if __name__ == "__main__":
    app()
