"""Input and output of the matcher: one record type for CSV files and for the pipeline. Free of Django."""

from dataclasses import dataclass
from datetime import date, datetime

from pipeline.contract.enums import MatchOutcome

#: An aware or naive datetime, or a date where the time is unknown or the event is all-day.
Moment = datetime | date


@dataclass(frozen=True, kw_only=True, slots=True)
class Candidate:
    """One record to compare with others.

    `id` is unique within one comparison.

    `lat` and `lon` are WGS 84 degrees. `location` is free text ("Hall 4, Messe Wien, Vienna, Austria"). With
    `time_known` False a datetime counts as a date. All prices of a record have one currency. `place` is the id
    of a known venue; `crowded` says that this venue holds many events at once. Every attribute but `id` may be
    empty; an empty one is no evidence for either side.
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
    place: str = ""
    crowded: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class MatchedPair:
    """Two records and the verdict.

    `id1` comes before `id2` in the order of the input.

    `score` is the estimated probability (0 to 1) that both describe one event; `reasons` is its evidence as
    sentences.
    """

    id1: str
    id2: str
    score: float
    outcome: MatchOutcome
    reasons: str
