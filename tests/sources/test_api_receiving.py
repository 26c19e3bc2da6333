"""Submissions and webhooks: stored once, answered at once, never lost."""

import base64
import json
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.core.cache import cache
from django.utils import timezone
from kombu.exceptions import OperationalError

from accounts.models import IdempotentAnswer
from accounts.rights import PIPELINE
from accounts.webhook_signature import sign
from events.models import Event
from flags.models import FlagSwitch
from flags.services import forget
from moderation.models import Review
from pipeline.contract.raw import RawPayload
from sources import tasks
from sources.credentials.store import replace
from sources.enums import RunState
from sources.models import Credential, FetchRun, Payload, Source
from sources.runs.claim import open_run
from sources.runs.process import process_run
from sources.runs.progress import RUN_HOLDS
from sources.runs.release import release_stuck
from sources.triggers import inbox
from sources.triggers.due import due_sources
from sources.triggers.inbox import receive, run_id_for, submissions_source, waiting_sources
from tests.factories import make_categories, make_city, make_credential, make_source

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def house(db, monkeypatch):
    """A city and its categories, with a broker that does nothing."""
    cache.clear()
    make_city()
    make_categories()
    sent = []
    monkeypatch.setattr(tasks.process_inbox, "delay", sent.append)
    yield sent
    cache.clear()


def event(**fields):
    start = (timezone.now() + timedelta(days=3)).strftime("%Y-%m-%dT20:00")
    return {"title": "Raga at Dusk", "start": start, "city": "bengaluru", "venue": "Blue Room", **fields}


def send(client, body, **headers):
    return client.post("/api/v1/submissions", body, content_type="application/json", headers=headers)


@pytest.fixture
def hook():
    return make_source(
        slug="club",
        connector="webhook",
        type="webhook",
        credential=make_credential(secret=SECRET),
        is_active=True,
    )


def push(client, body, *, name="msg_1", at=None, secret=SECRET, path="club", content_type="application/json"):
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    stamp = int((at or timezone.now()).timestamp())
    headers = {
        "webhook-id": name,
        "webhook-timestamp": str(stamp),
        "webhook-signature": sign(secret, name, stamp, raw),
    }
    return client.post(f"/api/v1/webhooks/{path}", raw, content_type=content_type, headers=headers)


def drain(slug):
    return list(inbox.drain(Source.objects.select_related("city").get(slug=slug)))


# --- submissions ---


