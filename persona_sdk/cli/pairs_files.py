"""`persona pairs split` and `convert`: pairs from file to file."""

from __future__ import annotations

import json as json_
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from persona_sdk.cli.pairs_view import File, Json, Seed
from persona_sdk.cli.terminal import note, print_json, write_line
from persona_sdk.errors import RowError

if TYPE_CHECKING:
    from persona_sdk.training.preferences.splitting import Split

FormatName = Literal["trl", "kto", "axolotl", "llamafactory"]

INFO_FILE = "dataset_info.json"
"""Where LLaMA-Factory looks up its data sets."""


def split(
    file: File,
    folder: Annotated[Path, typer.Option("--out", "-o", help="Folder of the splits.")],
    by: Annotated[
        Literal["both", "persona", "query"], typer.Option(help="What no two splits share.")
    ] = "both",
    dev: Annotated[float, typer.Option(help="Share of dev.", min=0.0, max=0.9)] = 0.1,
    test: Annotated[float, typer.Option(help="Share of test.", min=0.0, max=0.9)] = 0.1,
    seed: Seed = 7,
    json: Json = False,
) -> None:
    """Split pairs into train, dev and test without leakage: no shared character, no shared query.

    A query that characters of several splits were asked stays in one; its other pairs are left
    out. A share of 0 makes no such split.

    Example: persona pairs split pairs.jsonl --out splits --by persona
    """
    from persona_sdk.training.preferences.files import read_pairs, write_pairs
    from persona_sdk.training.preferences.splitting import leaks, split_pairs

    if dev + test >= 1:
        raise typer.BadParameter(f"--dev and --test leave nothing to train on: {dev} + {test}")
    every: dict[Split, float] = {"train": 1 - dev - test, "dev": dev, "test": test}
    shares = {name: share for name, share in every.items() if share > 0}
    parts = split_pairs(read_pairs(file), shares, by=by, seed=seed)
    shared = leaks(parts.splits, by=by)
    if any(shared):
        raise AssertionError(f"the splits share {shared}")  # not what split_pairs promises
    folder.mkdir(parents=True, exist_ok=True)
    counts: dict[str, int] = {
        name: write_pairs(pairs, folder / f"{name}.jsonl") for name, pairs in parts.splits.items()
    }
    if json:
        print_json({"pairs": counts, "left_out": parts.left_out, "by": by, "folder": str(folder)})
        return
    for part, count in counts.items():
        write_line(f"{folder / part}.jsonl  {count}")
    if parts.left_out:
        note(f"{parts.left_out} pairs are left out: their query stands in another split")


def convert(
    file: File,
    target: Annotated[Path, typer.Option("--out", "-o", help="File to write.")],
    to: Annotated[FormatName, typer.Option(help="Format to write.")],
    source: Annotated[FormatName, typer.Option("--from", help="Format of FILE.")] = "trl",
    json: Json = False,
) -> None:
    """Write pairs in the format of another trainer, or read them back.

    Example: persona pairs convert alice.jsonl --to llamafactory --out data/alice.jsonl
    """
    from persona_sdk.training.preferences.formats import read_as, write_as
    from persona_sdk.training.preferences.kto import both_ways

    pairs = read_as(file, source)
    rows = write_as(pairs, target, to)
    if to == "kto" and (count := both_ways(pairs)):
        note(
            f"{count} replies are liked in one pair and disliked in another: build the pairs "
            "with --take best to avoid that"
        )
    if to == "axolotl":
        note(AXOLOTL.format(path=target))
    if to == "llamafactory":
        _register(target)
    if json:
        print_json({"pairs": len(pairs), "rows": rows, "format": to, "file": str(target)})
    else:
        write_line(f"{target}  {rows}")


def _register(target: Path) -> None:
    """Name the file in the `dataset_info.json` beside it; other entries stay."""
    from persona_sdk.store.export import replacing
    from persona_sdk.training.preferences.formats import dataset_info

    path = target.with_name(INFO_FILE)
    try:
        known = json_.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    except ValueError as error:
        raise RowError(f"{path}: no JSON ({error}): mend it, or write to another folder") from error
    if not isinstance(known, dict):
        raise RowError(f"{path}: must be a JSON object: mend it, or write to another folder")
    known |= dataset_info(target.stem, target.name)
    with replacing(path) as file:
        file.write(json_.dumps(known, indent=2, ensure_ascii=False) + "\n")
    note(f"{path} names the data set {target.stem!r}: train with `dataset: {target.stem}`")


AXOLOTL = """\
in the configuration of Axolotl:
rl: dpo
datasets:
  - path: {path}
    ds_type: json
    split: train
    type: chat_template.default
    field_messages: messages"""
