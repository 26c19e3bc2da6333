"""`/api/v1/me/webhooks`: one's own, ten at most, secrets told once."""

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils.timezone import now
from pytest_httpserver import HTTPServer

from accounts.models import User
from accounts.tokens.families import start_family
from audit.models import Entry
from flags.models import FlagSwitch
from flags.services import forget
from tests.factories import make_person
from tests.webhooks.conftest import Adds, publish
from webhooks import services
from webhooks.models import Delivery, Endpoint, Message
from webhooks.services import endpoints as doors
from webhooks.services.claiming import claim_next
from webhooks.services.sending import serve

pytestmark = pytest.mark.django_db
ALL = "/api/v1/me/webhooks"
PUBLIC = "https://hooks.example.org/in"
Api = Callable[..., Any]


@pytest.fixture
def api(person: User) -> Api:
    """Requests of the person, by token."""
    return _api_of(person)


def _api_of(person: User) -> Api:
    token = start_family(person, client="tests", methods=[]).access
    client = Client(headers={"Authorization": f"Bearer {token}"})

    def ask(method: str, path: str = "", body: Any = None, **headers: str) -> Any:
        return client.generic(
            method, f"{ALL}{path}", data=b"" if body is None else _json(body), content_type="application/json", headers=headers
        )  # fmt: skip

    return ask


def _json(body: Any) -> bytes:
    import orjson

    return orjson.dumps(body)


def errors(answer: Any) -> dict[str, str]:
    assert answer["Content-Type"] == "application/problem+json"
    return {row["field"]: row["detail"] for row in answer.json().get("errors", [])}


def test_a_webhook_is_made_and_its_secret_told_once(api: Api, person: User) -> None:
    wish = {"address": PUBLIC, "description": "my app", "types": ["event.cancelled", "event.published"],
            "filter": {"city": "bengaluru", "price_max": 500}}  # fmt: skip
    made = api("POST", body=wish)
    assert made.status_code == 201, made.content
    told = made.json()
    secret = told.pop("secret")
    assert secret.startswith("whsec_")
    assert told["types"] == ["event.published", "event.cancelled"]
    assert told["filter"] == {"city": "bengaluru", "price_max": "500"}
    assert (told["enabled"], told["waiting"], told["dropped"]) == (True, 0, 0)
    assert made["Cache-Control"] == "no-store"
    for answer in (api("GET").json()["results"][0], api("GET", f"/{told['id']}").json()):
        assert answer == told
    raw = Endpoint.objects.extra(select={"raw": "secret"}).values_list("raw", flat=True).get()
    assert secret not in raw
    entry = Entry.objects.get(action="webhook.added")
    assert PUBLIC not in str(entry.after)


def test_by_default_all_types_and_all_events(api: Api) -> None:
    told = api("POST", body={"address": PUBLIC}).json()
    assert told["types"] == [
        "event.published",
        "event.changed",
        "event.cancelled",
        "event.removed",
        "event.merged",
    ]
    assert told["filter"] == {}


