"""Every operation of the schema, asked wrongly in the same ways: each answer is problem details of one form (RFC 9457)."""

import json
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from drf_spectacular.generators import SchemaGenerator
from rest_framework.views import APIView

from accounts.tokens.families import start_family
from config.api.completing import operations
from tests.factories import make_staff

pytestmark = pytest.mark.django_db
#: Served beside Django (tests/realtime/consumers).
_BESIDE = "/api/v1/live"
#: Who is in no team learns nothing of these, not even that a method is none (tests/organizers).
_OF_TEAMS = "/api/v1/events/{event_id}/pictures"
_MEMBERS = {"type": str, "title": str, "status": int, "detail": str, "instance": str, "request_id": str}
_NOBODY = "0198f1d2-6c3e-7b11-8f00-4b1f0a2c3d4e"


@lru_cache(maxsize=1)
def _operations() -> list[tuple[str, str, Any]]:
    schema = json.loads(json.dumps(SchemaGenerator().get_schema(request=None, public=True), default=str))
    return [row for row in operations(schema) if row[0] != _BESIDE and not row[0].startswith(_OF_TEAMS)]


@pytest.fixture
def api(settings: Any) -> Iterator[Client]:
    settings.API_RATE_LIMIT = 0
    cache.clear()
    token = start_family(make_staff(), methods=("pwd", "otp")).access
    yield Client(headers={"Authorization": f"Bearer {token}"}, raise_request_exception=False)
    cache.clear()


def _ask(client: Client, path: str, verb: str, **more: Any) -> Any:
    address = path
    for part in path.split("/"):
        if part.startswith("{"):
            address = address.replace(part, _NOBODY)
    return client.generic(verb.upper(), address, **{"content_type": "application/json", **more})


def _wrong(response: Any, *statuses: int) -> str:
    """What is wrong with a problem; '' for a right one."""
    if response.status_code not in statuses:
        return f"{response.status_code} {response.content[:100]!r}"
    if response["Content-Type"] != "application/problem+json":
        return response["Content-Type"]
    body = response.json()
    mistyped = [name for name, kind in _MEMBERS.items() if not isinstance(body.get(name), kind)]
    if mistyped or body["status"] != response.status_code or not body["title"] or not body["detail"]:
        return f"{mistyped} {body}"
    return "" if body["request_id"] == response["X-Request-ID"] else "another request_id"


def _sweep(ask: Any, *statuses: int, among: Any = lambda path, verb, operation: True) -> dict[str, str]:
    chosen = [row for row in _operations() if among(*row)]
    assert len(chosen) > 20
    found = {f"{verb} {path}": _wrong(ask(path, verb), *statuses) for path, verb, _ in chosen}
    return {name: wrong for name, wrong in found.items() if wrong}


def _has_body(_path: str, _verb: str, operation: Any) -> bool:
    return "application/json" in operation.get("requestBody", {}).get("content", {})


def test_a_method_that_there_is_not(api: Client) -> None:
    verbs: dict[str, set[str]] = {}
    for path, verb, _ in _operations():
        verbs.setdefault(path, set()).add(verb.upper())
    wrong = {}
    for path, known in verbs.items():
        response = _ask(api, path, next(each for each in ("put", "patch") if each.upper() not in known))
        allowed = {word.strip() for word in response.get("Allow", "").split(",")}
        if (said := _wrong(response, 405)) or allowed - {"HEAD", "OPTIONS"} != known:
            wrong[path] = said or f"{allowed} for {known}"
    assert wrong == {}


def test_a_format_that_is_not_answered(api: Client) -> None:
    assert _sweep(lambda path, verb: _ask(api, path, verb, headers={"Accept": "image/png"}), 406) == {}


def test_a_body_of_another_type(api: Client) -> None:
    def ask(path: str, verb: str) -> Any:
        return _ask(api, path, verb, data="a=b", content_type="text/plain")

    # what a body is about is looked for first, where the address names it
    assert _sweep(ask, 415, among=lambda *row: _has_body(*row) and "{" not in row[0]) == {}
    wrong = {}
    for path, verb, operation in _operations():
        if _has_body(path, verb, operation) and "{" in path and (said := _wrong(ask(path, verb), 404, 415)):
            wrong[path] = said
    assert wrong == {}


def test_a_body_that_is_no_object(api: Client) -> None:
    def ask(path: str, verb: str) -> Any:
        return _ask(api, path, verb, data="[1]")

    assert _sweep(ask, 400, among=lambda *row: _has_body(*row) and "{" not in row[0]) == {}


def test_a_thing_that_there_is_not(api: Client) -> None:
    def among(path: str, verb: str, operation: Any) -> bool:
        # saved events and follows are removed once more without harm
        harmless = path.startswith(("/api/v1/me/favourites/", "/api/v1/me/follows/"))
        return "{" in path and not _has_body(path, verb, operation) and not harmless

    found = _sweep(lambda path, verb: _ask(api, path, verb), 404, among=among)
    # 403: who is in no team learns of no event
    assert sorted(found) == ["delete /api/v1/events/{event_id}", "get /api/v1/events/{event_id}/figures"]


def test_more_requests_than_are_answered(api: Client, settings: Any) -> None:
    settings.API_RATE_LIMIT = 1
    own_limits = ("/status", "/reports", "/submissions", "/scan", "/webhooks/{source}")
    _ask(api, "/api/v1/categories", "get")
    answers = {
        path: _ask(api, path, verb)
        for path, verb, _ in _operations()
        if verb == "get" or not path.endswith(own_limits)
    }
    assert {path: said for path, answer in answers.items() if (said := _wrong(answer, 429))} == {}
    assert all(int(answer["Retry-After"]) > 0 for answer in answers.values())


def test_a_failure_of_ours(api: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any, **__: Any) -> None:
        raise RuntimeError("secret")

    monkeypatch.setattr(APIView, "initial", broken)
    monkeypatch.setattr("config.api.answers.log.exception", lambda *_, **__: None)
    assert _sweep(lambda path, verb: _ask(api, path, verb), 500) == {}


def test_without_an_account(settings: Any) -> None:
    settings.API_RATE_LIMIT = 0
    cache.clear()

    def among(_path: str, _verb: str, operation: Any) -> bool:
        return bool(operation.get("security")) and {} not in operation["security"]

    assert _sweep(lambda path, verb: _ask(Client(), path, verb), 401, among=among) == {}
