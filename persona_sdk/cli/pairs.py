"""`persona pairs`: preference pairs out of judged drafts."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from persona_sdk.cli.arguments import utf8
from persona_sdk.cli.pairs_files import convert, split
from persona_sdk.cli.pairs_view import show, stats
from persona_sdk.cli.sampling import (
    GpuLayersOption,
    MaxTokensOption,
    PromptOption,
    TemperatureOption,
)
from persona_sdk.cli.scorers import ScorersOption
from persona_sdk.cli.terminal import (
    CHECK_FAILED,
    USAGE,
    err,
    fail,
    new_app,
    note,
    out,
    print_json,
)

if TYPE_CHECKING:
    from persona_sdk.training.preferences.candidates import Candidates
    from persona_sdk.training.preferences.choosing import Rules

EXAMPLES = """\b
Examples:
    persona pairs build --persona alice --known-answers --k 8 --out alice.jsonl
    persona pairs build --persona alice --persona bob --queries questions.txt --out two.jsonl
    persona pairs build --from-stress stress/alice-1a2b3c4d --out stressed.jsonl
    persona pairs build --from-store default --out chats.jsonl
    persona pairs build --from-candidates alice.candidates.jsonl --margin 0.5 --out strict.jsonl
"""

app = new_app("Make preference pairs for DPO out of drafts that the guard judged.")


@app.command(epilog=EXAMPLES)
def build(
    target: Annotated[
        Path, typer.Option("--out", "-o", help="File of the pairs, JSON lines as TRL reads them.")
    ],
    persona: Annotated[
        list[str] | None,
        typer.Option(
            "--persona", help="Sample drafts as this one: a bundled name or a file; repeat it."
        ),
    ] = None,
    queries: Annotated[
        Path | None,
        typer.Option(help="What to ask: a query a line, or .jsonl with query and history."),
    ] = None,
    known_answers: Annotated[
        bool, typer.Option("--known-answers", help="Ask what the persona's statements answer.")
    ] = False,
    most: Annotated[int, typer.Option(help="Queries of a persona at most.", min=1)] = 100,
    k: Annotated[int, typer.Option("--k", help="Drafts of a query.", min=2)] = 4,
    model: Annotated[
        str,
        typer.Option(
            help="Writes the drafts: builtin, gguf:PATH, hf:ID_OR_DIR or openai:MODEL@URL.",
            callback=utf8,
        ),
    ] = "builtin",
    scorers: ScorersOption = "builtin",
    prompt: PromptOption = "long-context",
    max_tokens: MaxTokensOption = 120,
    temperature: TemperatureOption = 1.0,
    gpu_layers: GpuLayersOption = 0,
    from_store: Annotated[
        str | None,
        typer.Option(
            help="Take the drafts of stored sessions: a file, a postgresql:// URL, or `default`. "
            "--prompt must be the one of those chats.",
            callback=utf8,
        ),
    ] = None,
    session: Annotated[
        list[str] | None, typer.Option("--session", help="Only this one; repeat it.")
    ] = None,
    from_stress: Annotated[
        list[Path] | None,
        typer.Option("--from-stress", help="Take the drafts of a stress run; repeat it."),
    ] = None,
    from_candidates: Annotated[
        list[Path] | None,
        typer.Option(
            "--from-candidates", help="Take the drafts that an earlier build kept; repeat it."
        ),
    ] = None,
    margin: Annotated[
        float, typer.Option(help="The chosen reply leads by more than this in ΔAPC.", min=0.0)
    ] = 0.2,
    hard_margin: Annotated[
        float,
        typer.Option(help="Lead that is enough against a hard statement's violation.", min=0.0),
    ] = 0.0,
    least: Annotated[
        float | None,
        typer.Option(help="ΔAPC that the chosen reply has itself.", show_default="any"),
    ] = None,
    take: Annotated[
        Literal["best", "all"], typer.Option(help="Of a query: the largest margin, or all pairs.")
    ] = "best",
    length: Annotated[
        float,
        typer.Option(
            help="Share by which lengths in words may differ; 1 takes any.", min=0.0, max=1.0
        ),
    ] = 0.15,
    any_negations: Annotated[
        bool, typer.Option("--any-negations", help="Let the numbers of negations differ.")
    ] = False,
    balance: Annotated[
        bool, typer.Option("--balance", help="Drop pairs until longer wins as often as shorter.")
    ] = False,
    reject_unscored: Annotated[
        bool, typer.Option("--reject-unscored", help="Let doubtful drafts be rejected ones.")
    ] = False,
    seed: Annotated[int, typer.Option(help="Same seed, same pairs.", min=0)] = 7,
    json: Annotated[bool, typer.Option("--json", help="Print the figures as JSON.")] = False,
) -> None:
    """Choose pairs among judged drafts: sampled anew, of chats, of stress runs, or kept.

    A chosen reply passed the guard and leads in ΔAPC; both are alike in length and negations, so
    that style does not win. Sampled drafts are kept beside --out as they come: the same command
    goes on after a stop, and --from-candidates chooses again by other rules.
    """
    from persona_sdk.training.preferences.choosing import Rules
    from persona_sdk.training.preferences.lines import refuse_compressed
    from persona_sdk.training.preferences.matching import Matching

    refuse_compressed(target)
    rules = Rules(
        margin=margin,
        hard_margin=hard_margin,
        least=least,
        take=take,
        matching=Matching(None if length == 1 else length, not any_negations),
        reject_unscored=reject_unscored,
        balance=balance,
        seed=seed,
    )
    if session and from_store is None:
        fail("--session names one of a store: add --from-store default", USAGE)
    if persona and not (queries or known_answers):
        fail("say what to ask: --queries FILE, --known-answers or both", USAGE)
    if not persona and (queries or known_answers):
        fail("--queries and --known-answers go with --persona: say who answers", USAGE)
    if not (persona or from_store or from_stress or from_candidates):
        fail("name where drafts come from: --persona, --from-store, --from-stress …", USAGE)
    from persona_sdk.cli.pairs_sources import (
        Sampling,
        queries_for,
        sampled,
        store_drafts,
        stress_drafts,
    )
    from persona_sdk.personas import load
    from persona_sdk.training.preferences.journal import read_candidates

    found: list[Candidates | None] = []
    for path in from_candidates or ():
        found += read_candidates(path)
    if from_store:
        found += store_drafts(from_store, session or (), prompt, scorers)
    for folder in from_stress or ():
        found += stress_drafts(folder)
    if persona:
        asked = [
            (who, query)
            for who in map(load, dict.fromkeys(persona))
            for query in queries_for(who, queries, known=known_answers, most=most, seed=seed)
        ]
        how = Sampling(model, scorers, prompt, k, max_tokens, temperature, seed)
        found += sampled(asked, how, target.with_suffix(JOURNAL), gpu_layers=gpu_layers)
    _finish(found, rules, target, json=json)


def _finish(found: Sequence[Candidates | None], rules: Rules, target: Path, *, json: bool) -> None:
    """Choose the pairs, write them and tell what they are."""
    from persona_sdk.cli.pairs_report import write_report
    from persona_sdk.cli.pairs_tables import as_json, drops, tables
    from persona_sdk.training.preferences.choosing import choose_pairs
    from persona_sdk.training.preferences.files import write_pairs
    from persona_sdk.training.preferences.summary import summarize

    known = [one for one in found if one is not None]
    if len(known) < len(found):
        note(
            f"{len(found) - len(known)} replies are left out: their context was full, and what "
            "their prompt held is not known"
        )
    chosen = choose_pairs(known, rules)
    if not chosen.pairs:
        err.print(drops({str(reason): count for reason, count in chosen.dropped.items()}))
        fail(f"no pair among {len(known)} replies: {target} is not written", CHECK_FAILED)
    write_pairs(chosen.pairs, target)
    report = write_report(chosen, rules, target)
    summary = summarize(chosen.pairs, seed=rules.seed)
    if json:
        print_json({**as_json(summary, report), "file": str(target)})
        return
    for part in tables(summary, report):
        out.print(part, soft_wrap=isinstance(part, str))
        out.print()
    note(f"the pairs: {target}")


JOURNAL = ".candidates.jsonl"
"""Ends the name of the file beside the pairs that keeps the drafts as they are sampled."""


for command in (show, stats, split, convert):
    app.command()(command)
