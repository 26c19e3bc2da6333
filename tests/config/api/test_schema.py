"""The schema: an example of everything that is sent and answered, each of them true."""

import json
from datetime import time
from functools import lru_cache

import jsonschema
import pytest
from django.core.cache import cache
from django.core.serializers.json import DjangoJSONEncoder
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.settings import spectacular_settings
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from config.api import docs
from config.api.completing import operations
from realtime.exceptions import Code, Refused
from realtime.feed.protocol import frames
from sources.serializers import Validation
from tests.factories import make_city, make_place

_ROOT = "urn:schema"


@lru_cache(maxsize=1)
def schema():
    found = SchemaGenerator().get_schema(request=None, public=True)
    for hook in spectacular_settings.POSTPROCESSING_HOOKS:
        assert callable(hook)
    return json.loads(json.dumps(found, default=str))


def bodies(operation):
    """What is sent and what is answered well: (what, media type, its description)."""
    for media, held in operation.get("requestBody", {}).get("content", {}).items():
        yield "request", media, held
    for status, response in operation["responses"].items():
        if status.startswith("2"):
            for media, held in response.get("content", {}).items():
                yield status, media, held


@pytest.fixture(scope="module")
def check():
    registry = Registry().with_resource(
        _ROOT, Resource.from_contents(schema(), default_specification=DRAFT202012)
    )

    def errors(part, value):
        pointed = json.loads(json.dumps(part).replace('"#/', f'"{_ROOT}#/'))
        return [
            f"{'.'.join(map(str, error.absolute_path))}: {error.message[:200]}"
            for error in jsonschema.Draft202012Validator(pointed, registry=registry).iter_errors(value)
        ]

    return errors


def test_every_operation_has_an_example_of_what_is_sent_and_answered():
    found = list(operations(schema()))
    assert len(found) > 80
    missing = []
    for _, _, operation in found:
        json_bodies = [
            held for held in bodies(operation) if held[1] == "application/json" or held[0] != "request"
        ]
        missing += [
            f"{operation['operationId']} {what} {media}"
            for what, media, held in json_bodies
            if not held.get("examples")
        ]
        missing += [
            f"{operation['operationId']} {row['name']}"
            for row in operation.get("parameters", ())
            if not row.get("examples") or not row.get("description")
        ]
    assert missing == []


def test_every_example_is_true(check):
    wrong = []
    for _, _, operation in operations(schema()):
        for what, media, held in bodies(operation):
            for name, example in held.get("examples", {}).items():
                wrong += [
                    f"{operation['operationId']} {what} {media} {name}: {error}"
                    for error in check(held["schema"], example["value"])
                ]
    assert wrong == []


def test_every_operation_says_what_any_request_may_get():
    for path, _, operation in operations(schema()):
        if path != "/api/v1/live":
            assert {"400", "406", "429", "500"} <= operation["responses"].keys(), operation["operationId"]
            assert "Retry-After" in operation["responses"]["429"]["headers"]
        assert operation["summary"], path
        assert operation["tags"], path
    assert {"token", "session"} <= schema()["components"]["securitySchemes"].keys()


def test_every_operation_on_one_thing_says_that_there_may_be_none():
    silent = [
        operation["operationId"]
        for _, _, operation in operations(schema())
        if "404" not in operation["responses"]
        and any(row["in"] == "path" for row in operation.get("parameters", ()))
    ]
    assert silent == []


def test_examples_of_headers_can_be_sent():
    for _, _, operation in operations(schema()):
        for row in operation.get("parameters", ()):
            if row["in"] == "header":
                assert all(str(one["value"]).isascii() for one in row["examples"].values()), row


def test_who_need_not_sign_in_is_said_so():
    found = {operation["operationId"]: operation for _, _, operation in operations(schema())}
    for name in ("auth_logout", "registration_create"):
        assert {} in found[name]["security"], name
    assert {} not in found["registration"]["security"]


def test_a_time_of_day_and_an_address_that_is_told_once_are_as_described(check):
    facts = schema()["components"]["schemas"]
    schedule = facts["SourceFacts"]["properties"]["schedule_at"]
    assert "format" not in schedule  # RFC 3339 wants an offset, and a time of a city has none
    assert check(schedule, json.loads(DjangoJSONEncoder().encode(time(2)))) == []
    assert check(schedule, "25 h") != []
    assert check(facts["CalendarAddress"], {"address": ""}) == []  # as a repeated answer has it
    assert "format" not in facts["CalendarAddress"]["properties"]["address"]


@pytest.mark.parametrize("path", ["/api/v1/events", "/api/v1/search/facets"])
def test_an_empty_id_counts_as_not_given_and_is_described(check, client, db, path):
    rows = {row["name"]: row for row in schema()["paths"][path]["get"]["parameters"]}
    for name in ("venue", "organizer", "day"):
        assert check(rows[name]["schema"], "") == []
    assert client.get(path, {"venue": "", "day": ""}).status_code == 200
    assert client.get(path, {"venue": "x"}).status_code == 400


