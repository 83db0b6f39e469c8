from pathlib import Path

import pytest
from pydantic import BaseModel

from persona_sdk.personas.schema import (
    MAX_BLOCK,
    MAX_STATEMENT,
    ExampleTable,
    PersonaTable,
    StatementTable,
)

PAGE = Path(__file__).parents[3] / "docs" / "personas.md"


@pytest.mark.parametrize("table", [PersonaTable, StatementTable, ExampleTable])
def test_the_documented_table_is_the_schema(table: type[BaseModel]) -> None:
    rows = [
        f"| `{name}` | {'yes' if field.is_required() else ''} | {field.description} |"
        for name, field in table.model_fields.items()
    ]
    assert "\n".join(rows) in PAGE.read_text(encoding="utf-8")


def test_the_documented_limits_are_the_limits() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert f"{MAX_STATEMENT:,} characters" in page
    assert f"{MAX_BLOCK:,} characters" in page
