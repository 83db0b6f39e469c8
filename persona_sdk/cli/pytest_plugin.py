"""The pytest plugin: a fixture `stress` that holds conversations, and figures that explain.

    def test_alice(stress):
        assert stress("alice", users=20).violation_rate < 0.05

It is loaded by every pytest run in an environment that has this package, so all that costs time
is imported by the fixture.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from persona_sdk.cli.pytest_figures import Figure

if TYPE_CHECKING:
    from persona_sdk.cli.pytest_stress import Stress

_REPORTS = pytest.StashKey[list[Path]]()
_OPTIONS = {
    "stress_seed": ("7", "Seed of the stress tests: same seed, same conversations."),
    "stress_model": ("builtin", "Model of characters that are given as a persona or a name."),
    "stress_report": ("", "Folder that keeps runs and reports; default: pytest's own for the run."),
}


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--stress-…` and the same names in the configuration file."""
    group = parser.getgroup("stress", "stress tests of characters")
    for name, (default, told) in _OPTIONS.items():
        group.addoption(f"--{name.replace('_', '-')}", dest=name, default=None, help=told)
        parser.addini(name, told, default=default)


@pytest.fixture
def stress(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Stress:
    """Hold conversations between simulated users and a character, and measure them.

    Call it with a persona, the name or file of one, or an agent; see docs/pytest.md.
    """
    from persona_sdk.cli.pytest_stress import Stress

    kept = _option(request.config, "stress_report")
    return Stress(
        seed=_seed(_option(request.config, "stress_seed")),
        model=_option(request.config, "stress_model"),
        folder=Path(kept) if kept else tmp_path_factory.mktemp("stress"),
        test=request.node.nodeid,
        reports=request.config.stash.setdefault(_REPORTS, []),
    )


def pytest_assertrepr_compare(op: str, left: object, right: object) -> list[str] | None:
    """Tell what lies behind a figure that an assert refused."""
    figure = next((side for side in (left, right) if isinstance(side, Figure)), None)
    return None if figure is None else [f"{left!r} {op} {right!r}", *figure.told()]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """List the reports."""
    reports = terminalreporter.config.stash.get(_REPORTS, [])
    if reports:
        terminalreporter.section("stress reports")
        for path in reports:
            terminalreporter.line(str(path))


def _seed(told: str) -> int:
    if not (told.isascii() and told.isdigit()):
        raise pytest.UsageError(
            f"stress_seed must be a whole number from 0, was: {told!r}: set --stress-seed or "
            "stress_seed in the configuration file"
        )
    return int(told)


def _option(config: pytest.Config, name: str) -> str:
    given = config.getoption(name)
    return str(config.getini(name) if given is None else given)
