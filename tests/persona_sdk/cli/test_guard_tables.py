from __future__ import annotations

import pytest
from rich.console import Console

from persona_sdk.cli.guard_tables import tables

SHARES = {"fail": 0.01, "fail_95_percent": [0.005, 0.018], "unscored": 0.002}


@pytest.mark.parametrize(
    ("vectors", "told"), [({"frozen_embedding": {"fail": 0.321}}, "32.1"), ({}, "-")]
)
def test_two_other_guards_stand_beside_the_share_of_replies_that_fails(vectors, told):
    found = {
        "replies": 60,
        "planted": False,
        "aim": 0.02,
        "soft": SHARES,
        "hard": SHARES,
        "word_overlap": SHARES | {"fail": 0.065},
    }
    console = Console(width=120)
    with console.capture() as printed:
        for table in tables({"sets": {"faithful_convai2": found | vectors}}):
            console.print(table)
    heads, row = (line.split() for line in printed.get().splitlines())
    assert heads[-2:] == ["overlap", "frozen"]
    assert row[-2:] == ["6.5", told]
