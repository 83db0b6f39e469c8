"""`persona adapters`: make GGUF adapters of trainings, check them, merge them, look at them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from persona_sdk.cli.arguments import utf8
from persona_sdk.cli.terminal import (
    CHECK_FAILED,
    complain,
    new_app,
    note,
    print_json,
    printable,
    progress,
    working,
    write_line,
)

if TYPE_CHECKING:
    from persona_sdk.models.adapter_file import AdapterFile
    from persona_sdk.training.adapters.verify import Verification

app = new_app("Make, check, merge, install and roll back LoRA adapters for llama.cpp.")

Kind = Annotated[
    Literal["f16", "f32", "q8_0"], typer.Option("--type", help="How the numbers are written.")
]
Base = Annotated[
    str | None,
    typer.Option(
        "--base",
        help="builtin, gguf:PATH or hf:DIR.",
        show_default="what the training was on, else builtin",
        callback=utf8,
    ),
]
Adapter = Annotated[Path, typer.Argument(help="LoRA folder of a training, or a GGUF adapter.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@app.command()
def convert(
    folder: Annotated[Path, typer.Argument(help="LoRA folder of a training.")],
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", help="File to write.", show_default="FOLDER.gguf"),
    ] = None,
    base: Base = None,
    kind: Kind = "f16",
    name: Annotated[str | None, typer.Option("--name", help="What the adapter is called.")] = None,
) -> None:
    """Write a LoRA folder of peft as one GGUF file, with its lineage."""
    from persona_sdk.training.adapters.convert import convert_adapter

    target = out or Path(f"{folder.resolve()}.gguf")
    with working("Converting the adapter"):
        file = convert_adapter(folder, target, base=base, kind=kind, name=name)
    note(f"{file.size / 1e6:.1f} MB, {len(file.maps)} maps of rank {_ranks(file)}: try it with")
    note(f"persona chat --model {base or 'builtin'}+adapter:{target}")
    write_line(str(target))


@app.command()
def merge(
    adapter: Adapter,
    out: Annotated[Path, typer.Option("--out", "-o", help="File to write.")],
    base: Annotated[str, typer.Option("--base", help="builtin or gguf:PATH.", callback=utf8)] = (
        "builtin"
    ),
    kind: Kind = "f16",
    scale: Annotated[float, typer.Option("--scale", help="How strongly it acts.")] = 1.0,
    name: Annotated[str | None, typer.Option("--name", help="What the model is called.")] = None,
) -> None:
    """Write base and adapter as one GGUF model, with the base's tokenizer and chat template."""
    from persona_sdk.training.adapters.merge import merge_adapter

    with working("Merging the adapter into the base"):
        merge_adapter(out, base=base, adapter=adapter, scale=scale, kind=kind, name=name)
    note(f"{out.stat().st_size / 1e6:.1f} MB: try it with persona chat --model gguf:{out}")
    write_line(str(out))


@app.command()
def verify(
    adapter: Adapter,
    base: Annotated[str, typer.Option("--base", help="builtin or gguf:PATH.", callback=utf8)] = (
        "builtin"
    ),
    prompts: Annotated[
        Path | None,
        typer.Option("--prompts", help="What a user says, one a line.", show_default="20 of ours"),
    ] = None,
    kind: Kind = "f16",
    json: Json = False,
) -> None:
    """Compare the logits of llama.cpp with those of transformers; exit code 1 above the bar."""
    from persona_sdk.training.adapters.verify import default_prompts, read_prompts, verify_adapter

    asked = read_prompts(prompts) if prompts else default_prompts()
    with progress("Comparing", total=len(asked)) as advance:
        found = verify_adapter(adapter, base=base, prompts=asked, kind=kind, tell=advance)
    if json:
        print_json(_figures(found))
    else:
        _show(found)
    if not found.passed:
        complain(
            f"a logit differs by {found.same_weights.adapted:.3g} on the same weights, more than "
            f"{found.bar}: {_mend(found)}"
        )
        raise typer.Exit(CHECK_FAILED)


@app.command()
def inspect(
    adapter: Annotated[Path, typer.Argument(help="GGUF adapter.")], json: Json = False
) -> None:
    """Say what an adapter was made for, from what, and how; loads no model."""
    from persona_sdk.models.adapter_file import read_adapter

    file = read_adapter(adapter)
    if json:
        print_json(
            {
                "path": str(file.path),
                "name": file.name,
                "base": file.base,
                "architecture": file.architecture,
                "layers": file.layers,
                "ranks": list(file.ranks),
                "alpha": file.alpha,
                "maps": len(file.maps),
                "types": list(file.kinds),
                "bytes": file.size,
                "lineage": dict(file.lineage),
            }
        )
        return
    kinds = sorted({name.split(".")[-2] for name in file.maps})
    _rows(
        [
            ("file", f"{file.path} ({file.size / 1e6:.1f} MB, {', '.join(file.kinds)})"),
            ("name", file.name or "-"),
            ("base", f"{file.base or '-'}: {file.architecture}, {file.layers or '?'} layers"),
            ("adapts", f"{len(file.maps)} maps: {', '.join(kinds)}"),
            ("rank", f"{_ranks(file)}, alpha {file.alpha:g}"),
            *sorted(file.lineage.items()),
        ]
    )


def _mend(found: Verification) -> str:
    if found.same_weights.plain > found.bar:
        return "the engines differ without the adapter too: transformers reads this base otherwise"
    return "convert the adapter again, with --type f32, and name its own base"


def _figures(found: Verification) -> dict[str, object]:
    from dataclasses import asdict

    from persona_sdk.training.adapters.llama_logits import SETTINGS

    return {**asdict(found), "passed": found.passed, "settings": SETTINGS}


def _show(found: Verification) -> None:
    from persona_sdk.training.adapters.llama_logits import SETTINGS

    write_line(f"largest difference of a logit, {found.prompts} prompts, {found.tokens} tokens")
    _rows(
        [
            ("conversion", f"{found.same_weights.adapted:.2g} on the same weights"),
            ("engines", f"{found.same_weights.plain:.2g} on the same weights, no adapter"),
            ("quantised base", f"{found.as_is.plain:.2g} as it is, no adapter"),
            ("in use", f"{found.as_is.adapted:.2g} as it is, with the adapter"),
            ("effect", f"{found.effect:.2g} is what the adapter changes"),
            ("verdict", f"{'passed' if found.passed else 'failed'}, the bar is {found.bar}"),
        ]
    )
    note(f"llama.cpp: {SETTINGS}; transformers: float32")


def _rows(rows: list[tuple[str, str]]) -> None:
    width = max(len(name) for name, _ in rows)
    for name, value in rows:
        # A file from elsewhere may not steer the terminal.
        write_line(printable(" ".join(f"{name:<{width}}  {value}".splitlines())))


def _ranks(file: AdapterFile) -> str:
    return ", ".join(map(str, file.ranks))
