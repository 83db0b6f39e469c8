"""From a folder of weights to live scorers and a guard."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from tokenizers import Tokenizer

from guards.apc import APCGuard
from guards.config import WeightsConfig, check_files, read_config
from guards.decision import Thresholds
from guards.embedder import Embedder
from guards.encoder import Encoder
from guards.entailment import EncoderEntailment
from guards.pieces import Pieces
from guards.relevance import VectorRelevance, read_head
from guards.session import Network, open_session
from guards.vectors import Vectors, default_folder
from persona_sdk.errors import ScorerError, WeightsError
from persona_sdk.types import Entailment, Query, as_statements

SHIPPED = Path(__file__).parent / "weights"
"""Folder of the weights that come with the package."""


class Probe(NamedTuple):
    """A reply to a question whose likeliest label is known beforehand."""

    query: str
    reply: str
    statement: str
    label: str


class Scorers(NamedTuple):
    """Both discriminators of one folder of weights."""

    relevance: VectorRelevance
    entailment: EncoderEntailment


def load_guard(
    *,
    weights: str | Path | None = None,
    thresholds: Thresholds | None = None,
    exact: bool = False,
    cache: str | Path | None = None,
    providers: Sequence[str] | None = None,
) -> APCGuard:
    """Load the guard that checks replies with the shipped discriminators.

    Args:
        weights: Folder with `config.json` and the files that it names; None is the shipped one.
        thresholds: What counts as a violation; None takes what the weights suggest.
        exact: Judge every statement, however large the persona is.
        cache: Folder for the vectors of statements; None is `guards.vectors.default_folder()`.
        providers: Execution providers of ONNX Runtime, best first; None chooses.

    Raises:
        WeightsError: The weights are missing, broken, of another format, or fail a probe.
    """
    config, scorers = _load(weights, cache, providers)
    return APCGuard(
        scorers.relevance,
        scorers.entailment,
        thresholds=thresholds or _suggested(config),
        exact=exact,
    )


def load_scorers(
    weights: str | Path | None = None,
    *,
    cache: str | Path | None = None,
    providers: Sequence[str] | None = None,
) -> Scorers:
    """Load both discriminators; arguments and errors are those of `load_guard`."""
    return _load(weights, cache, providers)[1]


def _load(
    weights: str | Path | None, cache: str | Path | None, providers: Sequence[str] | None
) -> tuple[WeightsConfig, Scorers]:
    """Read a folder of weights, open its networks and probe them."""
    folder = Path(weights) if weights is not None else SHIPPED
    if not folder.is_dir():
        raise WeightsError(f"no guard weights: {folder} is not a folder")
    config = read_config(folder)
    check_files(folder, config)
    pieces = Pieces(_tokenizer(folder / config.files.tokenizer))
    head = read_head(folder / config.files.relevance, config.temperature.get("relevance", 1.0))

    def network(file: str, output: str) -> Network:
        session = open_session(folder / file, precision=config.precision, providers=providers)
        return Network(session, output, config.name)

    encoder = Encoder(network(config.files.entailment, "nli"), pieces, config)
    embedder = Embedder(
        network(config.files.embedder, "embedding"),
        pieces,
        config.max_tokens,
        config.sha256[config.files.embedder],
    )
    vectors = Vectors(embedder, Path(cache) if cache is not None else default_folder())
    scorers = Scorers(VectorRelevance(vectors, head, config.name), EncoderEntailment(encoder))
    _probe(scorers, folder)
    return config, scorers


def _suggested(config: WeightsConfig) -> Thresholds:
    """Return the bars that were set for these weights, with our defaults for the rest."""
    told = config.thresholds
    found = {ours: told[name] for name, ours in _BARS.items() if name in told}
    try:
        chosen = Thresholds.from_mapping(found)
    except ValueError as error:
        raise WeightsError(f"{config.name} suggests unusable thresholds: {error}") from error
    return replace(chosen, remote_contradiction=(1 + chosen.soft_contradiction) / 2)


def _tokenizer(path: Path) -> Tokenizer:
    try:
        tokenizer = Tokenizer.from_file(str(path))
    except Exception as error:
        raise WeightsError(f"{path} is no usable tokenizer: {error}") from error
    # The encoder cuts and pads by itself, so that it knows what was cut.
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def _probe(scorers: Scorers, folder: Path) -> None:
    """Judge pairs whose answer is known: swapped labels or damaged weights show here."""
    try:
        for probe in PROBES:
            statements = as_statements([probe.statement])
            query = Query("Alice", probe.query)
            judged = scorers.entailment.entailment(query, [probe.reply], statements)[0]
            _expect(probe.label, _likeliest(judged), f"{probe} in {folder}")
        query = Query("Alice", RELEVANCE_PROBE[0])
        near, far = scorers.relevance.relevance(query, as_statements(RELEVANCE_PROBE[1:]))
    except ScorerError as error:
        raise WeightsError(f"weights in {folder} fail a probe: {error}") from error
    _expect(
        "relevant", "relevant" if near > far else "irrelevant", f"{RELEVANCE_PROBE} in {folder}"
    )


def _expect(wanted: str, found: str, probe: str) -> None:
    if found != wanted:
        raise WeightsError(
            f"weights fail a probe: {probe} must be {wanted}, was: {found}; labels or files are "
            "mixed up, export them again"
        )


def _likeliest(judged: Entailment) -> str:
    scores = {
        "contradiction": judged.contradiction,
        "neutral": judged.neutral,
        "entailment": judged.entailment,
    }
    return max(scores, key=lambda label: scores[label])


_BARS = {
    "hard": "hard_contradiction",
    "soft": "soft_contradiction",
    "second_hit": "second_hit",
    "abstain": "abstain",
}
PROBES = (
    Probe("Do you like coffee?", "Yes, I love coffee.", "Alice loves coffee.", "entailment"),
    Probe(
        "Do you like coffee?",
        "No, I never drink coffee. I hate it.",
        "Alice loves coffee.",
        "contradiction",
    ),
    Probe(
        "How is the weather?",
        "It has been raining here since this morning.",
        "Alice has two brothers.",
        "neutral",
    ),
)
RELEVANCE_PROBE = (
    "Do you like coffee?",
    "Alice loves coffee.",
    "Alice's grandfather was a judge in Lisbon.",
)
"""A query, a statement that it makes active, and one that it does not."""
