"""What a model card tells of how the weights came to be, from `config.json`, as Markdown."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import cast

from guards.training.record import lessons
from guards.training.record import sources as sources_of
from guards.training.report.card_tables import Figures, percent, table

LICENCES = Path(__file__).parent / "licences.toml"

FILES = {
    "entailment": "a cross-encoder (MiniLM-L6, width 384) that reads reply and statement together; "
    "output `nli`, three logits",
    "embedder": "all-MiniLM-L6-v2, one unit vector a text; output `embedding`",
    "relevance": "a projection of the vectors, and the steepness and middle of the logistic "
    "function that turns their cosine into a probability",
    "tokenizer": "word pieces, lower case",
}


def about(config: Figures) -> str:
    """Return what the weights are, in one paragraph."""
    names = ", ".join(cast(Mapping[str, list[str]], config["labels"])["nli"])
    return (
        "Two discriminators for English: is a persona's statement relevant to a query, and does a "
        f"reply contradict it, leave it open, or express it ({names})? {_precision(config)} A pair "
        f"has at most {config['max_tokens']} word pieces. Text format {config['format_version']}."
    )


def _precision(config: Figures) -> str:
    """Return how the weights are stored, and from which others they were converted, if any."""
    told = {
        "int8": "Weights are int8, one scale a column; activations are scaled at run time.",
        "float32": "Weights are float32, for a GPU.",
    }[str(config.get("precision", "int8"))]
    source = cast(Figures, config.get("converted", {}))
    if not source:
        return told
    return (
        f"{told} They were converted from `{source['weights']}` in {source['precision']}, with its "
        "temperatures and thresholds: nothing was calibrated anew."
    )


def files(config: Figures) -> str:
    """Return a table of the files, with the first digits of their digests."""
    digests = cast(Mapping[str, str], config["sha256"])
    named = cast(Mapping[str, str], config["files"])
    rows = [(f"`{name}`", FILES[role], f"`{digests[name][:12]}`") for role, name in named.items()]
    return table(("file", "what it is", "SHA-256 begins"), rows)


def rounding(config: Figures) -> str:
    """Return what int8 costs, if the export measured it."""
    found = cast(Figures, config.get("int8_against_float32", {}))
    if not found:
        return ""
    return (
        f"int8 beside float32 on {found['rows']:,} rows: same label "
        f"{percent(found['same_label'])}, mean difference of a probability "
        f"{found['mean_difference']}, accuracy {percent(found['int8_accuracy'])} against "
        f"{percent(found['float32_accuracy'])}."
    )


def thresholds(config: Figures) -> str:
    """Return the bars, how they were chosen, and the abstain band."""
    bars = cast(Mapping[str, float], config.get("suggested_thresholds", {}))
    if not bars:
        return "No thresholds were set: the guard uses its defaults."
    return (
        f"Suggested thresholds: hard {bars['hard']:g}, soft {bars['soft']:g}, second hit "
        f"{bars['second_hit']:g}. They are {config.get('thresholds_chosen', 'set by hand')}. "
        f"A contradiction less than {bars['abstain']:g} below its bar leaves the reply unscored: "
        "the abstain band."
    )


def data(config: Figures) -> str:
    """Return the texts that were read, with their licences."""
    training = cast(Figures, config.get("training", {}))
    sources = tomllib.loads(LICENCES.read_text("utf-8"))["source"]
    uncleared = sources_of(training) == "all"
    read = [one for one in sources if one["cleared"] or uncleared]
    parts = [_own_rows(training)] if training.get("own_rows") else []
    taught = lessons(training)
    if parts and training.get("start") == "minilm" and not (training.get("public") or taught):
        return parts[0]
    parts.append(table(("text", "licence"), [(one["text"], one["licence"]) for one in read]))
    if not uncleared:
        left = "; ".join(one["text"] for one in sources if not one["cleared"])
        parts.append(
            f"Not used, because nobody has found their terms: {left}, and the teacher's labels on "
            "ConvAI2. We take share-alike to bind copies of the text, not weights."
        )
    parts += [
        f"What the teacher `{lesson['teacher']}` had read, its folder does not tell."
        for lesson in taught
        if lesson.get("teacher_sources") is None
    ]
    return "\n\n".join(parts)


def _own_rows(training: Figures) -> str:
    start, public = training.get("start"), training.get("public")
    if start == "minilm":
        before = (
            "all-MiniLM-L6-v2 knew nothing of the task"
            + ("; the mixed-in rows come from the texts below that are no chat" if public else "")
            + "."
        )
    elif start == "shipped":
        before = "The shipped weights had read the texts below."
    else:
        before = f"What `{start}` had read stands in its own record; the texts below are those of "
        before += "the shipped weights."
    return (
        f"{training['own_rows']:,} labelled rows of one's own (SHA-256 begins "
        f"{str(training.get('data_sha256'))[:12]}), starting from {start}; synthetic triples mixed "
        f"in: {_yes(training.get('synthetic'))}; public rows mixed in: {_yes(public)}. {before}"
    )


def _yes(value: object) -> str:
    return "yes" if value else "no"
