"""Every operation that needs no token: its answers, and its errors, have the headers that the schema and the docs promise."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from config.api.completing import operations
from places.records import WeatherFacts
from places.services import record_weather
from registrations.models import RegistrationSetup
from tests.config.api.test_schema import schema
from tests.factories import make_area, make_place, make_source, record_event

pytestmark = pytest.mark.django_db
PAGE = {"Origin": "https://app.example.org"}
#: A stream, which no view answers (tests/realtime).
STREAMS = {"live"}
#: What answers each reader differently, and is kept by nobody (tests/insights/offering).
OF_READERS = {"recommendations"}
#: What other sites may ask without a token; what only programs may ask, whatever they bring.
OPEN_WRITES, FOR_PROGRAMS = {"search_nested"}, {"webhook"}
#: Values of parameters that are needed.
VALUES = {"q": "raga", "city": "bengaluru"}
EXPOSED = {"ETag", "Link", "Location", "RateLimit", "RateLimit-Policy", "Retry-After", "X-Request-ID"}


def public() -> list[tuple[str, str, dict[str, Any]]]:
    return [
        (path, verb, operation)
        for path, verb, operation in operations(schema())
        if {} in operation.get("security", [{}]) and operation["operationId"] not in STREAMS | OF_READERS
    ]


@pytest.fixture
def parts() -> dict[str, str]:
    """What stands in the paths of things that there are."""
    cache.clear()
    area, event = make_area(), record_event(title="Raga at Dusk")
    RegistrationSetup.objects.create(event=event)
    place = event.place or make_place(city=event.city)
    source = make_source(slug="pushed", connector="webhook")
    hours = {"observed_at": timezone.now(), "valid_until": timezone.now() + timedelta(hours=1)}
    record_weather(
        area.city_id,
        WeatherFacts(temperature_c=24.3, condition="light rain", source="OWM", **hours),
        now=timezone.now(),
    )
    return {
        "slug": area.city.slug, "event_id": str(event.pk), "place_id": str(place.pk), "source": source.slug, "token": "0" * 32,
    }  # fmt: skip


def address(path: str, operation: dict[str, Any], parts: dict[str, str]) -> str:
    needed = [
        row["name"] for row in operation.get("parameters", ()) if row.get("required") and row["in"] == "query"
    ]
    query = "&".join(f"{name}={VALUES[name]}" for name in needed)
    return re.sub(r"{(\w+)}", lambda part: parts[part[1]], path) + (f"?{query}" if query else "")


def lacks(answer: Any) -> list[str]:
    """The headers of every answer that another site's page may read which are absent or wrong."""
    wrong = [name for name in ("RateLimit", "RateLimit-Policy", "X-Request-ID") if not answer.get(name)]
    wrong += [] if answer.get("Access-Control-Allow-Origin") == "*" else ["Access-Control-Allow-Origin"]
    wrong += (
        [] if set(answer.get("Access-Control-Expose-Headers", "").split(", ")) >= EXPOSED else ["exposed"]
    )
    wrong += [name for name in ("Access-Control-Allow-Credentials", "Set-Cookie") if name in answer]
    return wrong


def test_what_is_read_has_an_etag_the_rest_of_its_limit_and_is_open_to_other_sites(
    client: Client, parts: dict[str, str]
) -> None:
    wrong, read = [], 0
    for path, verb, operation in public():
        if verb != "get":
            continue
        way, name = address(path, operation, parts), operation["operationId"]
        read += 1
        for _ in range(4):  # where the database is slow, search says less, and says so
            answer = client.get(way, headers=PAGE)
            etag = answer.get("ETag", "")
            same = client.get(way, headers={**PAGE, "If-None-Match": etag})
            weak = client.get(way, headers={**PAGE, "If-None-Match": f"W/{etag}"})
            head = client.head(way, headers=PAGE)
            if head.get("ETag") == etag:
                break
        refused = client.get(f"{way}{'&' if '?' in way else '?'}colour=red", headers=PAGE)
        found = {
            f"answered {answer.status_code}": answer.status_code != 200,
            f"ETag {etag}": not re.fullmatch(r'"[^"]+"', etag),
            "the ETag brings no 304": (same.status_code, weak.status_code, same.content) != (304, 304, b""),
            "304 without its ETag": same.get("ETag") != etag,
            f"HEAD differs: {head.status_code} {head.get('ETag')}": (head.status_code, head.get("ETag"))
            != (200, etag),
            f"unknown parameter: {refused.status_code}": refused.status_code != 400,
        }
        wrong += [f"{name}: {what}" for what, is_so in found.items() if is_so]
        for kind, one in (("200", answer), ("304", same), ("400", refused)):
            wrong += [f"{name} {kind}: {what}" for what in lacks(one)]
    assert wrong == []
    assert read > 15


def test_what_is_written_has_the_rest_of_its_limit_and_is_open_to_other_sites_by_token(
    client: Client, parts: dict[str, str]
) -> None:
    wrong, written = [], 0
    for path, verb, operation in public():
        if verb == "get":
            continue
        written += 1
        way, name = address(path, operation, parts), operation["operationId"]
        answer = getattr(client, verb)(way, {}, content_type="application/json", headers=PAGE)
        wrong += [
            f"{name} {answer.status_code}: {header}"
            for header in ("RateLimit", "RateLimit-Policy", "X-Request-ID")
            if not answer.get(header)
        ]
        asked = {**PAGE, "Access-Control-Request-Method": verb.upper()}
        plain = client.options(way, headers={**asked, "Access-Control-Request-Headers": "content-type"})
        token = client.options(way, headers={**asked, "Access-Control-Request-Headers": "authorization"})
        for kind, preflight, is_open in (
            ("plain", plain, name in OPEN_WRITES),
            ("by token", token, name not in FOR_PROGRAMS),
        ):
            if (preflight.get("Access-Control-Allow-Origin") == "*") != is_open:
                wrong.append(f"{name}: the preflight {kind}")
        if ("Access-Control-Allow-Origin" in answer) != (name in OPEN_WRITES):
            wrong.append(f"{name}: the answer without a token")
    assert wrong == []
    assert written > 5
