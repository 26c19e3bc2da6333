"""Secrets of every kind are planted, used and searched for.

In logs, rows, payloads, API responses, pages of the admin, exports and errors.
"""

import base64
import io
import json
import logging
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import structlog
from django.apps import apps
from django.contrib.admin.models import LogEntry
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.utils.timezone import now as clock
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from accounts.rights import PIPELINE
from accounts.secrets import MASK, SHORTEST, redact, redact_bytes, remember
from accounts.webhook_signature import sign
from config import logs
from pipeline.contract.enums import CredentialKind
from sources.credentials.store import check, replace
from sources.enums import RunState
from sources.ingest import payloads
from sources.models import Credential, FetchRun, Payload, Source
from sources.monitoring.channels import AlertNews, Slack
from sources.runs.claim import open_run
from sources.runs.fetch import fetch_payloads
from sources.runs.process import process_run
from tests.factories import make_credential, make_staff
from tests.sources import platforms
from tests.sources.feeds import calendar, many
from tests.sources.platforms import NAME, VARIABLE, club_source, reachable

pytestmark = pytest.mark.django_db
WEBHOOK = "whsec_" + base64.b64encode(b"the webhook's own secret").decode()
SECRETS = {
    "key": "planted/api+key=0123456789",
    "replaced": "planted former key 0123",
    "password": "planted basic password",
    "form password": "planted form password",
    "client_secret": "planted client secret",
    "access_token": "planted access token",
    "refresh_token": "planted refresh token",
    "new_token": "planted renewed token",
    "environment": "planted environment key",
    "webhook": WEBHOOK,
    "slack": "planted-slack-address-0123",
}


@pytest.fixture
def reported() -> Iterator[io.StringIO]:
    """All log output in production's form."""
    written = io.StringIO()
    configured = logs.configure(level="DEBUG", fmt="json", cache=False)["formatters"]["nocturne"]
    handler = logging.StreamHandler(written)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            processors=configured["processors"], foreign_pre_chain=configured["foreign_pre_chain"]
        )
    )
    root = logging.getLogger()
    root.addHandler(handler)
    yield written
    root.removeHandler(handler)


@pytest.fixture
def staff(client: Client) -> Client:
    client.force_login(make_staff())
    return client


def club(request: Request) -> Response:
    """A platform that repeats its input in answers and errors, as some do."""
    if request.path == "/token":
        return Response(
            json.dumps({"access_token": SECRETS["new_token"], "expires_in": 3600}),
            content_type="application/json",
        )
    told_back = f"X-ECHO:{request.args.get('pass_key', '')}".encode()
    if request.path == "/broken/events":
        return Response(f"no such key {request.args.get('pass_key', '')}", status=403)
    return Response(
        calendar(many(2)).replace(b"END:VCALENDAR", told_back + b"\r\nEND:VCALENDAR"),
        content_type="text/calendar",
        headers={"ETag": '"v1"'},
    )


def run_of(source: Source) -> FetchRun:
    run = open_run(source, requested_by="test", now=clock())
    if fetch_payloads(run):
        process_run(run)
    return run


def oauth(url: str) -> Credential:
    values = {name: SECRETS[name] for name in ("client_secret", "access_token", "refresh_token")}
    row = make_credential(
        name="oauth",
        connector=NAME,
        kind=CredentialKind.OAUTH2,
        token_url=f"{url}/token",
        client_id="us",
        **values,
    )
    Credential.objects.filter(pk=row.pk).update(expires_at=clock() + timedelta(minutes=1))
    return Credential.objects.get(pk=row.pk)


def use_all(url: str, staff: Client, settings: Any) -> None:
    """Use every kind of secret, successfully and not."""
    settings.PLATFORM_KEYS = {VARIABLE: SECRETS["environment"]}
    settings.SLACK_WEBHOOK_URL = f"{url}/services/{SECRETS['slack']}"
    key = make_credential(name="key", connector=NAME, key=SECRETS["replaced"])
    with_key = club_source(url, "with-key", credential=key, is_active=True)
    replace(key, {"key": SECRETS["key"]}, by=PIPELINE)
    with_key.refresh_from_db()
    make_credential(
        name="basic", connector=NAME, kind=CredentialKind.BASIC, username="us", password=SECRETS["password"]
    )
    make_credential(
        name="form",
        connector=NAME,
        kind=CredentialKind.FORM,
        username="us",
        password=SECRETS["form password"],
    )
    sources = [
        Source.objects.select_related("city").get(pk=with_key.pk),
        club_source(url, "with-token", credential=oauth(url)),
        club_source(url, "with-environment"),
        club_source(f"{url}/broken", "broken", credential=Credential.objects.get(name="key")),
    ]
    states = [run_of(source).state for source in sources]
    assert states == [RunState.SUCCESS, RunState.SUCCESS, RunState.SUCCESS, RunState.REFUSED]
    for row in Credential.objects.all():
        check(row, by=PIPELINE)
    Slack(settings.SLACK_WEBHOOK_URL).send([AlertNews(title="x", detail="", began=clock())], more=0)
    hook = club_source(
        "x",
        "hook",
        connector="webhook",
        type="webhook",
        config={},
        credential=make_credential(name="hook", secret=WEBHOOK),
    )
    push(staff, hook)
    staff.post(
        "/admin/sources/credential/",
        {"action": "ask_platform", "_selected_action": [str(key.pk)]},
        follow=True,
    )


