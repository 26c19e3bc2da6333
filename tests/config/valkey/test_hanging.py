"""Valkey hangs: submissions are accepted nevertheless, moderators go on, and only the first request waits."""

import json
import re
from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from accounts.webhook_signature import sign
from digests.models import Subscription
from moderation import services
from moderation.enums import ReviewKind
from moderation.models import BulkDecision, Decision, Review
from places.models import City
from sources.models import Payload
from tests.config.valkey.conftest import seconds_of
from tests.factories import make_city, make_credential, make_event, make_source, make_staff

#: Seconds. Counting, hinting and queueing would each wait for Valkey, 4 s together; a busy machine needs some
#: for a request that does not wait.
AT_ONCE = 3.0
SECRET = "whsec_c2VjcmV0IG9mIDE2IGJ5dGVzIGFuZCBtb3Jl"


@pytest.fixture
def bengaluru(transactional_db) -> City:
    return make_city()


def submission(number: int) -> dict[str, str]:
    return {
        "title": f"Night of jazz {number}",
        "start": "2030-01-05T20:00:00+05:30",
        "city": "bengaluru",
        "venue": "The Humming Tree",
    }


def post(site, path, body, **headers):
    return seconds_of(
        lambda: site.post(
            path, content=json.dumps(body), headers={"content-type": "application/json", **headers}
        )
    )


def test_submissions_are_kept_and_counted_by_the_database_and_only_the_first_waits(bengaluru, site):
    answers = [post(site, "/api/v1/submissions", submission(number)) for number in range(21)]
    assert [answer.status_code for _, answer in answers] == [202] * 20 + [429]
    assert Payload.objects.count() == 20
    assert max(seconds for seconds, _ in answers[1:]) < AT_ONCE


def test_subscriptions_webhooks_and_pages_go_on_and_only_the_first_waits(bengaluru, site):
    make_source(
        slug="hook",
        connector="webhook",
        type="webhook",
        credential=make_credential(secret=SECRET),
        is_active=True,
    )
    body = {"title": "Jazz", "start": "2030-01-05T20:00:00+05:30", "id": "1"}
    stamp = int(datetime.now(UTC).timestamp())
    signed = {
        "webhook-id": "m1",
        "webhook-timestamp": str(stamp),
        "webhook-signature": sign(SECRET, "m1", stamp, json.dumps(body).encode()),
    }
    answers = [
        post(site, "/api/v1/subscriptions", {"email": "a@example.org", "city": "bengaluru"}),
        post(site, "/api/v1/subscriptions", {"email": "b@example.org", "city": "bengaluru"}),
        post(site, "/api/v1/webhooks/hook", body, **signed),
        seconds_of(lambda: site.get("/bengaluru/")),
    ]
    assert [answer.status_code for _, answer in answers] == [202, 202, 202, 200]
    assert Subscription.objects.count() == 2
    assert max(seconds for seconds, _ in answers[1:]) < AT_ONCE


def waiting(title: str) -> Review:
    event = make_event(title=title, publication="pending")
    services.file_reviews(
        [services.Filing(kind=ReviewKind.EVENT, object_id=event.id, title=title, evidence={})]
    )
    return Review.objects.get(object_id=event.id)


def test_moderators_go_on_and_are_told_what_waits_for_a_worker(bengaluru, site):
    first, second, browser = waiting("Raga"), waiting("Jazz"), Client()
    browser.force_login(make_staff())
    site.cookies.set(settings.SESSION_COOKIE_NAME, browser.cookies[settings.SESSION_COOKIE_NAME].value)
    ways = [reverse("admin:index"), reverse("admin:moderation_review_changelist")]
    ways.append(reverse("admin:moderation_review_change", args=[first.pk]))
    answers = [seconds_of(lambda way=way: site.get(way)) for way in (ways[-1], *ways)]
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', answers[-1][1].text)

    def press(way, **body):
        return seconds_of(lambda: site.post(way, data={**body, "csrfmiddlewaretoken": token[1]}))

    answers.append(
        press(reverse("admin:moderation_review_decide", args=[first.pk]), verdict="approve", version=1)
    )
    assert Decision.objects.get().verdict == "approve"
    answers.append(press(reverse("admin:moderation_review_bulk"), review=f"{second.pk}:1", verdict="approve"))
    BulkDecision.objects.update(created_at=datetime.now(UTC) - timedelta(minutes=1))
    report = reverse("admin:moderation_review_bulk_report", args=[BulkDecision.objects.get().pk])
    answers += [seconds_of(lambda: site.get(report)), seconds_of(lambda: site.get(f"{report}progress/"))]
    assert "No worker has begun yet." in answers[-2][1].text
    assert [answer.status_code for _, answer in answers] == [200] * 4 + [302, 302, 200, 200]
    assert max(seconds for seconds, _ in answers[1:]) < AT_ONCE
