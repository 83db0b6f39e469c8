"""What can go wrong, drawn once.

```
PersonaSDKError
├── PersonaError           a persona cannot be found, read or used
│   ├── PersonaNotFound        no such name or file
│   └── PersonaFileError       a file that breaks the schema; says line and column
├── ModelError             a chat model cannot be loaded or failed
│   ├── ModelNotFound          unknown name, missing or broken file
│   ├── ModelUnavailable       an endpoint that hangs, refuses or answers garbage
│   ├── ModelBusy              the same thread still reads a stream of this model
│   ├── ContextOverflow        the prompt leaves no room for a completion
│   └── AdapterError           an adapter that is broken or was made for another model
├── GuardError             the guard cannot be built or a scorer failed
│   ├── WeightsError           weights that are missing, broken or of another format
│   └── ScorerError            a discriminator could not judge
├── StoreError             the database is locked, full, corrupt or of another version
├── TrainingError          a training, its memory, or a comparison cannot go on
├── RowError               a data row breaks its schema; says file and line
└── MissingExtra           an optional package is not installed (also an ImportError)
```

Every message names the value, the place and the mend.
"""

from __future__ import annotations


class PersonaSDKError(Exception):
    """Base of all errors that this package raises on purpose."""


class PersonaError(PersonaSDKError):
    """A persona cannot be found, read or used."""


class PersonaNotFound(PersonaError):
    """No bundled persona and no file of that name."""


class PersonaFileError(PersonaError):
    """A persona file that breaks the schema."""


class ModelError(PersonaSDKError):
    """A chat model cannot be loaded or failed."""


class ModelNotFound(ModelError):
    """Unknown model name, or a missing or broken model file."""


class ModelUnavailable(ModelError):
    """An endpoint that hangs, refuses or answers garbage."""


class ModelBusy(ModelError):
    """The same thread still reads a stream of this model."""


class ContextOverflow(ModelError):
    """The prompt leaves no room for a completion."""


class AdapterError(ModelError):
    """An adapter that is broken, or that was made for another model."""


class GuardError(PersonaSDKError):
    """The guard cannot be built or a scorer failed."""


class WeightsError(GuardError):
    """Guard weights that are missing, broken or of another format."""


class ScorerError(GuardError):
    """A discriminator could not judge."""


class StoreError(PersonaSDKError):
    """The database is locked, full, corrupt or of another version."""


class TrainingError(PersonaSDKError):
    """A training, its memory, or a comparison of before and after cannot go on."""


class RowError(PersonaSDKError):
    """A data row that breaks its schema."""


class MissingExtra(PersonaSDKError, ImportError):
    """An optional package is not installed.

    Args:
        package: What could not be imported.
        extra: The extra of this distribution that brings it.
    """

    def __init__(self, package: str, extra: str) -> None:
        super().__init__(
            f"{package} is not installed: run `pip install 'faithful-persona[{extra}]'`"
        )
        self.package = package
        self.extra = extra
