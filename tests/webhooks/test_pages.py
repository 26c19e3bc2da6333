"""The pages of webhooks: made, seen, changed, tested, deleted, without scripts."""

import re
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils.timezone import now
from pytest_httpserver import HTTPServer

from accounts.models import User
from tests.factories import make_person
from tests.webhooks.conftest import publish
from webhooks import services
from webhooks.models import Delivery, Endpoint
from webhooks.services.claiming import claim_next
from webhooks.services.sending import serve

pytestmark = pytest.mark.django_db
ALL = "/me/webhooks/"


@pytest.fixture
def browser(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def page_of(endpoint: Endpoint) -> str:
    return f"{ALL}{endpoint.pk}/"


def text(answer: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", answer.content.decode()))


def test_a_webhook_is_added_and_its_secret_shown_once(browser: Client) -> None:
    assert "You have none yet." in text(browser.get(ALL))
    sent = {"address": "https://hooks.example.org/in", "description": "my app", "types": ["event.published"],
            "filter": "?city=bengaluru&q=jazz"}  # fmt: skip
    answer = browser.post(ALL, sent)
    made = Endpoint.objects.get()
    assert answer.status_code == 201
    assert made.secret in answer.content.decode()
    assert made.asked == {"city": "bengaluru", "q": "jazz"}
    for address in (ALL, page_of(made)):
        page = browser.get(address)
        assert made.secret not in page.content.decode()
        assert "hooks.example.org" in text(page)
    assert 'value="city=bengaluru&amp;q=jazz"' in browser.get(page_of(made)).content.decode()


def test_what_is_wrong_stands_beside_its_field(browser: Client) -> None:
    sent = {
        "address": "http://192.168.0.1/",
        "types": ["event.published"],
        "filter": "colour=red&city=atlantis",
    }
    answer = browser.post(ALL, sent)
    assert answer.status_code == 400
    assert "colour: There is no such parameter" in text(answer)
    answer = browser.post(ALL, {**sent, "filter": ""})
    assert "not a public address" in text(answer)
    assert not Endpoint.objects.exists()


def test_a_test_is_sent_and_seen_in_the_log(
    browser: Client, endpoint: Endpoint, httpserver: HTTPServer
) -> None:
    httpserver.expect_request("/hook").respond_with_data("<b>no</b> such hook", status=404)
    answer = browser.post(page_of(endpoint), {"do": "test"}, follow=True)
    assert "A test is on its way" in text(answer)
    claimed = claim_next(now=now())
    assert claimed is not None
    serve(claimed)
    page = browser.get(page_of(endpoint))
    assert "webhook.test" in text(page)
    assert "404" in text(page)
    assert "&lt;b&gt;no&lt;/b&gt; such hook" in page.content.decode()
    assert "Every try fails" in text(page)
    delivery = Delivery.objects.get()
    Delivery.objects.update(state="failed")
    browser.post(page_of(endpoint), {"do": "redeliver", "delivery": str(delivery.pk)})
    assert Delivery.objects.get().state == "waiting"
    assert browser.post(page_of(endpoint), {"do": "redeliver", "delivery": "x"}).status_code == 404


def test_buttons_do_what_they_say(browser: Client, endpoint: Endpoint) -> None:
    browser.post(page_of(endpoint), {"do": "disable"})
    assert not Endpoint.objects.get().enabled
    assert "Disabled by you" in text(browser.get(page_of(endpoint)))
    answer = browser.post(page_of(endpoint), {"do": "test"}, follow=True)
    assert "The webhook is disabled. Enable it first." in text(answer)
    browser.post(page_of(endpoint), {"do": "enable"})
    old = Endpoint.objects.get()
    assert old.enabled
    answer = browser.post(page_of(endpoint), {"do": "secret"})
    new = Endpoint.objects.get()
    assert new.secret != old.secret == new.former_secret
    assert new.secret in answer.content.decode()
    saved = {
        "do": "save",
        "address": old.address,
        "types": ["event.merged"],
        "filter": "",
        "description": "merged",
    }
    assert browser.post(page_of(endpoint), saved).status_code == 302
    assert Endpoint.objects.get().types == ["event.merged"]
    assert browser.post(page_of(endpoint), {**saved, "types": []}).status_code == 400
    browser.post(page_of(endpoint), {"do": "delete"})
    assert not Endpoint.objects.exists()


def test_the_page_says_why_it_was_disabled_and_what_was_dropped(browser: Client, endpoint: Endpoint) -> None:
    Endpoint.objects.update(enabled=False, disabled_because="gone", dropped=3)
    said = text(browser.get(page_of(endpoint)))
    assert "Disabled: it answered 410 Gone" in said
    assert "3 messages were given up" in said


def test_nobody_elses(endpoint: Endpoint) -> None:
    other = Client()
    other.force_login(make_person(email="other@example.org", is_staff=False))
    assert other.get(page_of(endpoint)).status_code == 404
    assert other.post(page_of(endpoint), {"do": "delete"}).status_code == 404
    assert "accounts/login" in Client().get(ALL)["Location"]


def test_an_erased_account_gets_nothing_and_leaves_nothing(endpoint: Endpoint) -> None:
    publish()
    services.follow(now=now())
    endpoint.user.delete()
    assert claim_next(now=now()) is None
    assert not Delivery.objects.exists()


def test_no_mail_without_a_reason(endpoint: Endpoint) -> None:
    assert services.tell_owners(now=now()) == 0
    assert mail.outbox == []
