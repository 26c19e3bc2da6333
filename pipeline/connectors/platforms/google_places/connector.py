"""Google's Places API: places around a point, and the state of known ones. The new API is asked; answers of
the old one are read too.

https://developers.google.com/maps/documentation/places/web-service/op-overview
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from math import cos, radians
from typing import Any, ClassVar, Final
from urllib.parse import parse_qs, quote, urlsplit

from pipeline.connectors.platforms.google_places.place import (
    ATTRIBUTION,
    is_place,
    is_region,
    place_of,
    words_of,
)
from pipeline.connectors.support.platform import Platform, is_on, json_of, payload_of, setting
from pipeline.connectors.support.values import at, kept_without, objects, text
from pipeline.contract.connector import FetchParams, Metadata, Page
from pipeline.contract.enums import Coverage, CredentialKind, ExtractionMethod, SourceType, Tier
from pipeline.contract.exceptions import ConfigInvalid, CredentialsMissing, SchemaChanged
from pipeline.contract.http import HttpClient, Quota
from pipeline.contract.http_errors import ClientRefused, RateLimited
from pipeline.contract.normalized import Venue
from pipeline.contract.raw import PlaceRecord, RawPayload, RawRecord
from pipeline.dates.free_text import find
from pipeline.text.decoding import MAX_DESCRIPTION, MAX_TITLE

API: Final = "https://places.googleapis.com/v1"
TYPES: Final = ("restaurant", "cafe", "bar", "night_club")
#: As many places as one nearby search gives (maxResultCount), and the smallest circle that is still divided.
MOST_RESULTS: Final = 20
_SMALLEST_M: Final = 150.0
_KM_PER_DEGREE: Final = 111.32

_STATUS_FIELDS: Final = (
    "id",
    "businessStatus",
    "currentOpeningHours",
    "regularOpeningHours",
    "timeZone",
    "location",
)
_FIELDS: Final = (
    *_STATUS_FIELDS, "displayName", "formattedAddress", "addressComponents", "types", "plusCode", "googleMapsUri", "websiteUri",
    "internationalPhoneNumber", "rating", "userRatingCount", "priceLevel", "editorialSummary",
)  # fmt: skip
#: Google's own office in Sydney, from its documentation: asking for an id alone is free of charge.
_KNOWN_PLACE: Final = "ChIJN1t_tDeuEmsRUsoyG83frY4"
_DENIED: Final = ("REQUEST_DENIED", "PERMISSION_DENIED", "UNAUTHENTICATED")
_LIMITED: Final = ("OVER_QUERY_LIMIT", "OVER_DAILY_LIMIT", "RESOURCE_EXHAUSTED")


@dataclass(frozen=True, kw_only=True, slots=True)
class GooglePlacesConfig:
    """What is asked: places around a point (`nearby`), or the present state of known places (`status`)."""

    mode: str = setting(
        "nearby: find places around the point. status: ask for the present state of known places.", "nearby"
    )
    lat: float | None = setting(
        "Latitude of the middle of the circle. Empty: that of the source's city.", None
    )
    lng: float | None = setting("Longitude of the middle of the circle.", None)
    radius_km: float = setting("Radius of the circle in kilometres, at most 50.", 2.0)
    types: tuple[str, ...] = setting(
        "Kinds of places to look for, as Google names them (Table A of its place types).", TYPES
    )
    place_ids: tuple[str, ...] = setting(
        "For status: Google's ids of the places. Empty: the places of the source's city, "
        "those first that were asked longest ago.",
        (),
    )
    max_requests: int = setting("Requests in one run, at most; each costs money beyond the free ones.", 40)
    language: str = setting(
        "Language of names and addresses. Opening hours in words are read in English only.", "en"
    )
    api: str = setting("Address of the API; for tests.", API)


class GooglePlacesConnector(Platform):
    """Reads places; events only where the editors' text names a date."""

    metadata: ClassVar[Metadata] = Metadata(
        name="google_places",
        title="Google Places",
        type=SourceType.API,
        tier=Tier.PROVED,
        hosts=("places.googleapis.com", "maps.googleapis.com"),
        allows="Places, their hours and whether they are open now, with a key of a project that has Places API (New) enabled and billing on.",
        quota=(
            "100 requests a minute (our default). Billed by the dearest field asked for: Nearby Search Enterprise 35 USD, Place Details Enterprise "
            "20 USD per 1,000, each after 1,000 free ones a month; asking for an id alone is free. List prices outside India."
        ),
        quotas=(Quota(requests=100, seconds=60.0, cost=0.035, currency="USD"),),
        storage="The place id may be kept; everything else at most 30 days (Service Specific Terms).",
        keeps_days=30,
        attribution=ATTRIBUTION,
        credit=ATTRIBUTION,
        sunset=(
            "The old Places API (maps/api/place) is legacy: since October 2026 it cannot be enabled for new projects. Only its answers are read, "
            "nothing is asked of it."
        ),
        terms="https://cloud.google.com/maps-platform/terms/maps-service-terms",
        link="https://developers.google.com/maps/documentation/places/web-service/op-overview",
        variables=("GOOGLE_PLACES_API_KEY",),
        credential=CredentialKind.KEY,
        needs_key=True,
    )
    config_type: ClassVar[type[GooglePlacesConfig]] = GooglePlacesConfig

    @classmethod
    def recognizes(cls, payload: RawPayload) -> float:
        """0.95 for an answer that holds places of this API; 0.9 for its errors on its own hosts."""
        if not payload.content.lstrip().startswith(b"{"):
            return 0.0
        try:
            value = json_of(payload)
        except SchemaChanged:
            return 0.0
        if _shape(value) == "places":
            return 0.95
        known_host = is_on(payload.url, cls.metadata.hosts)
        return 0.9 if known_host and isinstance(value, dict) and _problem(value) else 0.0

    @classmethod
    def config_for(cls, url: str) -> dict[str, Any] | None:
        """An address of the API that names a place: its status. None for all others, a map's address too: it
        names no id that the API takes."""
        if not (url.startswith("https://") and is_on(url, cls.metadata.hosts)):
            return None
        place_id = _asked_for(url)
        return {"mode": "status", "place_ids": [place_id]} if place_id else None

    def check_credentials(self, http: HttpClient) -> None:
        """Ask for the id of a place that there surely is, which costs nothing."""
        self._details(http, _KNOWN_PLACE, "id")

    def fetch(self, params: FetchParams, http: HttpClient) -> Iterator[Page]:
        """Nearby: a search per type; a circle that gives 20 places, the most there can be, is divided in
        four. Status: one request per place.

        Raises ConfigInvalid without a point, CredentialsMissing where Google denies the key, RateLimited
        beyond its quota.
        """
        if self.config.mode == "status":
            yield from self._status(params, http)
        elif self.config.mode == "nearby":
            yield from self._nearby(params, http)
        else:
            raise ConfigInvalid(f"mode: {self.config.mode[:40]!r} is neither nearby nor status")

    def read(self, payload: RawPayload, params: FetchParams) -> Page:
        """The places of an answer; PARTIAL, since no answer lists all. Raises CredentialsMissing for a denied
        key and SchemaChanged for other errors and for answers of other services."""
        value = json_of(payload)
        problem = _problem(value) if isinstance(value, dict) else None
        if problem is not None:
            status, words = problem
            if status in _DENIED:
                raise CredentialsMissing(
                    f"Google denies the key ({words}); check GOOGLE_PLACES_API_KEY and that Places API (New) is enabled"
                )
            raise SchemaChanged(f"Google answers {words}")
        if _shape(value) not in ("places", "nothing"):
            raise SchemaChanged(
                "no answer of the Places API: neither places, results, candidates nor a place's details"
            )
        found = [(item, self._place(item, payload)) for item in _items(value) if not is_region(item)]
        records = [record for item, place in found if (record := _event(item, place, params)) is not None]
        return Page(
            payload=payload,
            records=records[: params.limit],
            coverage=Coverage.PARTIAL,
            places=tuple(place for _, place in found),
        )

    def _place(self, item: Mapping[str, Any], payload: RawPayload) -> PlaceRecord:
        return place_of(item, place_id=_asked_for(payload.url), observed_at=payload.fetched_at)

    def _nearby(self, params: FetchParams, http: HttpClient) -> Iterator[Page]:
        lat = self.config.lat if self.config.lat is not None else params.lat
        lng = self.config.lng if self.config.lng is not None else params.lng
        if lat is None or lng is None:
            raise ConfigInvalid("lat, lng: missing; give the middle of the circle, or the source a city")
        radius = min(max(self.config.radius_km, 0.05), 50.0) * 1000
        circles = [(lat, lng, radius, kind) for kind in self.config.types or TYPES]
        asked = 0
        while circles and asked < self.config.max_requests:
            circle = circles.pop(0)
            asked += 1
            page = self._answer(self._search(http, *circle), params)
            full = len(page.places) >= MOST_RESULTS and circle[2] > _SMALLEST_M
            if full:
                circles += _quarters(*circle)
            yield replace(page, cut=full and asked >= self.config.max_requests)

    def _search(self, http: HttpClient, lat: float, lng: float, radius: float, kind: str) -> RawPayload:
        body = {
            "includedTypes": [kind],
            "maxResultCount": MOST_RESULTS,
            "rankPreference": "POPULARITY",
            "languageCode": self.config.language,
            "locationRestriction": {
                "circle": {"center": {"latitude": lat, "longitude": lng}, "radius": round(radius, 1)}
            },
        }
        headers = {
            "X-Goog-Api-Key": self.key(),
            "X-Goog-FieldMask": ",".join(f"places.{name}" for name in _FIELDS),
        }
        return payload_of(http.post(f"{self.config.api}/places:searchNearby", json=body, headers=headers))

    def _status(self, params: FetchParams, http: HttpClient) -> Iterator[Page]:
        known = params.checkpoint.get("place_ids", ())
        ids = self.config.place_ids or [one for one in known if isinstance(one, str)]
        if not ids:
            raise ConfigInvalid(
                "place_ids: missing; give ids, or run a source in mode nearby first so that places of the city are known"
            )
        for place_id in list(ids)[: self.config.max_requests]:
            try:
                payload = self._details(http, place_id, ",".join(_STATUS_FIELDS))
            except ClientRefused as error:
                if error.status == 404:  # an id that Google has retired
                    continue
                raise
            yield self._answer(payload, params)

    def _details(self, http: HttpClient, place_id: str, fields: str) -> RawPayload:
        headers = {"X-Goog-Api-Key": self.key(), "X-Goog-FieldMask": fields}
        return kept_without(
            payload_of(http.get(f"{self.config.api}/places/{quote(place_id, safe='')}", headers=headers)),
            "key",
        )

    def _answer(self, payload: RawPayload, params: FetchParams) -> Page:
        value = json_of(payload)
        problem = _problem(value) if isinstance(value, dict) else None
        if problem is not None and problem[0] in _LIMITED:
            raise RateLimited(f"Google answers {problem[1]}", url=payload.url)
        return self.read(payload, params)


