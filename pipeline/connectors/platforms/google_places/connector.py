"""Google's Places API: places around a point, and the state of known ones. The new API is asked; answers of
the old one are read too.

https://developers.google.com/maps/documentation/places/web-service/op-overview
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from math import cos, radians
from typing import Any, Final
from urllib.parse import parse_qs, quote, urlsplit

from pipeline.connectors.platforms.google_places.place import (
    ATTRIBUTION,
    ID,
    is_details,
    is_place,
    is_region,
    place_of,
)
from pipeline.connectors.support import sdk, values
from pipeline.connectors.support.values import at, objects, text
from pipeline.contract.enums import ExtractionMethod
from pipeline.dates.free_text import find
from pipeline.text.decoding import MAX_DESCRIPTION

TYPES: Final = ("restaurant", "cafe", "bar", "night_club")
#: As many places as one nearby search gives (maxResultCount), and the smallest circle that is still divided.
MOST_RESULTS: Final = 20
_SMALLEST_M: Final = 150.0
_KM_PER_DEGREE: Final = 111.32
_STATUS_FIELDS: Final = ("id", "businessStatus", "currentOpeningHours", "regularOpeningHours", "timeZone", "location")  # fmt: skip
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

    mode: str = sdk.setting(
        "nearby: find places around the point. status: ask for the present state of known places.", "nearby"
    )
    lat: float | None = sdk.setting(
        "Latitude of the middle of the circle. Empty: that of the source's city.", None
    )
    lng: float | None = sdk.setting("Longitude of the middle of the circle.", None)
    radius_km: float = sdk.setting("Radius of the circle in kilometres, at most 50.", 2.0)
    types: tuple[str, ...] = sdk.setting(
        "Kinds of places to look for, as Google names them (Table A of its place types).", TYPES
    )
    place_ids: tuple[str, ...] = sdk.setting(
        "For status: Google's ids of the places. Empty: the places of the source's city, "
        "those first that were asked longest ago.",
        (),
    )
    max_requests: int = sdk.setting(
        "Requests in one run, at most; each costs money beyond the free ones.", 40
    )
    language: str = sdk.setting(
        "Language of names and addresses. Opening hours in words are read in English only.", "en"
    )
    api: str = sdk.setting("Address of the API; for tests.", "https://places.googleapis.com/v1")


class GooglePlacesConnector(sdk.JsonApi):
    """Reads places; events only where the editors' text names a date."""

    metadata = sdk.Metadata(
        name="google_places",
        title="Google Places",
        type=sdk.SourceType.API,
        tier=sdk.Tier.PROVED,
        hosts=("places.googleapis.com", "maps.googleapis.com"),
        allows="Places, their hours and whether they are open now, with a key of a project that has Places API (New) enabled and billing on.",
        quota=(
            "100 requests a minute (our default). Billed by the dearest field asked for: Nearby Search Enterprise 35 USD, Place Details Enterprise "
            "20 USD per 1,000, each after 1,000 free ones a month; asking for an id alone is free. List prices outside India."
        ),
        quotas=(sdk.Quota(requests=100, seconds=60.0, cost=0.035, currency="USD"),),
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
        credential=sdk.CredentialKind.KEY,
        needs_key=True,
    )
    config_type = GooglePlacesConfig
    credential = sdk.Key(header="X-Goog-Api-Key")

    @classmethod
    def recognizes(cls, payload: sdk.RawPayload) -> float:
        """0.95 for an answer that holds places of this API; 0.9 for its errors on its own hosts."""
        try:
            value = sdk.json_of(payload) if sdk.first_byte(payload) in (b"{", b"[") else None
        except sdk.SchemaChanged:
            return 0.0
        if _items(value):
            return 0.95
        return 0.9 if sdk.is_on(payload.url, cls.metadata.hosts) and _problem(value) else 0.0

    @classmethod
    def config_for(cls, url: str) -> dict[str, Any] | None:
        """An address of the API that names a place: its status. None for all others, a map's address too: it
        names no id that the API takes."""
        own = url.startswith("https://") and sdk.is_on(url, cls.metadata.hosts)
        place_id = _asked_for(url) if own else ""
        return {"mode": "status", "place_ids": [place_id]} if place_id else None

    def check_credentials(self, http: sdk.HttpClient) -> None:
        """Ask for the id of a place that there surely is, which costs nothing."""
        self._details(http, _KNOWN_PLACE, ["id"])

    def fetch(self, params: sdk.FetchParams, http: sdk.HttpClient) -> Iterator[sdk.Page]:
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
            raise sdk.ConfigInvalid(f"mode: {self.config.mode[:40]!r} is neither nearby nor status")

    def read(self, payload: sdk.RawPayload, params: sdk.FetchParams) -> sdk.Page:
        """The places of an answer; PARTIAL, since no answer lists all. Raises CredentialsMissing for a denied
        key and SchemaChanged for other errors and for answers of other services."""
        value = sdk.json_of(payload)
        status, words = _problem(value) or ("", "")
        if status in _DENIED:
            raise sdk.CredentialsMissing(
                f"Google denies the key ({words}); check GOOGLE_PLACES_API_KEY and that Places API (New) is enabled"
            )
        items = _items(value)
        if status or items is None:
            nothing = "no answer of the Places API: neither places, results, candidates nor a place's details"
            raise sdk.SchemaChanged(f"Google answers {words}" if status else nothing)
        name = _asked_for(payload.url)
        found = [(item, place_of(item, name, payload.fetched_at)) for item in items if not is_region(item)]
        reported = (event for item, place in found if (event := _event(item, place, params)) is not None)
        return sdk.Page(
            payload=payload,
            records=list(reported)[: params.limit],
            coverage=sdk.Coverage.PARTIAL,
            places=tuple(place for _, place in found),
        )

    def _nearby(self, params: sdk.FetchParams, http: sdk.HttpClient) -> Iterator[sdk.Page]:
        middle = values.middle(self.config.lat, self.config.lng, params)
        if middle is None:
            raise sdk.ConfigInvalid("lat, lng: missing; give the middle of the circle, or the source a city")
        radius = min(max(self.config.radius_km, 0.05), 50.0) * 1000
        circles = [(*middle, radius, kind) for kind in self.config.types or TYPES]
        asked = 0
        while circles and asked < self.config.max_requests:
            circle = circles.pop(0)
            asked += 1
            page = self._answer(self._search(http, *circle), params)
            full = len(page.places) >= MOST_RESULTS and circle[2] > _SMALLEST_M
            if full:
                circles += _quarters(*circle)
            yield replace(page, cut=full and asked >= self.config.max_requests)

    def _search(
        self, http: sdk.HttpClient, lat: float, lng: float, radius: float, kind: str
    ) -> sdk.RawPayload:
        circle = {"center": {"latitude": lat, "longitude": lng}, "radius": round(radius, 1)}
        body = {
            "includedTypes": [kind],
            "maxResultCount": MOST_RESULTS,
            "rankPreference": "POPULARITY",
            "languageCode": self.config.language,
            "locationRestriction": {"circle": circle},
        }
        headers = {
            "X-Goog-Api-Key": self.key(),
            "X-Goog-FieldMask": ",".join(f"places.{name}" for name in _FIELDS),
        }
        return sdk.payload_of(http.post(f"{self.config.api}/places:searchNearby", json=body, headers=headers))

    def _status(self, params: sdk.FetchParams, http: sdk.HttpClient) -> Iterator[sdk.Page]:
        known = params.checkpoint.get("place_ids", ())
        ids = self.config.place_ids or [one for one in known if isinstance(one, str)]
        if not ids:
            raise sdk.ConfigInvalid(
                "place_ids: missing; give ids, or run a source in mode nearby first so that places of the city are known"
            )
        for place_id in ids[: self.config.max_requests]:
            try:
                payload = self._details(http, place_id, _STATUS_FIELDS)
            except sdk.ClientRefused as error:
                if error.status == 404:  # an id that Google has retired
                    continue
                raise
            yield self._answer(payload, params)

    def _details(self, http: sdk.HttpClient, place_id: str, fields: Iterable[str]) -> sdk.RawPayload:
        mask = {"X-Goog-FieldMask": ",".join(fields)}
        return self.ask(http, f"places/{quote(place_id, safe='')}", headers=mask)

    def _answer(self, payload: sdk.RawPayload, params: sdk.FetchParams) -> sdk.Page:
        status, words = _problem(sdk.json_of(payload)) or ("", "")
        if status in _LIMITED:
            raise sdk.RateLimited(f"Google answers {words}", url=payload.url)
        return self.read(payload, params)


