"""Public holidays of a country and its regions.

From the library `holidays` (https://github.com/vacanza/holidays). Pure; no requests are sent.
"""

from collections.abc import Callable
from datetime import date
from functools import lru_cache

from holidays import HolidayBase, country_holidays


@lru_cache(maxsize=512)
def calendar_of(country: str, region: str = "") -> Callable[[date], bool] | None:
    """A function that returns whether a day is a public holiday there; None for an unknown country.

    An unknown region has its country's holidays. `country` is ISO 3166-1 alpha-2, `region` the part after the
    dash of ISO 3166-2 (`CA`, `KA`).
    """
    calendar = _calendar(country, region) if region else None
    if calendar is None:
        calendar = _calendar(country, "")
    return None if calendar is None else calendar.__contains__


def _calendar(country: str, region: str) -> HolidayBase | None:
    try:
        return country_holidays(country.upper(), subdiv=region.upper() or None)
    except NotImplementedError:
        return None