def test_a_submission_waits_for_a_person(client, house, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        response = send(client, event())
    assert response.status_code == 202
    assert house == [str(Source.objects.get(slug="submissions").id)]
    (run,) = drain("submissions")
    assert (str(run.id), run.state, run.new) == (response.json()["run"], RunState.PARTIAL, 1)
    held = Event.objects.get()
    assert (held.title, held.publication, held.timezone) == ("Raga at Dusk", "pending", "Asia/Kolkata")
    assert held.start_at.astimezone(timezone.get_fixed_timezone(330)).hour == 20
    assert Review.objects.exists()


def test_a_dead_broker_never_fails_the_request(client, monkeypatch, django_capture_on_commit_callbacks):
    def dead(*_):
        raise OperationalError("no broker")

    monkeypatch.setattr(tasks.process_inbox, "delay", dead)
    with django_capture_on_commit_callbacks(execute=True):
        assert send(client, event()).status_code == 202
    assert waiting_sources(now=timezone.now()) == [Source.objects.get(slug="submissions").id]


def test_the_clock_finds_what_waits(client, house):
    send(client, event())
    assert tasks.process_inboxes() == 1
    assert tasks.process_inbox(house[-1]) == 1
    assert tasks.process_inboxes() == 0


def test_nothing_is_lost_while_a_run_is_under_way(client):
    source = submissions_source()
    running = open_run(source, requested_by="test", now=timezone.now())
    answers = [send(client, event(title=f"Event {number}")).json()["run"] for number in range(3)]
    assert drain("submissions") == []
    process_run(running)
    assert [str(run.id) for run in drain("submissions")] == answers
    assert Event.objects.count() == 3


def test_what_a_dead_worker_held_is_tried_again_but_not_for_ever(client, monkeypatch):
    answer = send(client, event()).json()["run"]
    now = timezone.now()

    def dies(run, **_):
        raise MemoryError

    with monkeypatch.context() as patched:
        patched.setattr("sources.triggers.inbox.process_run", dies)
        for _ in range(2):
            with pytest.raises(MemoryError):
                list(inbox.drain(Source.objects.get(slug="submissions"), now=now))
            now += RUN_HOLDS + HOUR
            assert release_stuck(now=now).ended == 1
    (run,) = inbox.drain(Source.objects.get(slug="submissions"), now=now)
    assert (str(run.id), run.state, run.http["tries"]) == (answer, RunState.PARTIAL, 3)
    FetchRun.objects.update(state=RunState.FAILED, error_detail="The process of the run ended unexpectedly.")
    assert waiting_sources(now=now) == []


def test_what_waited_over_the_end_of_a_month_is_found(client):
    source = submissions_source()
    kept = timezone.now()
    fields = json.dumps({**event(), "timezone": "Asia/Kolkata"}).encode()
    run_id = run_id_for(source, "one")
    receive(source, RawPayload(url="submission:one", content=fields), run_id=run_id, now=kept)
    earlier = (kept.date().replace(day=1) - timedelta(days=1)).replace(day=1)
    Payload.objects.update(month=earlier)
    (run,) = drain("submissions")
    assert run.new == 1


def test_the_same_key_is_taken_in_once_and_followed_by_one_link(client):
    body = event()
    first, second = (send(client, body, **{"Idempotency-Key": "one"}) for _ in range(2))
    assert (first.status_code, second.status_code) == (202, 202)
    assert first.json() == second.json()
    page = urlsplit(first.json()["follow_url"])
    assert (page.netloc, client.get(page.path).status_code) == (urlsplit(settings.SITE_URL).netloc, 200)
    assert send(client, event(title="Another"), **{"Idempotency-Key": "one"}).status_code == 422
    assert Payload.objects.count() == 1
    assert send(client, event(), **{"Idempotency-Key": "x" * 300}).status_code == 400
    drain("submissions")
    IdempotentAnswer.objects.all().delete()  # as after a day
    again = send(client, body, **{"Idempotency-Key": "one"})
    assert (again.status_code, again.json()) == (200, first.json() | {"status": "known"})
    IdempotentAnswer.objects.all().delete()
    Payload.objects.all().delete()  # as after a month: the key alone does not prove who sent it
    assert "follow_url" not in send(client, event(title="Another"), **{"Idempotency-Key": "one"}).json()


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"title": ""}, "title"),
        ({"title": "x" * 5000}, "title"),
        ({"start": "soon"}, "start"),
        ({"start": "9999-01-01"}, "start"),
        ({"end": "2001-01-01T10:00"}, "end"),
        ({"end": "never"}, "end"),
        ({"timezone": "Mars/Olympus"}, "timezone"),
        ({"category": "nonsense"}, "category"),
        ({"url": "javascript:alert(1)"}, "url"),
        ({"price_min": -1}, "price_min"),
        ({"status": "cancelled"}, "status"),
        ({"website2": "spam"}, "website2"),
    ],
)
def test_a_submission_that_cannot_be_used_names_the_field(client, fields, field):
    response = send(client, event(**fields))
    assert response.status_code == 400
    assert [row["field"] for row in response.json()["errors"]] == [field]
    assert Payload.objects.count() == 0


def test_submissions_are_limited(client):
    codes = [send(client, {}).status_code for _ in range(21)]
    assert codes == [400] * 20 + [429]


def test_submissions_can_be_switched_off(client):
    FlagSwitch.objects.create(name="submissions", is_on=False)
    forget()
    assert send(client, event()).status_code == 404
    assert client.get("/submit/").status_code == 404


# --- webhooks ---


