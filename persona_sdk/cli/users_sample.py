"""`persona users sample`: pick users for a run, or make virtual ones, and plot where they stand."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from persona_sdk.cli.arguments import utf8
from persona_sdk.cli.terminal import BAD_INPUT, USAGE, fail, note, out, working, write_line

if TYPE_CHECKING:
    from simulators.profiles.sample import Sample

Mode = Literal["majority", "minority", "random", "virtual"]


def sample(
    profiles: Annotated[
        str,
        typer.Argument(
            help="Profiles, JSONL; or bundled, bundled:adversarial, bundled:languages.",
            callback=utf8,
        ),
    ],
    n: Annotated[int, typer.Option("--n", "-n", min=1, help="How many users.")] = 20,
    mode: Annotated[
        Mode,
        typer.Option(help="The commonest, the rarest, any, or new ones joined of neighbours."),
    ] = "majority",
    share: Annotated[
        float | None,
        typer.Option(help="Of the profiles that are common or rare, in (0, 1]; default: 0.2."),
    ] = None,
    seed: Annotated[int, typer.Option(help="The same seed gives the same users.")] = 0,
    out_file: Annotated[
        Path | None, typer.Option("--out", help="File to write; default: standard output.")
    ] = None,
    plot: Annotated[
        Path | None, typer.Option(help="Draw the density and the picks: FILE.svg or FILE.html.")
    ] = None,
    traits: Annotated[
        bool,
        typer.Option(
            help="Drop virtual users with a trait that a fact contradicts, by entailment."
        ),
    ] = True,
    reduction: Annotated[
        Literal["pca", "umap"], typer.Option(help="Of the vectors; umap needs the extra `umap`.")
    ] = "pca",
) -> None:
    """Pick N users from PROFILES by how common they are, or make virtual ones.

    A virtual user is what one person is, joined with how a neighbour sounds. His facts are those
    of a real profile: mask personal data first (`persona users extract --mask`).
    """
    if share is not None and not 0 < share <= 1:
        fail(f"--share must be in (0, 1], was: {share:g}", USAGE)
    if plot is not None and plot.suffix not in (".svg", ".html"):
        fail(f"--plot must end in .svg or .html, was: {plot}", USAGE)
    picked = _picked(profiles, n, mode, share, seed, traits, reduction)
    for told in picked.notes:
        note(told)
    _write(picked, out_file)
    if plot is not None:
        _draw(picked, plot)


def _picked(
    name: str,
    n: int,
    mode: Mode,
    share: float | None,
    seed: int,
    traits: bool,
    reduction: Literal["pca", "umap"],
) -> Sample:
    from persona_sdk.cli.embedding import load_embedder
    from simulators.profiles.catalog import load_profiles
    from simulators.profiles.sample import sample as pick
    from simulators.profiles.space import principal_points
    from simulators.profiles.umap_points import umap_points

    known = load_profiles(name)
    with working("Placing the profiles"):
        judge = None
        if mode == "virtual" and traits:
            from guards.catalog import load_named_scorers

            judge = load_named_scorers("builtin").entailment
        try:
            return pick(
                known,
                n,
                embedder=load_embedder(),
                mode=mode,
                share=share,
                seed=seed,
                entailment=judge,
                reduction=umap_points if reduction == "umap" else principal_points,
            )
        except ValueError as error:
            fail(str(error), BAD_INPUT)


def _write(picked: Sample, path: Path | None) -> None:
    from simulators.profiles.files import profile_line, write_profiles

    if path is None:
        for profile in picked.profiles:
            write_line(profile_line(profile))
        return
    write_profiles(path, picked.profiles)
    out.print(f"{path}: {len(picked.profiles)} users", soft_wrap=True)


def _draw(picked: Sample, path: Path) -> None:
    from simulators.profiles.density_plot import plot

    drawing = plot(picked)
    if path.suffix == ".html":
        drawing = _PAGE.format(drawing)
    path.write_text(drawing, encoding="utf-8")
    note(f"plot: {path}")


_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Profiles</title>
<meta name="color-scheme" content="light dark"></head>
<body>
{}</body></html>
"""
