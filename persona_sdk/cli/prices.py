"""The options that say what tokens cost, the same for a run and for its report."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

if TYPE_CHECKING:
    from simulators.running.budget import Prices

PriceIn = Annotated[
    float, typer.Option(help="Of a million prompt tokens of the character's model.", min=0.0)
]
PriceOut = Annotated[
    float, typer.Option(help="Of a million completion tokens of the character's model.", min=0.0)
]
UserPriceIn = Annotated[
    float | None,
    typer.Option(help="Likewise of the users' model.", min=0.0, show_default="--price-in"),
]
UserPriceOut = Annotated[
    float | None,
    typer.Option(help="Likewise of the users' model.", min=0.0, show_default="--price-out"),
]


class Priced(NamedTuple):
    """What the tokens of both sides cost."""

    character: Prices
    user: Prices


def priced(
    price_in: float, price_out: float, user_price_in: float | None, user_price_out: float | None
) -> Priced:
    """Return the prices of both sides; the users' are the character's unless told."""
    from simulators.running.budget import Prices

    return Priced(
        Prices(price_in, price_out),
        Prices(
            price_in if user_price_in is None else user_price_in,
            price_out if user_price_out is None else user_price_out,
        ),
    )