def push(client: Client, source: Source) -> None:
    body = json.dumps({"title": "Raga at Dusk", "note": WEBHOOK}).encode()
    stamp = int(clock().timestamp())
    headers = {
        "webhook-id": "msg_1",
        "webhook-timestamp": str(stamp),
        "webhook-signature": sign(WEBHOOK, "msg_1", stamp, body),
    }
    assert (
        client.post(
            f"/api/v1/webhooks/{source.slug}", body, content_type="application/json", headers=headers
        ).status_code
        == 202
    )
    headers["webhook-signature"] = "v1,AAAA"
    assert (
        client.post(
            f"/api/v1/webhooks/{source.slug}", body, content_type="application/json", headers=headers
        ).status_code
        == 401
    )


def pages(client: Client) -> dict[str, str]:
    """What staff can see: every admin page on sources, and every response of the staff's API."""
    run, payload = (
        FetchRun.objects.filter(source__slug="with-key").latest("started_at"),
        Payload.objects.latest("fetched_at"),
    )
    addresses = [
        *(f"/admin/sources/credential/{row.pk}/{part}/" for row in Credential.objects.all() for part in ("change", "history")),
        *(f"/admin/sources/source/{row.pk}/{part}/" for row in Source.objects.all() for part in ("change", "history")),
        "/admin/sources/credential/", "/admin/sources/source/", "/admin/sources/fetchrun/", "/admin/sources/stagedevent/",
        f"/admin/sources/fetchrun/{run.pk}/change/", f"/admin/sources/fetchrun/payload/{payload.month.isoformat()}/{payload.pk}/",
        "/api/v1/admin/sources", "/api/v1/admin/runs", f"/api/v1/admin/runs/{run.pk}", "/api/v1/admin/alerts",
    ]  # fmt: skip
    found = {}
    for address in addresses:
        answer = client.get(address, follow=True)
        assert answer.status_code in (200, 404), (address, answer.status_code)
        found[address] = answer.content.decode(errors="replace")
    assert client.get("/admin/sources/credential/").status_code == 200
    return found


def rows() -> dict[str, str]:
    """Every table of the database as text, with payloads decompressed."""
    found = {}
    with connection.cursor() as cursor:
        for model in apps.get_models():
            cursor.execute(f'SELECT * FROM "{model._meta.db_table}"')
            found[model._meta.label] = repr(
                [
                    [bytes(value) if isinstance(value, memoryview) else value for value in row]
                    for row in cursor.fetchall()
                ]
            )
    found["payloads, opened"] = repr([payloads.read_back(row) for row in Payload.objects.all()])
    return found


def test_no_secret_is_anywhere_but_in_its_encrypted_field(
    httpserver: HTTPServer,
    settings: Any,
    monkeypatch: pytest.MonkeyPatch,
    staff: Client,
    reported: io.StringIO,
) -> None:
    platforms.install(monkeypatch)
    url = reachable(httpserver, settings)
    for path in ("/me", "/events", "/broken/events", "/broken/me", "/token", f"/services/{SECRETS['slack']}"):
        httpserver.expect_request(path).respond_with_handler(club)
    use_all(url, staff, settings)
    dumped = io.StringIO()
    call_command("dumpdata", stdout=dumped)
    assert Payload.objects.count() >= 3
    seen = {**pages(staff), **rows(), "logs": reported.getvalue(), "export": dumped.getvalue()}
    seen["log entries"] = repr(list(LogEntry.objects.values_list("change_message", "object_repr")))
    assert "egress.fetched" in seen["logs"]
    assert "run_failed" in seen["logs"]
    for name, secret in SECRETS.items():
        shown = {
            secret,
            secret.replace("/", "%2F").replace("+", "%2B").replace("=", "%3D").replace(" ", "%20"),
            secret.replace(" ", "+"),
        }
        places = [place for place, text in seen.items() if any(form in text for form in shown)]
        assert not places, f"the secret {name} shows in {places}"


def test_what_was_opened_is_masked_in_every_form() -> None:
    remember(["a planted/key+0123"])
    for form in ("a planted/key+0123", "a%20planted%2Fkey%2B0123", "a+planted%2Fkey%2B0123"):
        assert redact(f"x={form}&y") == f"x={MASK}&y"
    assert redact_bytes(b"<a planted/key+0123>") == b"<******************>"
    assert logs.mask_text("no such key: a planted/key+0123") == f"no such key: {MASK}"


def test_short_words_are_not_secrets() -> None:
    remember(["x" * (SHORTEST - 1)])
    assert redact("x" * (SHORTEST - 1)) == "x" * (SHORTEST - 1)


def test_an_export_comes_back_as_it_was(tmp_path: Path) -> None:
    row = make_credential(name="key", key=SECRETS["key"])
    exported = tmp_path / "export.json"
    call_command("dumpdata", "sources.credential", output=str(exported))
    assert SECRETS["key"] not in exported.read_text()
    row.delete()
    call_command("loaddata", str(exported), verbosity=0)
    assert Credential.objects.get(name="key").secret == json.dumps({"key": SECRETS["key"]})
