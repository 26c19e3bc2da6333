"""Every address answers text that no database or view can use with 400 and a reason, never with 500."""

import json
import os
from itertools import cycle, islice
from urllib.parse import quote

import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import Client

from accounts.models import User
from config.wellformed import LONGEST_VALUE
from tests.config.addresses import Address, addresses
from tests.realtime.clients import Connection, scope_of

pytestmark = pytest.mark.django_db
ALL = addresses()
#: Names that pages, lists, forms and the desk read; the API's own are in its schema.
NAMES = (
    "q", "page", "city", "when", "category", "price", "area", "tag", "reference", "thanks", "o", "p", "e", "all", "next", "app_label", "model_name",
    "field_name", "term", "_changelist_filters", "_popup", "_to_field", "id__exact", "state__exact", "publication__exact",
)  # fmt: skip
#: What passes the gate and reaches the views: numbers that are none, too large, of another script; quotes;
#: one character short of the bound.
ODD = ("9" * LONGEST_VALUE, "-1", "1e999", "٣", "'\"><%\\", "é" * LONGEST_VALUE, "[]\u202e\u200b")
#: How many of these each page gets: all of them where HOSTILE_FULL is set (`make hostile`).
ROUNDS = len(ODD) if os.environ.get("HOSTILE_FULL") else 3
DEEP = "[" * 100_000 + "]" * 100_000
BODIES = {
    "deep": DEEP,
    "deep object": '{"a":' * 100_000 + "1" + "}" * 100_000,
    "NUL": json.dumps({"title": "a\x00b"}),
    "NUL within": json.dumps({"venue": {"name": ["a\x00b"]}}),
    "NUL in a name": json.dumps({"a\x00b": 1}),
    "surrogate": '{"title": "\\ud800"}',
    "long number": '{"lat": ' + "9" * 100_000 + "}",
    "no JSON": "{",
    "NaN": '{"lat": NaN}',
    "not UTF-8": b'{"title": "\xff"}',
}
#: Refused for who asks or how, before what is asked matters.
REFUSED = {400, 401, 403, 404, 405, 413, 415}
#: Needs no id and reads no body: whatever is sent with it, consent is taken back.
WITHDRAWN = ("delete", "/api/v1/me/insights")


@pytest.fixture(autouse=True)
def _uncounted(settings) -> None:
    """Switch off limits, since the tests send many requests from one address."""
    settings.API_RATE_LIMIT = 0
    cache.clear()


@pytest.fixture
def desk() -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(User.objects.create_superuser("root@example.org", "x"))
    return client


@pytest.fixture(params=["anonymous", "superuser"])
def asking(request) -> Client:
    return (
        request.getfixturevalue("desk")
        if request.param == "superuser"
        else Client(raise_request_exception=False)
    )


@pytest.mark.parametrize("value", ["a%00b", "%00", "x" * 8192], ids=["NUL", "only NUL", "8 kB"])
def test_a_hostile_parameter_is_refused_by_every_address(desk, value):
    answers = {str(each): desk.get(f"{each}?q={value}").status_code for each in ALL}
    assert {path: status for path, status in answers.items() if status != 400} == {}


@pytest.mark.parametrize("name", ["a%00", "n" * 8192], ids=["NUL", "8 kB"])
def test_a_hostile_name_of_a_parameter_is_refused(desk, name):
    assert {desk.get(f"{each}?{name}=1").status_code for each in ALL} == {400}


def test_half_characters_in_a_parameter_break_nothing(desk):
    answers = {str(each): desk.get(f"{each}?q=%ED%A0%80&city=%ff").status_code for each in ALL}
    assert failed(answers) == {}


@pytest.mark.parametrize(
    "text",
    ["a%00b", "%ED%A0%80", "x" * 8000, "%2e%2e%2f" * 100, "9" * 400],
    ids=["NUL", "surrogate", "8 kB", "dots", "digits"],
)
def test_a_hostile_part_of_a_path_breaks_nothing(asking, text):
    answers = {path: asking.get(path.format(text)).status_code for each in ALL for path in each.free}
    assert failed(answers) == {}


@pytest.mark.parametrize("half", [0, 1])
def test_odd_values_of_every_parameter_break_nothing(desk, half):
    """Each address gets `ROUNDS` of the values, the next one the following: together all of them, many times."""
    pages = [each for each in ALL if not each.path.startswith("/api/")][half::2]
    answers = {
        f"{each}?{odd[:9]}": desk.get(
            f"{each}?{'&'.join(f'{name}={quote(odd)}' for name in NAMES)}"
        ).status_code
        for number, each in enumerate(pages)
        for odd in islice(cycle(ODD), number, number + ROUNDS)
    }
    assert failed(answers) == {}


