"""What a model card shows of the figures, as Markdown."""

from collections.abc import Mapping, Sequence
from typing import cast, get_args

from guards.training.options import Part

Figures = Mapping[str, object]

FEWEST = 20
"""Rows of a phenomenon below which it stands in no table, but in the line below."""


def percent(value: object) -> str:
    """Return a share as a number of percent with one digit; a dash where there is none."""
    return "-" if value is None else f"{100 * float(cast(float, value)):.1f}"


def command(measured: Figures) -> str:
    """Return the command that printed the figures, and whose they are."""
    told = measured.get("command")
    return f"Measured on `{measured['weights']}`" + (f" by `{told}`." if told else ".")


def accuracies(measured: Figures) -> str:
    """Return the table of all sets of pairs."""
    heads = "set rows accuracy aim majority statement-only overlap frozen beside".split()
    beside = ("majority", "hypothesis_only", "word_overlap", "frozen_embedding")
    rows = [
        (
            str(found["title"]),
            f"{found['rows']:,}",
            f"**{percent(found['accuracy'])}**",
            percent(found.get("aim")),
            *(percent(found.get(name)) for name in beside),
            _further(found),
        )
        for found in sets(measured).values()
        if "accuracy" in found
    ]
    return table([head.replace("-", " ") for head in heads], rows)


def _further(found: Figures) -> str:
    names = {
        "macro_f1": "macro-F1",
        "auc": "AUC",
        "balanced_accuracy": "balanced accuracy",
        "recall_at_1_percent_false": "recall at 1 % false",
        "calibration_error": "calibration error",
    }
    told = [(said, found.get(name)) for name, said in names.items()]
    return ", ".join(f"{said} {percent(value)}" for said, value in told if value is not None)


def expressed(measured: Figures) -> str:
    """Return how well expressed lines are told from the others."""
    found = sets(measured).get("convai2_expressed")
    if found is None:
        return ""
    frozen = found.get("frozen_embedding_auc")
    vectors = f", the cosine of frozen vectors {percent(frozen)}" if frozen is not None else ""
    return (
        f"{found['title']}: **{percent(found['auc'])}** (aim {percent(found.get('aim'))}) over "
        f"{found['rows']:,} pairs, {found['expressed']} of them expressed; shared content words "
        f"alone rank them with {percent(found['word_overlap_auc'])}{vectors}."
    )


def traffic(measured: Figures) -> str:
    """Return what the whole guard holds back, of faithful and of planted replies."""
    found = {name: one for name, one in sets(measured).items() if "soft" in one}
    if not found:
        return ""
    rows = [
        (
            str(one["title"]),
            f"{one['replies']:,}",
            *(_held(cast(Figures, one[bars])) for bars in ("soft", "hard", "word_overlap")),
            f"{'at least' if one['planted'] else 'at most'} {percent(one['aim'])}",
        )
        for one in found.values()
    ]
    heads = ("replies", "number", "all soft", "all hard", "by shared words", "aim, soft")
    return (
        "### Through the whole guard\n\n"
        "Share of replies that the guard fails (95 % Wilson interval) + leaves unscored at the "
        "suggested thresholds, with every line of the persona soft, or hard; beside it the same "
        "guard over a scorer that only counts shared words and negations, at the defaults.\n\n"
        + table(heads, rows)
    )


def _held(found: Figures) -> str:
    low, high = cast(Sequence[float], found["fail_95_percent"])
    return (
        f"{percent(found['fail'])} ({percent(low)}-{percent(high)}) + {percent(found['unscored'])}"
    )


def phenomena(measured: Figures) -> str:
    """Return the accuracy of each phenomenon, worst first, for each set that has them."""
    parts = []
    for found in sets(measured).values():
        kinds = cast(Mapping[str, Figures], found.get("by_phenomenon", {}))
        told = sorted(kinds.items(), key=lambda item: cast(float, item[1]["accuracy"]))
        rows = [(kind, percent(one["accuracy"]), str(one["rows"])) for kind, one in told]
        many = [row for row in rows if int(row[2]) >= FEWEST]
        few = [row for row in rows if int(row[2]) < FEWEST]
        if many:
            parts.append(table((str(found["title"]), "accuracy", "rows"), many))
        if few:
            named = ", ".join(f"{kind} {share} ({count})" for kind, share, count in few)
            parts.append(f"Few rows in {found['title']}: {named}.")
    return "\n\n".join(parts) or "Not measured."


def calibration(measured: Figures, diagram: str) -> str:
    """Return the calibration error of each head before and after its temperature."""
    heads = cast(Mapping[str, Figures], measured.get("calibration", {}))
    if not heads:
        return "Not measured."
    rows = []
    for head, found in heads.items():
        before, after = (cast(Figures, found[when]) for when in ("before", "after"))
        error = "calibration_error"
        temperature = f"{found['temperature']:g}"
        shares = (percent(before[error]), percent(after[error]))
        rows.append((head, f"{found['rows']:,}", temperature, *shares))
    names = ("head", "rows", "temperature", "error before", "error after")
    return (
        f"![Reliability diagram]({diagram})\n\n"
        "Expected calibration error over 15 bins, in percent, of the likeliest label, on rows that "
        "no temperature was fitted on (synthetic development rows of another draw, and for `nli` "
        "the part of MultiNLI dev that is left; for own rows those kept for reporting):\n\n"
        + table(names, rows)
    )


def ablations(found: Figures) -> str:
    """Return the table of runs with one part left out, and the parts that have no such run."""
    if not found:
        return "No ablation was run on these weights."
    runs = cast(Mapping[str, Mapping[str, object]], found["scores"])
    columns = list(dict.fromkeys(name for scores in runs.values() for name in scores))
    rows = [(left, *(percent(scores.get(one)) for one in columns)) for left, scores in runs.items()]
    settings = cast(Figures, found["settings"])
    told = (
        f"Each run: {settings['steps']} steps from the run `{settings['start']}`, seed "
        f"{settings['seed']}."
    )
    parts = [told, table(("left out", *columns), rows)]
    untold = [f"`{part}`" for part in get_args(Part) if part not in runs]
    if untold:
        parts.append(f"Parts of the training mixture that no run left out: {', '.join(untold)}.")
    return "\n\n".join(parts)


def price(measured: Figures, uncleared: Figures) -> str:
    """Return the scores beside those of the same run with rows whose terms nobody has found."""
    other = sets(uncleared)
    if not other:
        return "No whole run with those rows was measured; the ablations may hold a short one."
    rows = []
    for name, found in sets(measured).items():
        if name in other:
            one, two = score(found), score(other[name])
            rows.append((str(found["title"]), percent(one), percent(two)))
    return table(("set", "these weights", "with uncleared rows"), rows)


def score(found: Figures) -> object:
    """Return what a set is judged by: accuracy, area under the curve, or the share that fails."""
    if "soft" in found:
        return cast(Figures, found["soft"])["fail"]
    return found.get("accuracy", found.get("auc"))


def sets(measured: Figures) -> Mapping[str, Figures]:
    """Return the figures of each set by its name."""
    return cast(Mapping[str, Figures], measured.get("sets", {}))


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a Markdown table."""
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