@pytest.mark.parametrize(
    ("wish", "field", "words"),
    [
        ({}, "address", "required"),
        ({"address": "http://10.0.0.1/"}, "address", "not a public address"),
        ({"address": "https://user:secret@example.org/"}, "address", "user name"),
        ({"address": "https://example.org/" + "x" * 2_000}, "address", "1000"),
        ({"address": PUBLIC, "types": ["event.sung"]}, "types.0", "not a valid choice"),
        ({"address": PUBLIC, "types": []}, "types", "empty"),
        ({"address": PUBLIC, "filter": {"town": "bengaluru"}}, "filter.town", "use city"),
        ({"address": PUBLIC, "filter": {"venue": str(uuid.uuid4())}}, "filter.venue", "no such parameter"),
        ({"address": PUBLIC, "filter": {"city": "atlantis"}}, "filter.city", "no city atlantis"),
        ({"address": PUBLIC, "filter": {"price_max": "cheap"}}, "filter.price_max", "amount"),
        ({"address": PUBLIC, "filter": {"lat": 12.9}}, "filter.lng", "lat and lng"),
        ({"address": PUBLIC, "filter": {"city": {"a": 1}}}, "filter.city", "text"),
        ({"address": PUBLIC, "filter": ["city"]}, "filter", "dictionary"),
        ({"address": PUBLIC, "description": "x" * 300}, "description", "200"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_with_the_remedy(api: Api, wish: Any, field: str, words: str) -> None:
    answer = api("POST", body=wish)
    assert answer.status_code == 400
    assert words in errors(answer)[field], errors(answer)
    assert not Endpoint.objects.exists()


def test_ten_are_the_most(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(10):
        assert api("POST", body={"address": PUBLIC}).status_code == 201
    answer = api("POST", body={"address": PUBLIC})
    assert (answer.status_code, Endpoint.objects.count()) == (409, 10)
    assert "Delete one first" in answer.json()["detail"]
    assert doors.MOST_ENDPOINTS == 10


def test_a_key_makes_one_webhook_and_keeps_no_secret(api: Api) -> None:
    first = api("POST", body={"address": PUBLIC}, **{"Idempotency-Key": "k-1"})
    again = api("POST", body={"address": PUBLIC}, **{"Idempotency-Key": "k-1"})
    assert first.json()["id"] == again.json()["id"]
    assert (Endpoint.objects.count(), again.json()["secret"]) == (1, "")


def test_changes_with_the_etag_of_what_was_read(api: Api, endpoint: Endpoint) -> None:
    read = api("GET", f"/{endpoint.pk}")
    changed = api("PATCH", f"/{endpoint.pk}", {"description": "new"}, **{"If-Match": read["ETag"]})
    assert (changed.status_code, changed.json()["description"]) == (200, "new")
    assert changed["ETag"] != read["ETag"]
    late = api("PATCH", f"/{endpoint.pk}", {"description": "old"}, **{"If-Match": read["ETag"]})
    assert late.status_code == 412
    assert api("DELETE", f"/{endpoint.pk}", **{"If-Match": read["ETag"]}).status_code == 412
    assert api("PATCH", f"/{endpoint.pk}", {"filter": {}}).json()["filter"] == {}
    assert api("PATCH", f"/{endpoint.pk}", {"filter": {"colour": "red"}}).status_code == 400


def test_is_deleted_by_the_etag_of_what_was_read(api: Api, endpoint: Endpoint) -> None:
    read = api("GET", f"/{endpoint.pk}")
    assert api("DELETE", f"/{endpoint.pk}", **{"If-Match": '"x"'}).status_code == 412
    assert api("DELETE", f"/{endpoint.pk}", **{"If-Match": read["ETag"]}).status_code == 204
    assert not Endpoint.objects.exists()


def test_enabling_forgets_why_it_was_disabled(api: Api, endpoint: Endpoint) -> None:
    Endpoint.objects.update(
        enabled=False, disabled_because="failing", disabled_at=now(), failing_since=now(), notice="failing"
    )
    told = api("PATCH", f"/{endpoint.pk}", {"enabled": True}).json()
    assert (told["enabled"], told["disabled_because"], told["failing_since"]) == (True, None, None)
    assert services.tell_owners(now=now()) == 0
    told = api("PATCH", f"/{endpoint.pk}", {"enabled": False}).json()
    assert told["disabled_because"] == "owner"


def test_a_renewed_secret_overlaps_for_a_day(api: Api, endpoint: Endpoint) -> None:
    renewed = api("POST", f"/{endpoint.pk}/secret")
    assert renewed.status_code == 201
    assert renewed.json()["secret"] not in ("", endpoint.secret)
    assert renewed.json()["old_secret_until"] is not None
    with time_machine.travel(now() + timedelta(hours=25), tick=False):
        services.forget(now=now())
    endpoint.refresh_from_db()
    assert (endpoint.former_secret, endpoint.former_until) == ("", None)


def test_a_test_is_queued_and_its_outcome_in_the_log(
    api: Api, endpoint: Endpoint, httpserver: HTTPServer
) -> None:
    httpserver.expect_request("/hook").respond_with_data("thanks", status=202)
    queued = api("POST", f"/{endpoint.pk}/test")
    assert (queued.status_code, queued.json()["state"], queued.json()["type"]) == (
        202,
        "waiting",
        "webhook.test",
    )
    claimed = claim_next(now=now())
    assert claimed is not None
    serve(claimed)
    (row,) = api("GET", f"/{endpoint.pk}/deliveries").json()["results"]
    assert (row["id"], row["state"], row["status"], row["answer"]) == (
        queued.json()["id"],
        "delivered",
        202,
        "thanks",
    )
    assert [one["status"] for one in row["tries"]] == [202]


def test_once_more_sends_the_same_id_and_bytes(api: Api, endpoint: Endpoint, httpserver: HTTPServer) -> None:
    httpserver.expect_request("/hook").respond_with_data("")
    publish()
    services.follow(now=now())
    delivery = Delivery.objects.get()
    for _ in range(2):
        claimed = claim_next(now=now())
        assert claimed is not None
        serve(claimed)
        answer = api("POST", f"/{endpoint.pk}/deliveries/{delivery.pk}/redeliver")
        assert (answer.status_code, answer.json()["attempts"]) == (202, 0)
    (first, _), (second, _) = httpserver.log
    assert first.headers["webhook-id"] == second.headers["webhook-id"] == delivery.webhook_id
    assert first.data == second.data


def test_a_disabled_webhook_refuses_tests_and_redelivery(api: Api, endpoint: Endpoint) -> None:
    delivery = services.send_test(endpoint.user, endpoint.pk)
    api("PATCH", f"/{endpoint.pk}", {"enabled": False})
    for path in ("/test", f"/deliveries/{delivery.pk}/redeliver"):
        answer = api("POST", f"/{endpoint.pk}{path}")
        assert (answer.status_code, answer.json()["detail"]) == (
            409,
            "The webhook is disabled. Enable it first.",
        )


def test_tests_are_limited(api: Api, endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch) -> None:
    from dataclasses import replace

    from accounts.limits import OWN_WEBHOOKS

    monkeypatch.setattr(
        "webhooks.services.queueing.OWN_WEBHOOKS", replace(OWN_WEBHOOKS, name=uuid.uuid4().hex, limit=1)
    )
    assert api("POST", f"/{endpoint.pk}/test").status_code == 202
    answer = api("POST", f"/{endpoint.pk}/test")
    assert answer.status_code == 429
    assert int(answer["Retry-After"]) > 0


def test_the_log_goes_on_page_by_page(api: Api, endpoint: Endpoint) -> None:
    for _ in range(5):
        services.send_test(endpoint.user, endpoint.pk)
    Delivery.objects.filter(pk=Delivery.objects.order_by("pk")[0].pk).update(state="failed")
    page = api("GET", f"/{endpoint.pk}/deliveries?limit=3").json()
    assert (len(page["results"]), page["has_more"]) == (3, True)
    rest = api("GET", f"/{endpoint.pk}/deliveries?{page['next'].partition('?')[2]}").json()
    assert (len(rest["results"]), rest["has_more"], rest["next"]) == (2, False, None)
    assert len({row["id"] for row in page["results"] + rest["results"]}) == 5
    failed = api("GET", f"/{endpoint.pk}/deliveries?state=failed").json()["results"]
    assert [row["state"] for row in failed] == ["failed"]
    wrong = errors(api("GET", f"/{endpoint.pk}/deliveries?limit=1000&state=lost&cursor=x&page=2"))
    assert set(wrong) == {"limit", "state", "cursor", "page"}


def test_lists_need_as_many_queries_with_30_rows(
    api: Api, adds: Adds, django_assert_num_queries: Any
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    first = adds()
    services.send_test(first.user, first.pk)
    api("GET", "")  # what is kept for a while is kept
    counts = []
    for _ in range(2):
        for path in ("", f"/{first.pk}/deliveries?limit=100"):
            with CaptureQueriesContext(connection) as asked:
                assert api("GET", path).status_code == 200
            counts.append(len(asked))
        for number in range(9):
            if Endpoint.objects.count() < 10:
                adds(f"/{number}")
        for _ in range(30):
            services.send_test(first.user, first.pk)
    assert counts[:2] == counts[2:]


def test_nobody_elses(endpoint: Endpoint) -> None:
    delivery = services.send_test(endpoint.user, endpoint.pk)
    stranger = _api_of(
        make_person(email="other@example.org", is_staff=True, rights=["webhooks.view_endpoint"])
    )
    asked = [("GET", ""), ("PATCH", ""), ("DELETE", ""), ("POST", "/secret"), ("POST", "/test"), ("GET", "/deliveries"),
             ("POST", f"/deliveries/{delivery.pk}/redeliver")]  # fmt: skip
    for method, path in asked:
        assert stranger(method, f"/{endpoint.pk}{path}", {} if method == "PATCH" else None).status_code == 404
    assert stranger("GET").json() == {"results": []}
    assert Endpoint.objects.get().secret == endpoint.secret


def test_deleted_with_its_log(api: Api, endpoint: Endpoint) -> None:
    services.send_test(endpoint.user, endpoint.pk)
    assert api("DELETE", f"/{endpoint.pk}").status_code == 204
    assert not Delivery.objects.exists()
    assert api("DELETE", f"/{endpoint.pk}").status_code == 404
    assert Entry.objects.filter(action="webhook.deleted").count() == 1


def test_off_by_the_flag(api: Api, endpoint: Endpoint) -> None:
    FlagSwitch.objects.create(name="outgoing_webhooks", is_on=False)
    forget()
    try:
        assert api("GET").status_code == 404
        client = Client()
        client.force_login(endpoint.user)
        assert client.get("/me/webhooks/").status_code == 404
    finally:
        FlagSwitch.objects.all().delete()
        forget()


def test_what_waited_too_long_is_dropped_and_counted(endpoint: Endpoint, settings: Any) -> None:
    settings.WEBHOOKS_BACKLOG_DAYS = 4
    services.send_test(endpoint.user, endpoint.pk)
    assert services.drop_old(now=now() + timedelta(days=3)) == 0
    assert services.drop_old(now=now() + timedelta(days=5)) == 1
    endpoint.refresh_from_db()
    assert (endpoint.dropped, Delivery.objects.get().state) == (1, "dropped")


def test_the_log_is_forgotten_after_thirty_days(endpoint: Endpoint) -> None:
    services.send_test(endpoint.user, endpoint.pk)
    assert services.forget(now=now() + timedelta(days=29)) == 0
    assert services.forget(now=now() + timedelta(days=31)) == 1
    assert not Message.objects.exists()
    assert not Delivery.objects.exists()
