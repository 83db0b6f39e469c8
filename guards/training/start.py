"""What a training of the student begins with: MiniLM, an earlier run, or exported weights."""

from pathlib import Path

from guards.config import CONFIG_FILE, read_config
from guards.training.network import Discriminators, from_start, start_weights
from guards.training.run import CHECKPOINT, averaged
from guards.training.unquantise import entailment_network


def start_network(folder: Path | None, seed: int) -> Discriminators:
    """Return the network that a training begins with.

    Args:
        folder: Of a run (its averaged weights), or of exported weights such as `guards/weights`
            (what int8 rounded away stays lost); None takes the MiniLM weights.
        seed: Draws the head over the MiniLM weights.

    Raises:
        FileNotFoundError: The folder holds neither.
        WeightsError: It holds another network.
    """
    if folder is None:
        return from_start(start_weights(), seed)
    if (folder / CHECKPOINT).is_file():
        return averaged(folder)
    if (folder / CONFIG_FILE).is_file():
        return entailment_network(folder / read_config(folder).files.entailment)
    raise FileNotFoundError(
        f"no {CHECKPOINT} or {CONFIG_FILE} in {folder}: name the folder of a run or of weights"
    )
