"""What the installed distribution needs and offers, and who else uses its names."""

from __future__ import annotations

import re
from importlib.metadata import (
    PackageNotFoundError,
    distribution,
    packages_distributions,
    requires,
    version,
)
from importlib.util import find_spec
from pathlib import Path

DISTRIBUTION = "faithful-persona"

PACKAGES = ("persona_sdk", "guards", "simulators", "demos")
"""Import packages that the distribution ships."""

_NAME = re.compile(r"[A-Za-z0-9._-]+")
_EXTRA = re.compile(r"""extra\s*==\s*["']([^"']+)["']""")


def our_version() -> str:
    """Return the version that is installed; empty where the source runs without an installation."""
    try:
        return version(DISTRIBUTION)
    except PackageNotFoundError:
        return ""


def requirements() -> list[str]:
    """Return the names of the distributions that ours always needs."""
    return [_name(line) for line in _requires() if not _EXTRA.search(line)]


def extras() -> dict[str, list[str]]:
    """Return for each extra which of its distributions are not installed."""
    found: dict[str, list[str]] = {}
    for line in _requires():
        extra = _EXTRA.search(line)
        if extra:
            missing = found.setdefault(extra[1], [])
            if not _installed(_name(line)):
                missing.append(_name(line))
    return found


def clashes(here: Path) -> list[str]:
    """Return what is wrong with our package names, each with its mend.

    Args:
        here: Folder in which all our packages must lie.
    """
    owners = packages_distributions()
    problems = []
    for package in PACKAGES:
        others = {*owners.get(package, ())} - {DISTRIBUTION}
        if _installed(package):
            others.add(package)
        problems += [
            f"the distribution {other!r} also ships a package {package!r}: run "
            f"`pip uninstall {other}`, then install {DISTRIBUTION} again"
            for other in sorted(others)
        ]
        place = _place(package)
        if place != here:
            problems.append(
                f"the package {package!r} comes from {place}, not from {here}: remove what lies "
                "there from the path (PYTHONPATH, the working folder, another distribution)"
            )
    return problems


def _place(package: str) -> Path | None:
    """Return the folder in which the import system finds `package`."""
    spec = find_spec(package)
    return Path(spec.origin).parents[1] if spec and spec.origin else None


def _requires() -> list[str]:
    try:
        return requires(DISTRIBUTION) or []
    except PackageNotFoundError:
        return []


def _installed(name: str) -> bool:
    try:
        distribution(name)
    except PackageNotFoundError:
        return False
    return True


def _name(requirement: str) -> str:
    """Return the name of `NAME[EXTRAS]>=VERSION; MARKER`."""
    found = _NAME.match(requirement)
    return found[0] if found else requirement