def _problem(value: Mapping[str, Any]) -> tuple[str, str] | None:
    """(status, words) of an error, of the new API ({"error": …}) or the old one ({"status": …}); None for
    what is none."""
    status = text(value, "error", "status") or ("" if "error" in value else text(value, "status"))
    if isinstance(value.get("error"), Mapping):
        reason = next(
            (text(one, "reason") for one in objects(value, "error", "details") if text(one, "reason")), ""
        )
        words = f"{status or text(value, 'error', 'code')}: {text(value, 'error', 'message')[:200]}"
        return ("PERMISSION_DENIED" if reason.startswith("API_KEY") else status or "ERROR"), words
    if status and status not in ("OK", "ZERO_RESULTS"):
        return status, f"{status[:60]}: {text(value, 'error_message')[:200]}".rstrip(": ")
    return None


def _shape(value: Any) -> str:
    """ "places" for an answer with places, "nothing" for one that found none, "" for others."""
    if not isinstance(value, dict):
        return ""
    items = _items(value)
    if items:
        return "places" if all(is_place(item) for item in items) else ""
    empty = value in ({}, {"places": []}) or (
        text(value, "status") in ("OK", "ZERO_RESULTS") and _lists(value)
    )
    return "nothing" if empty else ""


def _lists(value: Mapping[str, Any]) -> bool:
    return "html_attributions" in value or any(
        isinstance(value.get(name), list) for name in ("results", "candidates")
    )


