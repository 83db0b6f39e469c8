"""The first steps of a loop: sample drafts that the guard judges, and choose pairs among them."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from pathlib import Path
from statistics import fmean

from persona_sdk.cli.gate_probes import FileQueries, probes_for, same_text
from persona_sdk.cli.loop_ledger import Figures, digest_of
from persona_sdk.cli.loop_plan import Loop
from persona_sdk.cli.loop_run import Step
from persona_sdk.cli.pairs_report import write_report
from persona_sdk.cli.pairs_sources import Sampling, sampled
from persona_sdk.cli.pairs_tables import as_json
from persona_sdk.errors import TrainingError
from persona_sdk.training.preferences.choosing import Rules, choose_pairs
from persona_sdk.training.preferences.files import read_pairs, write_pairs
from persona_sdk.training.preferences.journal import read_candidates
from persona_sdk.training.preferences.lines import write_lines
from persona_sdk.training.preferences.matching import Matching
from persona_sdk.training.preferences.sampling import key_of
from persona_sdk.training.preferences.summary import summarize
from persona_sdk.types import Attempt, Turn

DRAFTS, PAIRS = "drafts", "pairs"
CANDIDATES = "candidates.jsonl"
ASKED = "asked.jsonl"
"""Everything that was learned from, in all wordings: `--trained-on` of the gate."""
HELD = "held.jsonl"
"""The queries of a file that were held out: `--queries` of the gate."""
CHOSEN = "pairs.jsonl"


def drafts_step(loop: Loop) -> Step:
    """Return the step that samples drafts."""
    plan, size = loop.plan, loop.plan.size
    queries = [[p.name, key_of(talk)] for p, talk in loop.dealt.learned]
    return Step(
        name=DRAFTS,
        says=f"Sampling {size.k} drafts to each of {len(queries)} queries, judged by the guard",
        given={
            "personas": loop.who(),
            "queries": digest_of(queries),
            "held": digest_of([key_of(talk) for talk in loop.dealt.held]),
            "model": dict(loop.speaks),
            "scorers": plan.scorers,
            "k": size.k,
            "max_tokens": plan.max_tokens,
            "seed": plan.seed,
        },
        needs=(),
        makes=(CANDIDATES, ASKED, HELD),
        run=lambda folder: _draft(loop, folder / DRAFTS),
    )


def pairs_step(loop: Loop) -> Step:
    """Return the step that chooses pairs."""
    rules = rules_of(loop)
    return Step(
        name=PAIRS,
        says="Choosing pairs: a draft that passed against one that is worse, alike in style",
        given=asdict(rules),
        needs=(DRAFTS,),
        makes=(CHOSEN,),
        run=lambda folder: _choose(rules, folder),
    )


def held_out(loop: Loop) -> int:
    """Return how many queries the gate has."""
    dealt, plan = loop.dealt, loop.plan
    file = FileQueries(general=dealt.held)
    seen = frozenset(map(same_text, dealt.seen))
    return sum(
        len(probes_for(persona, plan.size.items, file, seen, seed=plan.seed))
        for persona in loop.personas
    )


def rules_of(loop: Loop) -> Rules:
    """Return how pairs are chosen: of few drafts every pair that the rules allow."""
    length = loop.plan.length
    matching = Matching(None if length == 1 else length)
    return Rules(take="all", matching=matching, seed=loop.plan.seed)


def sft_rows(folder: Path) -> list[list[Turn]]:
    """Return the chosen replies of a loop's pairs behind their prompts, each once."""
    pairs = read_pairs(folder / PAIRS / CHOSEN)
    unique = {(p.prompt, p.chosen): [*p.prompt, Turn("assistant", p.chosen)] for p in pairs}
    return list(unique.values())


def _draft(loop: Loop, folder: Path) -> Figures:
    loop.check_place()
    plan, dealt = loop.plan, loop.dealt
    if not dealt.learned:
        raise TrainingError(
            f"nothing can be asked of {', '.join(plan.personas)}: give queries with --queries FILE"
        )
    names = [persona.name for persona in loop.personas]
    asked = [{"persona": n, "messages": [_user(t)]} for n in names for t in dealt.seen]
    write_lines(folder / ASKED, asked)
    held = [{"query": t.query, "history": [asdict(x) for x in t.before_query]} for t in dealt.held]
    write_lines(folder / HELD, held)
    how = Sampling(
        plan.model, plan.scorers, "long-context", plan.size.k, plan.max_tokens, 1.0, plan.seed
    )
    found = sampled(dealt.learned, how, folder / CANDIDATES)
    attempts = [attempt for one in found for attempt in one.attempts]
    outcomes = Counter(attempt.verdict.outcome for attempt in attempts)
    judged = [a.verdict.delta_apc for a in attempts if _is_measured(a)]
    return {
        "queries": len(found),
        "drafts": len(attempts),
        "passed": outcomes["pass"],
        "unscored": outcomes["unscored"],
        "delta_apc": fmean(judged) if judged else None,
    }


def _choose(rules: Rules, folder: Path) -> Figures:
    candidates = read_candidates(folder / DRAFTS / CANDIDATES)
    chosen = choose_pairs(candidates, rules)
    if not chosen.pairs:
        told = ", ".join(f"{count} {reason}" for reason, count in sorted(chosen.dropped.items()))
        raise TrainingError(
            f"no pair among {len(candidates)} queries ({told}): sample more drafts with --k, ask "
            "more with --most or --queries, or let lengths differ with --length 1"
        )
    target = folder / PAIRS / CHOSEN
    write_pairs(chosen.pairs, target)
    report = write_report(chosen, rules, target)
    figures: Figures = as_json(summarize(chosen.pairs, seed=rules.seed), report)
    return figures


def _is_measured(attempt: Attempt) -> bool:
    return bool(attempt.verdict.constraints)


def _user(text: str) -> dict[str, str]:
    return {"role": "user", "content": text}
