"""The Protocol of a geocoder, its question and its answer. Free of Django; the HTTP client is an argument."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Protocol

from egress.records import RequestPolicy
from pipeline.contract.http import HttpClient


class Precision(StrEnum):
    """How exactly a point is meant."""

    BUILDING = "building"
    STREET = "street"
    AREA = "area"
    CITY = "city"


@dataclass(frozen=True, kw_only=True, slots=True)
class Question:
    """An address in a city; `lat`, `lng`, `radius_km` are the city's circle, which a true answer lies in.
    `country` an ISO 3166 code. `name` of the venue where it is asked for too: an address without a house's
    number is a whole street."""

    address: str
    city: str
    country: str
    lat: float
    lng: float
    radius_km: float
    name: str = ""

    @property
    def text(self) -> str:
        """The address as it is asked, behind the venue's name where that is asked for, the city named
        once."""
        told = (
            self.address
            if not self.name or self.name.casefold() in self.address.casefold()
            else f"{self.name}, {self.address}"
        )
        return told if self.city.casefold() in told.casefold() else f"{told}, {self.city}"


@dataclass(frozen=True, kw_only=True, slots=True)
class GeocodingAnswer:
    """A point in degrees, how exactly it is meant, and the address in the geocoder's words; `house` and
    `street` where it tells them. `partial`: it says itself that it guessed."""

    lat: float
    lng: float
    precision: Precision
    label: str = ""
    house: str = ""
    street: str = ""
    partial: bool = False


class GeocoderError(Exception):
    """It did not answer as it should: refused, out of quota, or not in its own format. Nothing is known of
    the address."""


class Geocoder(Protocol):
    """One provider. `keeps` is how long its terms let an answer be kept; `credit` is named where its points
    are shown."""

    @property
    def name(self) -> str: ...
    @property
    def keeps(self) -> timedelta: ...
    @property
    def credit(self) -> str: ...
    @property
    def policy(self) -> RequestPolicy: ...

    def ask(self, question: Question, http: HttpClient) -> GeocodingAnswer | None:
        """The best answer, None where it knows no such address. Raises GeocoderError,
        pipeline.contract.http_errors.EgressError."""
        ...