def test_a_signed_message_is_taken_in_once(client, hook, house, django_capture_on_commit_callbacks):
    body = {"events": [{**event(), "id": "a"}, {**event(title="Two"), "id": "b"}]}
    with django_capture_on_commit_callbacks(execute=True):
        first = push(client, body)
        second = push(client, body, at=timezone.now() + timedelta(seconds=30))
    assert (first.status_code, second.status_code) == (202, 200)
    assert first.json()["run"] == second.json()["run"]
    assert house == [str(hook.id)] * 2
    (run,) = drain("club")
    assert (run.state, run.new, run.requested_by) == (RunState.PARTIAL, 2, "webhook")
    assert push(client, body).status_code == 200
    assert drain("club") == []


def test_a_message_without_proof_is_refused(client, hook):
    body = event()
    assert push(client, body, secret="whsec_" + "A" * 32).status_code == 401
    assert push(client, body, at=timezone.now() - HOUR).status_code == 401
    assert client.post("/api/v1/webhooks/club", body, content_type="application/json").status_code == 400
    assert Payload.objects.count() == 0


@pytest.mark.parametrize("body", [b"{", b"[1]", b"[" * 100_000, b"\x00"])
def test_what_cannot_be_read_is_kept_and_ends_its_run_with_the_reason(client, hook, house, body):
    assert push(client, body).status_code == 202
    (run,) = drain("club")
    assert (run.state, run.new) == (RunState.FAILED, 0)
    assert run.error_detail
    assert Payload.objects.count() == 1


def test_the_web_process_reads_nothing_of_what_is_pushed(client, hook, monkeypatch):
    monkeypatch.setattr(
        "pipeline.connectors.inbound.webhook.WebhookConnector.read",
        lambda *_: pytest.fail("read in a request"),
    )
    assert push(client, event()).status_code == 202


def test_a_body_of_another_type_or_size_is_refused_at_once(client, hook):
    assert push(client, b"{}", content_type="text/plain").status_code == 415
    assert push(client, b" " * 3_000_000).status_code == 413


def test_a_source_that_is_none_blocked_or_not_set_up(client, hook):
    assert push(client, event(), path="nothing").status_code == 404
    Source.objects.update(trust="blocked")
    assert push(client, event()).status_code == 403
    for stored in (json.dumps({"secret": "short"}), "no json", ""):
        Credential.objects.update(secret=stored)
        assert push(client, event()).status_code == 503
    hook.credential = None
    hook.save()
    assert push(client, event()).status_code == 503


def test_a_former_secret_is_heard_until_its_time_is_over(client, hook):
    newer = "whsec_" + base64.b64encode(b"another secret of ours").decode()
    replace(hook.credential, {"secret": newer}, by=PIPELINE)
    assert push(client, event(), secret=newer, name="msg_1").status_code == 202
    assert push(client, event(), name="msg_2").status_code == 202
    Credential.objects.update(previous_until=timezone.now())
    assert push(client, event(), name="msg_3").status_code == 401
    assert push(client, event(), secret=newer, name="msg_4").status_code == 202


def test_a_mistake_of_ours_keeps_the_message(client, hook):
    Source.objects.update(config={"nonsense": 1})
    assert push(client, event()).status_code == 202
    (run,) = drain("club")
    assert (run.state, run.error_code) == (RunState.FAILED, "ConfigInvalid")


def test_the_clock_never_fetches_what_is_pushed(hook):
    assert due_sources(now=timezone.now() + HOUR) == []


def test_a_blocked_source_is_not_drained(client, hook):
    push(client, event())
    Source.objects.update(trust="blocked")
    assert drain("club") == []


@pytest.mark.parametrize("text", ["a\ud800b", "a\x00b"], ids=["half a character", "NUL"])
@pytest.mark.parametrize("name", ["title", "recurrence_id", "price", "doors", "status", "another"])
def test_what_no_column_can_hold_takes_no_other_event_with_it(client, hook, name, text):
    push(client, [{**event(id="1", title="Other"), name: text}, event(id="2")])
    drain("club")
    assert Event.objects.filter(title="Raga at Dusk").exists()
