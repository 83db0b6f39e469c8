"""What a training of the student begins with: MiniLM, an earlier run, or exported weights."""

from pathlib import Path
from typing import NamedTuple

from tokenizers import Tokenizer

from guards.config import CONFIG_FILE, digest, read_config
from guards.training.batches import pair_tokenizer
from guards.training.network import Discriminators, from_start, start_weights
from guards.training.run import CHECKPOINT, TOKENIZER, averaged
from guards.training.unquantise import entailment_network
from persona_sdk.errors import WeightsError


class Student(NamedTuple):
    """What is trained, and how its pairs are cut."""

    net: Discriminators
    tokenizer: Tokenizer
    sha256: str
    """Of the file that the weights came from."""


def start_student(folder: Path | None, seed: int) -> Student:
    """Return the student as a training begins with it.

    Args:
        folder: Of a run (its averaged weights), or of exported weights such as `guards/weights`
            (what int8 rounded away stays lost); None takes the MiniLM weights.
        seed: Draws the head over the MiniLM weights.

    Raises:
        ImportError: The extra `train` is not installed.
        WeightsError: The folder holds neither, or another network.
    """
    if folder is None:
        weights = start_weights()
        return _student(
            from_start(weights, seed), weights / "tokenizer.json", weights / "model.safetensors"
        )
    if (folder / CHECKPOINT).is_file():
        return _student(averaged(folder), folder / TOKENIZER, folder / CHECKPOINT)
    if (folder / CONFIG_FILE).is_file():
        files = read_config(folder).files
        network = folder / files.entailment
        return _student(entailment_network(network), folder / files.tokenizer, network)
    raise WeightsError(
        f"no {CHECKPOINT} or {CONFIG_FILE} in {folder}: name the folder of a run or of weights"
    )


def _student(net: Discriminators, tokenizer: Path, weights: Path) -> Student:
    return Student(net, pair_tokenizer(tokenizer), digest(weights))
