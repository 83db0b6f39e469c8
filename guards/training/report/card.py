"""The model card of a folder of weights, from what the other commands wrote there.

The text around the tables stands in `card.md`; `config.json` tells how the weights were made,
`figures.json` what was measured. Where they are, `ablations.json` tells what each source is worth
(`scores`: the name of what was left out, to the score of each set), `uncleared.json` what the
same run with rows of unknown licence scored (as `figures.json`), and `limits.md` what else to know.
"""

import json
import re
import string
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import cast

from guards.config import CONFIG_FILE
from guards.metrics import Bin
from guards.training.report import card_aims as aims
from guards.training.report import card_descent as descent
from guards.training.report import card_origin as origin
from guards.training.report import card_tables as tables
from guards.training.report.card_tables import Figures
from guards.training.report.diagram import draw
from persona_sdk.errors import WeightsError

CARD, DIAGRAM = "README.md", "reliability.svg"
FIGURES, ABLATIONS, LIMITS = "figures.json", "ablations.json", "limits.md"
UNCLEARED = "uncleared.json"

TEMPLATE = Path(__file__).parent / "card.md"


def write_card(weights: Path, *, figures: Path | None = None, template: Path | None = None) -> Path:
    """Write `README.md` and `reliability.svg` into `weights` and return the former's path.

    Args:
        weights: The folder.
        figures: What `persona guards eval --json` wrote; None is `figures.json` in the folder.
        template: Text with `$`-placeholders in place of `card.md`.

    Raises:
        WeightsError: A file is missing or is not what it should be, or the template names a
            placeholder that there is not.
    """
    config = _read(weights / CONFIG_FILE, "the settings of the weights")
    measured = _read(
        figures or weights / FIGURES, f"write it with `persona guards eval --json {FIGURES}`"
    )
    limits = weights / LIMITS
    ablations, uncleared = (_read_if_there(weights / name) for name in (ABLATIONS, UNCLEARED))
    with _shape(weights / CONFIG_FILE, "export the weights again"):
        fields = _origin(config)
    with _shape(figures or weights / FIGURES, "write it again with `persona guards eval --json`"):
        fields |= _measured(measured)
        diagram = _diagram(measured)
    with _shape(weights / ABLATIONS, "write it again with `python -m guards.training.ablate`"):
        fields["ablations"] = tables.ablations(ablations)
    with _shape(weights / UNCLEARED, "write it again with `persona guards eval --json`"):
        fields["price"] = tables.price(measured, uncleared)
    fields["limits"] = limits.read_text("utf-8").strip() if limits.is_file() else ""
    path = template or TEMPLATE
    try:
        text = string.Template(path.read_text("utf-8")).substitute(fields)
    except (KeyError, ValueError) as error:
        raise WeightsError(
            f"{path}: placeholder {error} is not known, there are: {', '.join(fields)}"
        ) from error
    (weights / DIAGRAM).write_text(diagram, encoding="utf-8")
    # A part that has nothing to tell leaves no gap.
    (weights / CARD).write_text(re.sub(r"\n{3,}", "\n\n", text).strip() + "\n", encoding="utf-8")
    return weights / CARD


def _origin(config: Figures) -> dict[str, str]:
    return {
        "about": origin.about(config),
        "files": origin.files(config),
        "rounding": origin.rounding(config),
        "thresholds": origin.thresholds(config),
        "data": origin.data(config),
        "run": descent.run(config),
    }


def _measured(measured: Figures) -> dict[str, str]:
    return {
        "command": tables.command(measured),
        "accuracies": tables.accuracies(measured),
        "expressed": tables.expressed(measured),
        "traffic": tables.traffic(measured),
        "phenomena": tables.phenomena(measured),
        "calibration": tables.calibration(measured, DIAGRAM),
        "aims": aims.told(measured),
    }


@contextmanager
def _shape(path: Path, mend: str) -> Iterator[None]:
    """Name the file whose entries are missing or of another kind."""
    try:
        yield
    except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
        raise WeightsError(f"{path} has not the right entries ({error!r}): {mend}") from error


def _read(path: Path, mend: str) -> Figures:
    try:
        found = json.loads(path.read_text("utf-8"))
    except FileNotFoundError as error:
        raise WeightsError(f"no {path}: {mend}") from error
    except (OSError, UnicodeDecodeError, json.JSONDecodeError) as error:
        raise WeightsError(f"{path} cannot be read as JSON: {error}") from error
    if not isinstance(found, dict):
        raise WeightsError(f"{path} must hold an object, was: {type(found).__name__}")
    return found


def _read_if_there(path: Path) -> Figures:
    return _read(path, "") if path.is_file() else {}


def _diagram(measured: Figures) -> str:
    panels = {}
    for head, found in cast(Mapping[str, Figures], measured.get("calibration", {})).items():
        for when in ("before", "after"):
            bins = cast(list[list[float]], cast(Figures, found[when])["bins"])
            panels[f"{head}, {when} temperature"] = [Bin(c, a, int(n)) for c, a, n in bins]
    return draw(panels)
