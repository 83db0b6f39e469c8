"""The persona file as data: which keys it has, of which types and within which limits."""

from __future__ import annotations

import unicodedata
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

MAX_STATEMENT = 2_000
"""Characters in one statement. An atomic fact has fewer than 200."""

MAX_BLOCK = 20_000
"""Characters in any other text."""


def _printable(text: str) -> str:
    for char in text:
        if unicodedata.category(char) == "Cc" and char not in "\n\t\r":
            raise ValueError(f"holds the control character U+{ord(char):04X}: remove it")
    return text.replace("\r\n", "\n").strip()


def _one_line(text: str) -> str:
    if len(text.splitlines()) > 1:
        raise ValueError("must stand on one line: break it into several texts")
    return text


def _not_blank(text: str) -> str:
    if not text:
        raise ValueError("must not be empty: write a text or remove it")
    return text


Block = Annotated[str, Field(max_length=MAX_BLOCK), AfterValidator(_printable)]
Line = Annotated[
    str,
    Field(max_length=MAX_STATEMENT),
    AfterValidator(_printable),
    AfterValidator(_one_line),
    AfterValidator(_not_blank),
]
Name = Annotated[
    str,
    Field(max_length=100),
    AfterValidator(_printable),
    AfterValidator(_one_line),
    AfterValidator(_not_blank),
]
OneLine = Annotated[
    str, Field(max_length=MAX_STATEMENT), AfterValidator(_printable), AfterValidator(_one_line)
]
Id = Annotated[str, Field(max_length=64, pattern=r"^\w[\w.-]*$")]
Filled = Annotated[Block, AfterValidator(_not_blank)]


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class StatementTable(_Table):
    """One statement; a plain string stands for a table with `text` alone."""

    id: Id | None = Field(None, description="Unique; `s` and the position if left out.")
    text: Line = Field(description="One fact that names the character, in one line.")
    hard: bool = Field(False, description="Identity or protective fact: vetoes at a lower bar.")
    weight: float = Field(
        1.0, gt=0, allow_inf_nan=False, description="Share in the coverage, above 0."
    )

    @model_validator(mode="before")
    @classmethod
    def _from_text(cls, value: Any) -> Any:
        return {"text": value} if isinstance(value, str) else value


class ExampleTable(_Table):
    """An exchange that shows how the character talks."""

    user: Filled = Field(description="What somebody says to the character.")
    character: Filled = Field(description="What the character answers.")


class PersonaTable(_Table):
    """The whole file."""

    name: Name = Field(description="What the character is called.")
    statements: list[StatementTable] = Field(
        min_length=1, description="What replies are checked against; strings, tables or both."
    )
    greeting: Block = Field("", description="First line of a conversation.")
    voice: list[Filled] = Field(
        default_factory=list, description="Notes on how the character talks; never checked."
    )
    examples: list[ExampleTable] = Field(
        default_factory=list, description="Exchanges that show how the character talks."
    )
    scenario: Block = Field("", description="Where and when the conversation takes place.")
    fallbacks: list[Filled] = Field(
        default_factory=list, description="Lines in character for when no draft passes the guard."
    )
    portrait: Block = Field("", description="Path or URL of a picture.")
    adapter: OneLine = Field(
        "",
        description="GGUF adapter that local models speak with: a file beside this one, or the "
        "name of an installed one.",
    )
