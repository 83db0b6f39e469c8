import doctest
from pathlib import Path

import pytest

from persona_sdk.errors import ModelNotFound
from persona_sdk.models import adapter_name
from persona_sdk.models.adapter_name import AdapterChoice, split_name


@pytest.mark.parametrize(
    ("name", "plain", "chosen"),
    [
        ("builtin", "builtin", None),
        ("builtin+adapter:a.gguf", "builtin", AdapterChoice(Path("a.gguf"))),
        ("gguf:m.gguf+adapter:a.gguf@0.5", "gguf:m.gguf", AdapterChoice(Path("a.gguf"), 0.5)),
        ("builtin+adapter:a@b.gguf", "builtin", AdapterChoice(Path("a@b.gguf"))),
        ("builtin+adapter:a.gguf@-1e-1", "builtin", AdapterChoice(Path("a.gguf"), -0.1)),
        ("openai:m@http://h/v1", "openai:m@http://h/v1", None),
    ],
)
def test_a_name_is_split_into_model_adapter_and_scale(
    name: str, plain: str, chosen: AdapterChoice | None
) -> None:
    assert split_name(name) == (plain, chosen)


@pytest.mark.parametrize("scale", ["1.2.3", "nan", "inf"])
def test_a_scale_that_is_no_number_is_refused(scale: str) -> None:
    with pytest.raises(ModelNotFound, match=f"finite number, was: '{scale}'"):
        split_name(f"builtin+adapter:a.gguf@{scale}")


def test_the_examples_hold() -> None:
    assert doctest.testmod(adapter_name).failed == 0