def test_odd_values_of_the_parameters_of_the_api_break_nothing(desk):
    asked = [
        (path, name)
        for path, methods in schema(desk)["paths"].items()
        for name in queried(methods.get("get", {}))
    ]
    answers = {
        f"{path}?{name}={odd[:9]}": desk.get(f"{sample(path)}?{name}={quote(odd)}").status_code
        for path, name in asked
        for odd in ODD
    }
    assert len(asked) > 100
    assert failed(answers) == {}


@pytest.mark.parametrize("kind", BODIES)
@pytest.mark.parametrize("method", ["post", "patch", "delete"])
def test_a_hostile_body_is_refused(desk, method, kind):
    api = [each for each in ALL if each.path.startswith("/api/")]
    answers = {
        each.path: send(desk, method, each, BODIES[kind]) for each in api if (method, each.path) != WITHDRAWN
    }
    assert {path: status for path, status in answers.items() if status not in REFUSED} == {}


@pytest.mark.parametrize("kind", BODIES)
def test_a_hostile_body_keeps_nobody_from_taking_back_consent(desk, kind):
    assert desk.delete(WITHDRAWN[1], BODIES[kind], content_type="application/json").status_code == 204


def test_a_body_of_long_fields_is_refused(desk):
    described = schema(desk)
    posts = {path: methods["post"] for path, methods in described["paths"].items() if "post" in methods}
    long = {
        path: json.dumps(dict.fromkeys(fields(described, post), "x" * 8192)) for path, post in posts.items()
    }
    answers = {
        path: desk.post(sample(path), body, content_type="application/json").status_code
        for path, body in long.items()
    }
    assert {path: status for path, status in answers.items() if status not in REFUSED} == {}


@pytest.mark.parametrize("value", ["a\x00b", "x" * 8192], ids=["NUL", "8 kB"])
def test_a_hostile_form_breaks_no_page(desk, value):
    names = (
        *NAMES,
        "email",
        "title",
        "start",
        "venue",
        "description",
        "url",
        "state",
        "action",
        "select_across",
        "verdict",
        "note",
        "username",
        "password",
    )
    pages = [each for each in ALL if not each.path.startswith("/api/")]
    answers = {each.path: desk.post(each.path, dict.fromkeys(names, value)).status_code for each in pages}
    assert failed(answers) == {}
    assert "\x00" not in value or set(answers.values()) == {400}


@pytest.mark.parametrize("path", ["/", "/admin/", "/api/v1/events"])
def test_a_cookie_with_nul_is_refused(path):
    answer = Client(raise_request_exception=False).get(
        path, headers={"Cookie": f'{settings.SESSION_COOKIE_NAME}="\\000abcdefgh"'}
    )
    assert answer.status_code == 400
    assert b"contains a NUL character" in answer.content


@pytest.mark.parametrize("charset", ["zlib_codec", "base64", "utf-16", "undefined"])
async def test_the_codec_that_a_caller_names_is_not_used(charset):
    scope = scope_of(
        "http",
        "/healthz",
        query="q=a",
        headers=((b"content-type", f"text/plain; charset={charset}".encode()),),
    )
    connection = Connection(scope)
    connection.incoming.put_nowait({"type": "http.request", "body": b"", "more_body": False})
    assert (await connection.next())["status"] == 200


def test_the_refusal_names_the_parameter(client):
    assert client.get("/api/v1/events?q=a%00b").json()["detail"] == "q: It contains a NUL character."
    assert b"q: At most 2000 characters, this has 8192." in client.get("/search?q=" + "x" * 8192).content


def test_the_refusal_names_the_place_in_a_body(client):
    answer = client.post("/api/v1/submissions", BODIES["NUL within"], content_type="application/json")
    assert answer.json()["detail"] == "venue.name.0: contains a NUL character."


def send(client: Client, method: str, each: Address, body: str | bytes) -> int:
    return getattr(client, method)(each.path, body, content_type="application/json").status_code


def failed(answers: dict[str, int]) -> dict[str, int]:
    return {path: status for path, status in answers.items() if status >= 500}


def schema(client: Client) -> dict:
    return client.get("/api/v1/schema/", headers={"Accept": "application/json"}).json()


def queried(method: dict) -> list[str]:
    return [each["name"] for each in method.get("parameters", []) if each["in"] == "query"]


def sample(path: str) -> str:
    parts = path.split("/")
    return "/".join(
        "00000000-0000-0000-0000-000000000007" if part.startswith("{") else part for part in parts
    )


def fields(described: dict, method: dict) -> list[str]:
    """Names of the body's fields, through its reference."""
    body = method.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
    name = body.get("$ref", "").rpartition("/")[2]
    return list(described["components"]["schemas"].get(name, {}).get("properties", {})) or ["title"]
