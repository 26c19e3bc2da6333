"""What the matcher takes and gives: one record type for a CSV file and for the pipeline. Free of Django."""

from dataclasses import dataclass
from datetime import date, datetime

from pipeline.contract.enums import MatchOutcome

#: Aware or naive datetime, or a date where the time is unknown or the event takes whole days.
Moment = datetime | date


@dataclass(frozen=True, kw_only=True, slots=True)
class Candidate:
    """One record that may tell of the same event as another. `id` is unique within what is compared.

    `lat` and `lon` in WGS 84 degrees; `location` is free text ("Hall 4, Messe Wien, Vienna, Austria");
    `time_known` False makes a datetime count as a date; prices in one currency. Everything but `id` may be
    empty, and is then no evidence for either side.
    """

    id: str
    source: str = ""
    title: str = ""
    start: Moment | None = None
    end: Moment | None = None
    all_day: bool = False
    time_known: bool = True
    venue: str = ""
    location: str = ""
    city: str = ""
    lat: float | None = None
    lon: float | None = None
    url: str = ""
    ticket_url: str = ""
    organizer: str = ""
    phone: str = ""
    price_min: float | None = None
    price_max: float | None = None
    category: str = ""
    description: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class MatchedPair:
    """Two records and the verdict: `score` is the estimated probability (0 to 1) that they tell of one event,
    `reasons` its evidence in words. `id1` comes before `id2` in the order of the input."""

    id1: str
    id2: str
    score: float
    outcome: MatchOutcome
    reasons: str