def _problem(value: Any) -> tuple[str, str] | None:
    """(status, words) of an error, of the new API ({"error": …}) or the old one ({"status": …}); None for
    what is none."""
    error = at(value, "error")
    if isinstance(error, Mapping):
        status = text(error, "status")
        reason = next((said for one in objects(error, "details") if (said := text(one, "reason"))), "")
        words = f"{status or text(error, 'code')}: {text(error, 'message')[:200]}"
        return ("PERMISSION_DENIED" if reason.startswith("API_KEY") else status or "ERROR"), words
    status = "" if values.has_all(value, ["error"]) else text(value, "status")
    if status and status not in ("OK", "ZERO_RESULTS"):
        return status, f"{status[:60]}: {text(value, 'error_message')[:200]}".rstrip(": ")
    return None


def _items(value: Any) -> Sequence[Mapping[str, Any]] | None:
    """The places of an answer: a list, or details of one; None for what is no answer of the Places API."""
    if not isinstance(value, dict):
        return None
    lists = [value[name] for name in ("places", "results", "candidates") if isinstance(value.get(name), list)]
    items = objects(lists[0]) if lists else []
    if not lists and isinstance(value.get("result"), Mapping):
        items = [value["result"]]
    elif not lists and text(value, "id") and not text(value, "status") and is_details(value):
        items = [value]
    if items:
        return items if all(map(is_place, items)) else None
    found_none = text(value, "status") in ("OK", "ZERO_RESULTS") and ("html_attributions" in value or lists)
    return [] if found_none or value in ({}, {"places": []}) else None


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


def _event(item: Mapping[str, Any], place: sdk.PlaceRecord, params: sdk.FetchParams) -> sdk.RawRecord | None:
    """An event that the editors' text announces with its year; reviews tell of what was, and are left
    alone."""
    words = text(item, "editorialSummary", "text") or text(item, "editorial_summary", "overview")
    when = find(words, around=None, language=params.language) if words and place.name else None
    start = when.start if when else None
    if when is None or not isinstance(start, date):
        return None
    begin = start if isinstance(start, datetime) else datetime.combine(start, time())
    if begin.replace(tzinfo=begin.tzinfo or UTC) < params.now:
        return None
    return sdk.RawRecord(
        external_id=f"{place.external_ids.get(ID, place.name)}:{start.isoformat()}",
        title=f"{place.name}: {words}"[:120],
        description=words[:MAX_DESCRIPTION],
        start=start,
        end=when.end,
        venue=sdk.Venue(name=place.name, address=place.address, city=place.city, country=place.country, lat=place.lat, lng=place.lng,
                        external_ids=place.external_ids),
        url=place.url,
        method=ExtractionMethod.TEXT,
        raw=place.raw,
        notes=("the date was read from a description of the place",),
    )  # fmt: skip
