"""Train on rows of one's own, with a look at statements that training does not see.

The entailment network goes on from weights that know the task; the relevance head is fitted anew
on own and synthetic questions. `persona guards train` runs this.
"""

from collections.abc import Callable, Sequence
from pathlib import Path

from tokenizers import Tokenizer
from torch import nn

from guards.baselines import majority
from guards.load import SHIPPED, load_scorers
from guards.metrics import NLI_CLASSES, accuracy, auc
from guards.relevance import VectorRelevance
from guards.training import relevance_head
from guards.training.batches import probabilities
from guards.training.device import best_device
from guards.training.domain import OWN, Domain, Mixture, keep_split
from guards.training.export import RELEVANCE, write_head
from guards.training.options import Options
from guards.training.own_rows import (
    OwnRows,
    Split,
    read_own_rows,
    split_by_statement,
    statement_key,
)
from guards.training.rows import Row
from guards.training.run import TOKENIZER, Run, holds_run, run
from guards.training.scorer import query_of
from guards.training.start import Student, start_student
from guards.training.synthesize import asking
from persona_sdk.errors import TrainingError, WeightsError

GENTLE, FULL = 5e-5, 2e-4
"""Peak learning rate from weights that know the task, and from those that do not."""

BATCH = 32

RELEVANCE_ROWS, RELEVANCE_SEED = 6000, 7
"""Synthetic rows beside the own ones of the relevance head."""

Tell = Callable[[str], object]


def train_domain(domain: Domain, *, tell: Tell) -> Split:
    """Train on own rows; write checkpoint, record and relevance head into `domain.out`.

    Args:
        domain: What to train on, and how.
        tell: Called with each line of the report.

    Returns:
        How the rows were split.

    Raises:
        RowError: Rows are broken or too few, or a resumed run had other rows.
        TrainingError: `domain.out` holds a run that is not to be resumed, one on no rows of
            one's own, or one of another seed, start, mixture or teacher.
        WeightsError: The start weights or the teacher cannot be read.
    """
    _check_folder(domain)
    own = read_own_rows(domain.files, on_error=domain.on_error)
    split = split_by_statement(own.rows)
    _tell_rows(own, split, tell)
    domain.out.mkdir(parents=True, exist_ok=True)
    keep_split(domain, own, split)
    _train_entailment(domain, own, split, tell)
    _fit_relevance(domain, split, tell)
    return split


def _check_folder(domain: Domain) -> None:
    """Refuse a folder whose run is another's, before anything is written into it."""
    if holds_run(domain.out, resume=domain.resume) and not (domain.out / OWN).is_file():
        raise TrainingError(
            f"{domain.out} holds a run without {OWN}, so not one on rows of your own: choose "
            "another --out"
        )


def _tell_rows(own: OwnRows, split: Split, tell: Tell) -> None:
    for problem in own.problems:
        tell(f"left out: {problem}")
    sides = ", ".join(
        f"{name} {len(rows)} rows about {len(_statements(rows))} statements"
        for name, rows in zip(split._fields, split, strict=True)
    )
    tell(f"{len(own.rows)} rows read, {len(own.problems)} left out: {sides}")


def _statements(rows: Sequence[Row]) -> set[str]:
    return {statement_key(row.second) for row in rows}


def _train_entailment(domain: Domain, own: OwnRows, split: Split, tell: Tell) -> None:
    spoken = [row for row in split.train if row.task == "nli"]
    net, tokenizer, sha256 = _start(domain)
    net.to(best_device()).train()
    told = _told(domain, own) | {"start_sha256": sha256}
    options = Options(
        data=domain.data or Path("none"),
        out=domain.out,
        minutes=domain.minutes,
        nli_minutes=0,
        seed=domain.seed,
        batch=BATCH,
        rate=FULL if domain.start == "minilm" else GENTLE,
        save_minutes=min(4.0, domain.minutes / 4),
        threads=domain.threads,
        resume=domain.resume,
        distillation=domain.distillation,
    )
    corpus = Mixture(spoken, domain, own.sha256)
    dev = [row for row in split.dev if row.task == "nli"]
    if not spoken:
        tell("no entailment rows to train on: the network stays as it starts")
        untrained = Run(options, corpus, net, tokenizer, told=told)
        if holds_run(domain.out, resume=domain.resume):
            untrained.load()
        untrained.save()
        tokenizer.save(str(domain.out / TOKENIZER))
        return
    _tell_dev("before training", net, tokenizer, dev, tell)

    def report(state: Run, saved: bool) -> None:
        if saved:
            at = f"after {state.elapsed / 60:.1f} minutes, {state.step} steps"
            _tell_dev(at, state.smooth(), tokenizer, dev, tell)
        else:
            tell(_pace(state))

    run(options, corpus, net, tokenizer, report, told)


def _told(domain: Domain, own: OwnRows) -> dict[str, object]:
    return {
        "start": Path(domain.start).name,
        "own_rows": len(own.rows),
        "synthetic": domain.synthetic,
        "public": domain.data is not None,
    }


def _start(domain: Domain) -> Student:
    named = {"minilm": None, "shipped": SHIPPED}
    folder = named[domain.start] if domain.start in named else Path(domain.start)
    try:
        return start_student(folder, domain.seed)
    except WeightsError as error:
        raise WeightsError(f"--start must be shipped, minilm or such a folder: {error}") from error


def dev_accuracy(net: nn.Module, tokenizer: Tokenizer, rows: Sequence[Row]) -> float:
    """Return the share of entailment rows in [0, 1] that `net` labels rightly."""
    found = probabilities(net, tokenizer, rows)
    net.train()
    said = [NLI_CLASSES[place] for place in found.argmax(dim=1).tolist()]
    return accuracy([row.label for row in rows], said)


def _tell_dev(
    when: str, net: nn.Module, tokenizer: Tokenizer, dev: Sequence[Row], tell: Tell
) -> None:
    if not dev:
        return
    labels = [row.label for row in dev]
    share, constant = dev_accuracy(net, tokenizer, dev), accuracy(labels, majority(labels))
    tell(
        f"{when}: dev accuracy {share:.1%} on {len(dev)} rows of unseen statements "
        f"(majority {constant:.1%})"
    )


def _pace(state: Run) -> str:
    mean = sum(state.losses[-100:]) / len(state.losses[-100:])
    return (
        f"{state.elapsed / 60:.1f} of {state.options.minutes:g} minutes, step {state.step}, "
        f"loss {mean:.3f}"
    )


def _fit_relevance(domain: Domain, split: Split, tell: Tell) -> None:
    own = [row for row in split.train if row.task == "relevance"]
    if not own:
        return
    made: list[Row] = []
    if domain.synthetic:
        made = list(asking.relevance_pairs(RELEVANCE_SEED, RELEVANCE_ROWS, "train"))
    rows = own * max(1, len(made) // (2 * len(own))) + made
    shipped = load_scorers(SHIPPED).relevance
    head = relevance_head.fit_rows(rows, shipped.vectors)
    write_head(domain.out / RELEVANCE, head)
    dev = [row for row in split.dev if row.task == "relevance"]
    if dev:
        scorer = VectorRelevance(shipped.vectors, head, "domain")
        found = scorer.pairs([query_of(row.first) for row in dev], [row.second for row in dev])
        area = auc(_yes(dev), found)
        shown = "none" if area is None else f"{area:.3f}"
        tell(f"relevance: dev AUC {shown} on {len(dev)} rows of unseen statements")


def _yes(rows: Sequence[Row]) -> list[bool]:
    return [row.label == "yes" for row in rows]
