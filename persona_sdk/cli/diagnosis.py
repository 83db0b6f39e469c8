"""What `persona doctor` examines: one function a subject, each with facts and problems."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path

from persona_sdk.cli.distribution import DISTRIBUTION, clashes, extras, requirements
from persona_sdk.errors import PersonaSDKError, StoreError
from persona_sdk.types import Conversation, Outcome, Persona, as_statements

GPU_QUESTIONS = {
    "llama_cpp": "llama_cpp.llama_supports_gpu_offload()",
    "torch": "torch.cuda.is_available()",
}
"""Package of an engine to the expression that tells whether it can use a GPU."""

ANSWER_SECONDS = 60
"""Patience with a program or an engine that is asked about itself."""


@dataclass(frozen=True, slots=True)
class Examination:
    """What was found on one subject."""

    subject: str
    facts: Mapping[str, object]
    problems: list[str] = field(default_factory=list)
    """Each names its mend."""


def examine() -> list[Examination]:
    """Examine every subject."""
    return [
        _versions(),
        _machine(),
        _extras(),
        _models(),
        _guard(),
        _store(),
        _names(),
    ]


def _versions() -> Examination:
    facts: dict[str, object] = {"python": platform.python_version()}
    problems = []
    for name in (DISTRIBUTION, *requirements()):
        try:
            facts[name] = version(name)
        except PackageNotFoundError:
            facts[name] = None
            problems.append(f"{name} is not installed: run `pip install {DISTRIBUTION}` again")
    return Examination("versions", facts, problems)


def _machine() -> Examination:
    facts: dict[str, object] = {
        "system": platform.platform(),
        "cores": len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count(),
    }
    if hasattr(os, "sysconf"):
        total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
        facts["memory_gib"] = round(total / 2**30, 1)
    facts["gpus"] = _gpus()
    problems = []
    for package, question in GPU_QUESTIONS.items():
        if find_spec(package) is None:
            continue
        code, told = _ask(sys.executable, "-c", f"import {package}; print({question})")
        facts[f"{package}_uses_gpu"] = told == "True" if code == 0 else None
        if code != 0:
            problems.append(
                f"{package} does not load ({told}): install it again, built for this machine"
            )
    return Examination("machine", facts, problems)


def _gpus() -> list[str]:
    if shutil.which("nvidia-smi") is None:
        return []
    code, told = _ask("nvidia-smi", "--query-gpu=name,memory.total", "--format=csv,noheader")
    return told.splitlines() if code == 0 else []


def _ask(*command: str) -> tuple[int, str]:
    """Run a program; return its exit code and what it said, or the last line of its complaint.

    An engine built for another processor dies on loading, so it is asked in its own process.
    """
    try:
        answer = subprocess.run(command, capture_output=True, text=True, timeout=ANSWER_SECONDS)
    except subprocess.TimeoutExpired:
        return 1, f"no answer within {ANSWER_SECONDS} s"
    if answer.returncode == 0:
        return 0, answer.stdout.strip()
    lines = answer.stderr.strip().splitlines()
    return answer.returncode, lines[-1] if lines else f"exit code {answer.returncode}"


def _extras() -> Examination:
    return Examination(
        "extras",
        {
            extra: f"missing: {', '.join(missing)}" if missing else "installed"
            for extra, missing in extras().items()
        },
    )


def _models() -> Examination:
    from persona_sdk.models.catalog import describe_models

    models = describe_models()
    builtin_lacks = [m.note for m in models if m.name == "builtin" and not m.available]
    return Examination("models", {model.name: model.note for model in models}, builtin_lacks)


def _guard() -> Examination:
    from guards.config import read_config
    from guards.formats import FORMAT_VERSION
    from guards.load import SHIPPED
    from guards.vectors import default_folder

    facts: dict[str, object] = {
        "folder": str(SHIPPED),
        "format": FORMAT_VERSION,
        "vectors": str(default_folder()),
    }
    try:
        config = read_config(SHIPPED)
        facts["name"] = config.name
        facts["sha256"] = config.sha256[config.files.entailment]
        facts["self_test_ms"] = round(1000 * _self_test(), 1)
    except PersonaSDKError as error:
        return Examination("guard", facts, [f"{error}: install {DISTRIBUTION} again"])
    return Examination("guard", facts)


def _self_test() -> float:
    """Check a faithful and a false reply; return the seconds that the two checks took.

    Raises:
        WeightsError: The guard does not tell them apart.
    """
    from guards.load import load_guard
    from persona_sdk.errors import WeightsError

    guard = load_guard()
    alice = Persona("Alice", as_statements(["Alice loves coffee."]))
    asked = Conversation().add("user", "Do you like coffee?")
    expected: dict[str, Outcome] = {
        "Yes, I love coffee.": "pass",
        "No, I hate coffee and I never drink it.": "fail",
    }
    start = time.perf_counter()
    for response, outcome in expected.items():
        found = guard.check(alice, asked, response).outcome
        if found != outcome:
            raise WeightsError(
                f"the self-test reply {response!r} must {outcome}, the guard says: {found}"
            )
    return time.perf_counter() - start


def _store() -> Examination:
    from persona_sdk.home import user_path
    from persona_sdk.store import default_path

    named = os.environ.get("PERSONA_STORE")
    if named and "://" in named:
        return _open_store(named)
    try:
        path = user_path(named) if named else default_path()
    except StoreError as error:
        return Examination("store", {}, [str(error)])
    if path.exists():
        return _open_store(str(path))
    facts: dict[str, object] = {"place": str(path), "exists": False}
    parent = next(folder for folder in path.absolute().parents if folder.exists())
    if os.access(parent, os.W_OK | os.X_OK):
        return Examination("store", facts)
    mend = "make it writable, or set PERSONA_HOME to a folder that is"
    return Examination("store", facts, [f"{parent} is not writable: {mend}"])


def _open_store(place: str) -> Examination:
    from persona_sdk.store import Store

    try:
        with Store.open(place) as store:
            facts: dict[str, object] = {"place": store.place, "sessions": len(store.sessions())}
    except PersonaSDKError as error:
        return Examination("store", {}, [str(error)])
    return Examination("store", facts)


def _names() -> Examination:
    here = Path(__file__).parents[2]
    return Examination("names", {"place": str(here)}, clashes(here))
