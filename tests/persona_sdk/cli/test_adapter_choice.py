import doctest
from collections.abc import Sequence
from pathlib import Path

import pytest

from persona_sdk.cli import adapter_choice
from persona_sdk.cli.adapter_choice import Speakers, name_for
from persona_sdk.models.scripted import ScriptedModel
from persona_sdk.models.wrapper import WrapperModel
from persona_sdk.protocols import ChatModel
from persona_sdk.types import Persona

TESS = Persona("Tess", (), adapter="/c/tess.gguf@0.5")
BOB = Persona("Bob", ())


class Adaptable(WrapperModel):
    """A model that answers with the adapter it was given last."""

    def with_adapter(
        self, path: str | Path, *, scale: float = 1.0, name: str | None = None
    ) -> ChatModel:
        return ScriptedModel(f"{path} at {scale}", name=name or "adapted")


def test_a_personas_adapter_is_named_behind_a_local_model() -> None:
    told: list[str] = []
    named = [name_for(TESS, name, tell=told.append) for name in ("builtin", "gguf:m.gguf")]
    assert named == ["builtin+adapter:/c/tess.gguf@0.5", "gguf:m.gguf+adapter:/c/tess.gguf@0.5"]
    assert told == ["Tess speaks with the adapter /c/tess.gguf@0.5"] * 2


@pytest.mark.parametrize(
    "name", ["openai:m@http://localhost/v1", "hf:m", "builtin:base", "builtin+adapter:a.gguf"]
)
def test_a_model_that_takes_no_other_adapter_stays_and_that_is_told(name: str) -> None:
    told: list[str] = []
    assert name_for(TESS, name, tell=told.append) == name
    assert told == [f"Tess's adapter /c/tess.gguf@0.5 is not used: the model is {name}"]


def test_a_persona_without_an_adapter_is_passed_over_in_silence() -> None:
    told: list[str] = []
    assert (name_for(BOB, "builtin", tell=told.append), told) == ("builtin", [])


def test_personas_share_a_loaded_model_each_with_its_adapter(
    capsys: pytest.CaptureFixture[str],
) -> None:
    model = Adaptable(ScriptedModel("plain"))
    speakers = Speakers(model, "builtin")
    cast: Sequence[Persona] = (TESS, BOB, TESS)
    found = [speakers.model_for(persona) for persona in cast]
    assert found[1] is model
    assert found[0] is found[2]
    assert found[0].name == "builtin+adapter:/c/tess.gguf@0.5"
    assert capsys.readouterr().err.count("Tess speaks with the adapter") == 1


def test_an_endpoint_speaks_for_all(capsys: pytest.CaptureFixture[str]) -> None:
    model = ScriptedModel("plain")
    assert Speakers(model, "openai:m@http://h/v1").model_for(TESS) is model
    assert "is not used" in capsys.readouterr().err


def test_the_example_holds() -> None:
    assert doctest.testmod(adapter_choice).failed == 0