def _items(value: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    """The places of an answer: a list, or details of one."""
    for name in ("places", "results", "candidates"):
        if isinstance(value.get(name), list):
            return objects(value, name)
    if isinstance(value.get("result"), Mapping):
        return [value["result"]]
    return (
        [value]
        if text(value, "id") and text(value, "status") == "" and is_place(value) and _is_details(value)
        else []
    )


def _is_details(value: Mapping[str, Any]) -> bool:
    named = isinstance(at(value, "displayName", "text"), str) or text(value, "name").startswith("places/")
    return named or any(
        name in value for name in ("businessStatus", "regularOpeningHours", "currentOpeningHours")
    )


def _asked_for(url: str) -> str:
    """The place's id in an address of either API, '' for others."""
    parts = urlsplit(url)
    given = parse_qs(parts.query).get("place_id", [""])[0]
    _, _, last = parts.path.rpartition("/places/")
    return given or (last if "/v1/places/" in parts.path and "/" not in last else "")


def _quarters(lat: float, lng: float, radius: float, kind: str) -> list[tuple[float, float, float, str]]:
    """Four circles that cover one: their middles half its radius away both ways, each of 0.71 of its
    radius."""
    step = radius / 2 / 1000 / _KM_PER_DEGREE
    wide = step / max(cos(radians(lat)), 0.01)
    return [(lat + y * step, lng + x * wide, radius * 0.7072, kind) for y in (-1, 1) for x in (-1, 1)]


def _event(item: Mapping[str, Any], place: PlaceRecord, params: FetchParams) -> RawRecord | None:
    """An event that the editors' text announces with its year; reviews tell of what was, and are left
    alone."""
    words = words_of(item)
    when = find(words, around=None, language=params.language) if words and place.name else None
    if when is None:
        return None
    start = (
        when.start if isinstance(when.start, datetime) else datetime.combine(when.start, time(), tzinfo=UTC)
    )
    if start.replace(tzinfo=start.tzinfo or UTC) < params.now or not isinstance(when.start, date):
        return None
    return RawRecord(
        external_id=f"{place.external_ids.get('google_place_id', place.name)}:{when.start.isoformat()}",
        title=f"{place.name}: {words}"[: min(120, MAX_TITLE)],
        description=words[:MAX_DESCRIPTION],
        start=when.start,
        end=when.end,
        venue=Venue(name=place.name, address=place.address, city=place.city, country=place.country, lat=place.lat, lng=place.lng,
                    external_ids=place.external_ids),
        url=place.url,
        method=ExtractionMethod.TEXT,
        raw=place.raw,
        notes=("the date was read from a description of the place",),
    )  # fmt: skip
