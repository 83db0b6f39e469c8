"""Is this reply faithful to the persona?

Example:
    ```python
    from guards import load_guard

    verdict = load_guard().check(persona, conversation, "I drink coffee all day.")
    ```
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from guards.apc import APCGuard
    from guards.decision import Thresholds
    from guards.load import Scorers, load_guard, load_scorers

__all__ = ["APCGuard", "Scorers", "Thresholds", "load_guard", "load_scorers"]


def __getattr__(name: str) -> object:
    # Lazy, so that `import guards` does not load the ONNX runtime.
    if name not in __all__:
        raise AttributeError(f"module 'guards' has no attribute {name!r}")
    if name == "APCGuard":
        from guards.apc import APCGuard

        return APCGuard
    if name == "Thresholds":
        from guards.decision import Thresholds

        return Thresholds
    import guards.load

    return vars(guards.load)[name]
