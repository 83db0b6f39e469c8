"""What holds for all tests."""

from __future__ import annotations

import os
import signal

import pytest

# Read when llama.cpp is imported, which some test modules do before a model is loaded. Threads
# that spin while they wait for each other make tests twenty times as slow on a busy machine.
os.environ.setdefault("OMP_WAIT_POLICY", "passive")


@pytest.fixture(scope="session", autouse=True)
def _own_cache(tmp_path_factory):
    """Keep vectors of the tests' personas out of the user's cache."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PERSONA_CACHE", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture(scope="session", autouse=True)
def _hears_interrupts():
    """A job in the background of a script ignores Ctrl-C, and so would all that it starts."""
    before = signal.getsignal(signal.SIGINT)
    if before is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)
