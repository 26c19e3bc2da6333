"""What every address below /api/ has in common."""

import json
import threading

import jsonschema
import pytest
from django.core.cache import cache
from django.test import Client
from drf_spectacular.renderers import OpenApiJsonRenderer
from redis.exceptions import ConnectionError as RedisDown

from accounts.limits import Policy, take
from config.api import docs
from tests.factories import record_event

TOO_LONG = "x" * (3 * 1024 * 1024)


@pytest.fixture(autouse=True)
def unused_limit(db):
    cache.clear()
    yield
    cache.clear()


def problem(response, status):
    assert response.status_code == status, response.content
    assert response["Content-Type"] == "application/problem+json"
    body = response.json()
    assert {"type", "title", "status", "detail", "instance", "request_id"} <= body.keys()
    assert (body["status"], body["request_id"]) == (status, response["X-Request-ID"])
    return body


def test_a_known_etag_is_answered_with_304(client):
    record_event()
    first = client.get("/api/v1/events")
    again = client.get("/api/v1/events", headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
    assert again["Cache-Control"] == first["Cache-Control"] == "public, max-age=60"
    assert "Cookie" not in first.get("Vary", "")


def test_a_change_has_another_etag(client):
    first = client.get("/api/v1/events")
    record_event()
    assert client.get("/api/v1/events", headers={"If-None-Match": first["ETag"]}).status_code == 200


@pytest.mark.parametrize("path", ["/api/v1/nowhere", "/api/v1/events/", "/api/nothing"])
def test_an_address_that_is_none_is_a_problem(client, path):
    problem(client.get(path), 404)


def test_an_address_that_is_none_is_a_problem_for_post_too():
    problem(Client(enforce_csrf_checks=True).post("/api/v1/nowhere"), 404)


def test_wrong_method_type_body_and_accept_are_problems(client):
    problem(client.delete("/api/v1/events"), 405)
    problem(client.post("/api/v1/search", "q=x", content_type="text/plain"), 415)
    problem(client.post("/api/v1/search", "{", content_type="application/json"), 400)
    problem(client.get("/api/v1/events", headers={"Accept": "text/html"}), 406)
    problem(client.post("/api/v1/search", json.dumps({"q": TOO_LONG}), content_type="application/json"), 413)


def test_a_failure_is_a_problem_in_every_mode(client, monkeypatch, settings):
    def broken(**_):
        raise RuntimeError("secret")

    client.raise_request_exception = False
    monkeypatch.setattr("events.api.lists.city_counts", broken)
    for debug in (True, False):
        settings.DEBUG = debug
        assert "secret" not in problem(client.get("/api/v1/cities"), 500)["detail"]


def preflight(client, path, method, headers="content-type"):
    asked = {
        "Origin": "https://example.org",
        "Access-Control-Request-Method": method,
        "Access-Control-Request-Headers": headers,
    }
    answer = client.options(path, headers=asked)
    assert answer.status_code == 204
    assert "Access-Control-Allow-Credentials" not in answer
    return answer


def test_every_site_may_read_what_is_public(client):
    assert client.get("/api/v1/events")["Access-Control-Allow-Origin"] == "*"
    assert client.get("/api/v1/events/x")["Access-Control-Allow-Origin"] == "*"
    allowed = preflight(client, "/api/v1/events", "GET", "if-none-match")
    assert allowed["Access-Control-Allow-Origin"] == "*"
    assert "If-None-Match" in allowed["Access-Control-Allow-Headers"]
    assert preflight(client, "/api/v1/search", "POST")["Access-Control-Allow-Origin"] == "*"


def test_other_sites_write_by_token_alone(client):
    for path, method in (("/api/v1/submissions", "POST"), ("/api/v1/me", "PATCH"), ("/api/v1/me", "GET")):
        assert "Access-Control-Allow-Origin" not in preflight(client, path, method)
        allowed = preflight(client, path, method, "Authorization, Content-Type, If-Match")
        assert allowed["Access-Control-Allow-Origin"] == "*"
        assert method in allowed["Access-Control-Allow-Methods"]
        assert {"Authorization", "Idempotency-Key"} <= set(
            allowed["Access-Control-Allow-Headers"].split(", ")
        )
    without = client.post("/api/v1/submissions", "{}", content_type="application/json")
    assert "Access-Control-Allow-Origin" not in without
    refused = client.get("/api/v1/me", headers={"Authorization": "Bearer none"})
    assert (refused.status_code, refused["Access-Control-Allow-Origin"]) == (401, "*")
    assert "Retry-After" in refused["Access-Control-Expose-Headers"]


def test_no_other_site_calls_the_desk(client):
    assert "Access-Control-Allow-Origin" not in client.get("/api/v1/admin/sources")
    for path, method in (("/api/v1/admin/sources", "GET"), ("/api/v1/webhooks/one", "POST")):
        assert "Access-Control-Allow-Origin" not in preflight(client, path, method, "authorization")


def test_the_limit_is_told_and_held(client, settings):
    settings.API_RATE_LIMIT = 2
    first = client.get("/api/v1/categories")
    assert first["RateLimit-Policy"] == '"default";q=2;w=60'
    assert first["RateLimit"].startswith('"default";r=1;t=')
    client.get("/api/v1/categories")
    refused = client.get("/api/v1/categories")
    assert "2 requests in 60 seconds" in problem(refused, 429)["detail"]
    assert 1 <= int(refused["Retry-After"]) <= 60
    assert client.get("/api/v1/categories", REMOTE_ADDR="192.0.2.7").status_code == 200


def test_no_limit_where_it_is_zero(client, settings):
    settings.API_RATE_LIMIT = 0
    assert "RateLimit" not in client.get("/api/v1/categories")


def test_behind_a_proxy_each_visitor_is_counted_alone(rf, settings):
    settings.TRUSTED_PROXIES = ["127.0.0.1"]
    policy = Policy(name="test", limit=1, window=60)
    asked = [rf.get("/", headers={"X-Forwarded-For": f"made up, 192.0.2.{number}"}) for number in (1, 2, 1)]
    assert [take(policy, request, now=0).allowed for request in asked] == [True, True, False]


def test_one_network_of_ipv6_is_one_visitor(client):
    """45 posts from 45 addresses of one /64, and one from the next."""
    answers = [
        client.post(
            "/api/v1/submissions",
            "{}",
            content_type="application/json",
            REMOTE_ADDR=f"2001:db8:1:2::{number:x}",
        ).status_code
        for number in range(45)
    ]
    assert [status == 429 for status in answers] == [False] * 20 + [True] * 25
    assert (
        client.post(
            "/api/v1/submissions", "{}", content_type="application/json", REMOTE_ADDR="2001:db8:1:3::1"
        ).status_code
        != 429
    )


def test_a_new_window_counts_anew(rf):
    policy = Policy(name="test", limit=1, window=60)
    assert [take(policy, rf.get("/"), now=second).allowed for second in (0, 59, 60)] == [True, False, True]


def test_without_valkey_nobody_is_refused(rf, monkeypatch):
    def down(*_, **__):
        raise RedisDown

    monkeypatch.setattr(cache, "incr", down)
    assert take(Policy(name="test", limit=1, window=60), rf.get("/")).allowed


def test_pages_are_left_alone(client):
    assert "RateLimit" not in client.get("/about/")


def test_the_schema_is_valid_openapi_and_described_throughout(client):
    schema = client.get("/api/v1/schema/").json()
    assert schema["openapi"].startswith("3.1")
    ours = {
        path: item
        for path, item in schema["paths"].items()
        if not path.startswith(("/api/v1/changes", "/api/v1/subscriptions"))
    }
    parameters = [
        (path, row)
        for path, item in ours.items()
        for verb in item.values()
        for row in verb.get("parameters", [])
    ]
    assert len(parameters) > 80
    assert [
        f"{path} {row['name']}"
        for path, row in parameters
        if not row.get("description") or not row.get("examples")
    ] == []
    jsonschema.Draft202012Validator.check_schema(schema["components"]["schemas"]["PublicEvent"])


def test_the_documentation_begins_with_what_most_come_for(client):
    schema = client.get("/api/v1/schema/?format=json").json()
    used = {
        tag for path in schema["paths"].values() for operation in path.values() for tag in operation["tags"]
    }
    named = [tag["name"] for tag in schema["tags"]]
    assert set(named) == used
    assert (named[0], named[-1]) == ("events", "staff")


def test_the_schema_has_no_warning(capsys):
    from django.core.management import call_command

    call_command("spectacular", "--validate", "--fail-on-warn", "--file", "/dev/null")
    assert "Warning" not in capsys.readouterr().err


@pytest.mark.browser
def test_the_documentation_reads_in_a_browser_without_anyone_else(page, live_server):
    asked, refused = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: refused.append(message.text) if message.type == "error" else None)
    page.goto(f"{live_server.url}/api/v1/docs/")
    page.get_by_text("/api/v1/events", exact=True).first.wait_for(timeout=60_000)
    assert [url for url in asked if not url.startswith((live_server.url, "data:", "blob:"))] == []
    assert refused == []


def test_the_schema_is_described_by_one_thread_at_a_time(monkeypatch):
    inside, most, sleeper = [], [], threading.Event()

    def describe(*_, **__):
        inside.append(1)
        most.append(len(inside))
        sleeper.wait(0.2)
        inside.pop()
        return {}

    monkeypatch.setattr(docs.Schema.generator_class, "get_schema", describe)
    docs._kept.cache_clear()
    threads = [
        threading.Thread(target=docs._written, args=(OpenApiJsonRenderer, language))
        for language in ("en", "hi", "en")
    ]
    try:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        docs._kept.cache_clear()
    assert most == [1, 1]
