"""The common code of HTTP geocoders.

One request, its JSON, the first result, and the error for any other answer.
"""

import json
from abc import ABC, abstractmethod
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, ClassVar, Final

from egress.records import RequestPolicy
from pipeline.contract.http import HttpClient, Quota
from places.geocoding.records import GeocoderError, GeocodingAnswer, Question

#: Kilometres of a degree of latitude.
_DEGREE: Final = 111.2
_DAY: Final = 86_400


@dataclass(frozen=True, kw_only=True)
class Box:
    """The corners of a city's box, in degrees."""

    south: float
    west: float
    north: float
    east: float


@dataclass(frozen=True, kw_only=True)
class HttpGeocoder(ABC):
    """A geocoder over HTTP. `url` of its endpoint, with or without a trailing slash."""

    url: str
    name: ClassVar[str]
    #: The name for operators and readers.
    title: ClassVar[str]
    keeps: ClassVar[timedelta]
    credit: ClassVar[str]
    #: Requests in so many seconds, requests in a day, and the name under which they are counted.
    rate: ClassVar[int]
    rate_window: ClassVar[float]
    a_day: ClassVar[int]
    quota_key: ClassVar[str]

    @property
    def policy(self) -> RequestPolicy:
        """The limits, which the HTTP client enforces for all processes together."""
        return RequestPolicy(
            rate=self.rate, rate_window=self.rate_window, host_rate=self.rate, host_window=self.rate_window, obey_robots=False, total_timeout=20.0,
            quota_key=self.quota_key, quotas=(Quota(requests=self.a_day, seconds=_DAY),),
        )  # fmt: skip

    def ask(self, question: Question, http: HttpClient) -> GeocodingAnswer | None:
        """The first result within the country; results in the city's box are preferred."""
        answer = http.get(
            self.endpoint(), params=self.params(question), headers={"Accept": "application/json"}
        )
        try:
            rows = self.rows(json.loads(answer.content))
            return self.read(rows[0]) if rows else None
        except (ValueError, KeyError, TypeError, IndexError, AttributeError) as error:
            raise GeocoderError(f"{self.title}'s answer is not of its format") from error

    def endpoint(self) -> str:
        """The requested address."""
        return self.url

    @abstractmethod
    def params(self, question: Question) -> dict[str, str]:
        """The question as query parameters."""

    @abstractmethod
    def rows(self, body: Any) -> list[dict[str, Any]]:
        """The results of an answer; [] for an unknown address.

        Raises GeocoderError where the request was refused.
        """

    @abstractmethod
    def read(self, row: dict[str, Any]) -> GeocodingAnswer:
        """One result."""


def box_of(question: Question) -> Box:
    """The city's circle as a box, twice as wide, since a degree of longitude is shorter."""
    reach = question.radius_km / _DEGREE
    return Box(
        south=question.lat - reach,
        west=question.lng - 2 * reach,
        north=question.lat + reach,
        east=question.lng + 2 * reach,
    )
