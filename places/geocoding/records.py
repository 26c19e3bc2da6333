"""The Protocol of a geocoder, its question and its answer. Free of Django; the HTTP client is an argument."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Protocol

from egress.records import RequestPolicy
from pipeline.contract.http import HttpClient


class Precision(StrEnum):
    """The precision of a point."""

    BUILDING = "building"
    STREET = "street"
    AREA = "area"
    CITY = "city"


@dataclass(frozen=True, kw_only=True, slots=True)
class Question:
    """An address in a city.

    `lat`, `lng`, `radius_km` are the city's circle, in which a correct answer lies. `country` is an ISO 3166
    code. `name` is the venue's, where it is part of the question: an address without a house number is a
    whole street.
    """

    address: str
    city: str
    country: str
    lat: float
    lng: float
    radius_km: float
    name: str = ""

    @property
    def text(self) -> str:
        """The text of the question: the venue's name, if any, the address, and the city once."""
        reported = (
            self.address
            if not self.name or self.name.casefold() in self.address.casefold()
            else f"{self.name}, {self.address}"
        )
        return reported if self.city.casefold() in reported.casefold() else f"{reported}, {self.city}"


@dataclass(frozen=True, kw_only=True, slots=True)
class GeocodingAnswer:
    """A point in degrees, its precision, and the address in the geocoder's words.

    `house` and `street` where it gives them. `partial`: the geocoder marked the answer as a guess.
    """

    lat: float
    lng: float
    precision: Precision
    label: str = ""
    house: str = ""
    street: str = ""
    partial: bool = False


class GeocoderError(Exception):
    """The geocoder refused, is out of quota, or gave an unreadable answer. The address stays unknown."""


class Geocoder(Protocol):
    """One provider. `keeps` is how long its terms allow storing an answer; `credit` is its attribution."""

    @property
    def name(self) -> str: ...
    @property
    def keeps(self) -> timedelta: ...
    @property
    def credit(self) -> str: ...
    @property
    def policy(self) -> RequestPolicy: ...

    def ask(self, question: Question, http: HttpClient) -> GeocodingAnswer | None:
        """The best answer, None for an unknown address.

        Raises GeocoderError, pipeline.contract.http_errors.EgressError.
        """
        ...