def test_the_frames_of_the_feed_are_as_described(check):
    described = schema()["components"]["schemas"]["LiveServerFrame"]
    sent = [
        frames.hello("0198f1d26c3e7b11", 4711),
        frames.subscribed(("events:all",), recovered=True, epoch="0198f1d26c3e7b11", offset=4711),
        frames.transient("run:1", "run.progress", {"found": 3}, offset=4711),
        frames.authenticated(None),
        frames.error(Refused(Code.TOPICS, "There is no such topic.")),
        frames.restart_notice(500, offset=4711),
        frames.PONG,
    ]
    for frame in sent:
        assert check(described, json.loads(frame.text)) == [], frame.text
    assert check(described, {"type": "hello"}) != []
    for name in ("LiveServerFrame", "LiveClientFrame"):
        part = schema()["components"]["schemas"][name]
        for example in part["examples"]:
            assert check(part, example) == []
    codes = next(one for one in described["oneOf"] if one["title"] == "error")["properties"]["code"]["enum"]
    assert set(codes) == {code.value for code in Code}


def test_the_schema_of_the_site_has_them_too(client, db):
    cache.clear()
    told = client.get("/api/v1/schema/?format=json").json()
    assert {"/api/v1/live", "/api/v1/changes", "/api/v1/admin/subscriptions"} <= told["paths"].keys()
    assert "/ws/live" in told["x-websocket"]


def test_a_process_writes_the_schema_once_for_a_language(client, db, monkeypatch):
    made, make = [], docs.Schema.generator_class.get_schema
    monkeypatch.setattr(
        docs.Schema.generator_class,
        "get_schema",
        lambda self, **asked: made.append(asked) or make(self, **asked),
    )
    cache.clear()
    docs._kept.cache_clear()
    asked = "/api/v1/schema/?format=json"
    first = client.get(asked)
    for address in (asked, f"{asked}&lang=en", f"{asked}&lang=nobodys"):
        cache.clear()
        assert client.get(address).content == first.content
    assert len(made) == 1
    cache.clear()
    client.get(f"{asked}&lang=hi")
    assert len(made) == 2


def test_the_doors_of_an_event_are_described_as_its_other_times():
    properties = schema()["components"]["schemas"]["EventDraft"]["properties"]
    assert properties["doors"]["format"] == properties["start"]["format"] == "event-time"


@pytest.mark.parametrize(
    ("body", "is_valid"),
    [
        ({}, False),
        ({"openness": "unknown"}, False),
        ({"openness": "unknown", "crowd": "unknown"}, False),
        ({"openness": "unknown", "crowd": "quiet"}, True),
        ({"openness": "closed"}, True),
        ({"waiting_minutes": 0}, True),
    ],
)
def test_a_report_that_says_nothing_is_described_as_the_site_refuses_it(check, client, db, body, is_valid):
    described = schema()["paths"]["/api/v1/places/{place_id}/status"]["post"]["requestBody"]
    place = make_place()
    answer = client.post(f"/api/v1/places/{place.pk}/status", body, "application/json")
    assert (answer.status_code == 200) is is_valid
    assert (check(described["content"]["application/json"]["schema"], body) == []) is is_valid
    assert described["required"] is True


@pytest.mark.parametrize(
    ("body", "is_valid"),
    [
        ({}, False),
        ({"content": "a", "events": [{"title": "Jazz"}]}, False),
        ({"events": []}, False),
        ({"content": "a"}, True),
        ({"events": [{"title": "Jazz"}]}, True),
    ],
)
def test_a_dry_run_of_content_or_of_events_is_described_as_the_site_takes_it(check, body, is_valid):
    described = schema()["paths"]["/api/v1/admin/validate"]["post"]["requestBody"]
    assert Validation(data=body).is_valid() is is_valid
    assert (check(described["content"]["application/json"]["schema"], body) == []) is is_valid
    assert described["required"] is True


@pytest.mark.parametrize(
    ("wanted", "is_valid"), [({}, False), ({"category": "music"}, False), ({"city": "bengaluru"}, True)]
)
def test_a_subscription_to_nothing_is_described_as_the_site_refuses_it(check, client, db, wanted, is_valid):
    described = schema()["paths"]["/api/v1/subscriptions"]["post"]["requestBody"]
    make_city(slug="bengaluru")
    body = {"email": "asha@example.org", **wanted}
    answer = client.post("/api/v1/subscriptions", body, "application/json")
    assert (answer.status_code == 202) is is_valid
    assert (check(described["content"]["application/json"]["schema"], body) == []) is is_valid


def _body(path, method, check_part):
    [(_, _, held)] = [each for each in bodies(schema()["paths"][path][method]) if each[0] == "request"]
    return [bool(check_part(held["schema"], value)) for value in _NOTICE_BODIES[path]]


_NOTICE_BODIES = {
    "/api/v1/me/notices": [{"read": True}, {"read": False}, {}],
    "/api/v1/me/notices/settings": [
        {"kinds": {"reminder": {"mail": False}}},
        {},
        {"kinds": {"nothing": {"mail": False}}},
        {"kinds": {"offer": {"mail": False}}},
    ],
}


@pytest.mark.parametrize("path", list(_NOTICE_BODIES))
def test_what_notices_refuse_their_schema_refuses_too(check, path):
    assert not _body(path, "patch", check)[0]
    assert all(_body(path, "patch", check)[1:])
