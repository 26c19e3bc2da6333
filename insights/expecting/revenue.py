"""An estimate of what the tickets of an event cost together: the price that its team told, times the seats. Never what anybody paid.

It is behind the flag `payments`, which cannot be switched on before there is a checkout (decisions/0077), so nobody sees it yet.
"""

from dataclasses import dataclass
from decimal import Decimal

from events.models import Event
from flags.models import Flag
from flags.services import is_on
from pipeline.contract.enums import PriceType


@dataclass(frozen=True, kw_only=True, slots=True)
class Estimate:
    """Between the lowest and the highest price told, for all seats. Partners' commissions, fees and taxes are not in it."""

    currency: str
    low: Decimal
    high: Decimal


def estimate_of(event: Event, *, seats: int) -> Estimate | None:
    """The estimate for so many seats. None while the flag is off, where the team told no price or its currency, and for free events.

    A price counts as told by the team where it is locked against sources, as what a team tells is.
    """
    if not is_on(Flag.PAYMENTS) or "price" not in event.locked_fields:
        return None
    if event.price_type == PriceType.FREE or event.price_min is None or not event.price_currency:
        return None
    highest = event.price_min if event.price_max is None else event.price_max
    return Estimate(currency=event.price_currency, low=event.price_min * seats, high=highest * seats)
