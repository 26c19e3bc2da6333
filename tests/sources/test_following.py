"""A submission is followed by a signed link: what was understood, what became of it, a thread, and one appeal."""

import re
import time
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone

from accounts.limits import SUBMITTER_MESSAGES
from events.models import Event
from moderation import services
from moderation.enums import Verdict
from moderation.exceptions import Conflict
from moderation.models import Conversation, Message, Review, SubmittedEvent, TrustSubject
from moderation.services import conversations, submitters
from sources import tasks
from sources.forms import stamp
from sources.models import Source
from sources.triggers.inbox import drain
from tests.factories import make_categories, make_city, make_person, make_staff

ABOUT = "An evening raga.\n\nTwo sets, no support."


@pytest.fixture(autouse=True)
def house(db, monkeypatch):
    cache.clear()
    make_city()
    make_categories()
    monkeypatch.setattr(tasks.process_inbox, "delay", lambda *_: None)


def submitted(client, *, read: bool = True, **fields) -> str:
    """The path of the link of a submission, which is read unless said otherwise."""
    day = (timezone.now() + timedelta(days=3)).strftime("%Y-%m-%d")
    body = {
        "title": "Raga at Dusk",
        "start": f"{day}T20:00",
        "city": "bengaluru",
        "venue": "Blue Room",
        "description": ABOUT,
    }
    answer = client.post("/submit/", {**body, "opened": stamp(opened_at=time.time() - 60), **fields})
    page = client.get(answer["Location"])
    assert page["Referrer-Policy"] == "same-origin"
    if read:
        list(drain(Source.objects.get(slug="submissions")))
    return re.search(r'href="(/submit/[0-9a-f]{64}/)"', page.content.decode())[1]


def rejected(by) -> Event:
    event = Event.objects.get()
    review = Review.objects.get(object_id=event.pk, kind="event")
    services.decide(review.pk, Verdict.REJECT, by=by, reason="out_of_area", note="inner words")
    return event


def test_the_link_is_shown_and_mailed_and_says_what_was_understood(
    client, mailoutbox, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        path = submitted(client, read=False, email="ann@mail.example", price="Rs 500")
    assert path in mailoutbox[0].body
    assert b"It is being read" in client.get(path).content
    list(drain(Source.objects.get(slug="submissions")))
    page = client.get(path)
    html = page.content.decode()
    for words in (
        "It waits for a moderator",
        "Raga at Dusk",
        "20:00 IST",
        "Blue Room",
        "₹500",
        "<p>Two sets, no support.</p>",
    ):
        assert words in html
    assert ('name="robots" content="noindex' in html, page["Referrer-Policy"]) == (True, "same-origin")
    assert "ann@mail.example" not in html


def test_a_link_that_is_not_ours_or_over_is_not_found(client):
    path = submitted(client)
    for wrong in (
        path[:-2] + ("0/" if path[-2] != "0" else "1/"),
        "/submit/nonsense/",
        f"/submit/{'0' * 64}/",
    ):
        assert client.get(wrong).status_code == 404
    held = Conversation.objects.get()
    late = timezone.now() + timedelta(days=3 + 61)
    assert conversations.has_expired(held, Event.objects.get(), now=late)
    Conversation.objects.update(created_at=timezone.now() - timedelta(days=70))
    assert conversations.forget_conversations(now=timezone.now()) == 0
    assert conversations.forget_conversations(now=late) == 1
    assert client.get(path).status_code == 404


def test_one_appeal_is_judged_by_another_moderator(client):
    path, first, second = (
        submitted(client),
        make_staff(email="a@example.org"),
        make_staff(email="b@example.org"),
    )
    event = rejected(first)
    html = client.get(path).content.decode()
    assert ("It was not accepted" in html, "inner words" in html, 'value="appeal"' in html) == (
        True,
        False,
        True,
    )
    client.post(path, {"act": "appeal", "text": "It <b>is</b> in the city"})
    assert client.post(path, {"act": "appeal", "text": "Again"}).status_code == 400
    review = Review.objects.get(kind="appeal")
    with pytest.raises(Conflict, match="another moderator"):
        services.decide(review.pk, Verdict.APPROVE, by=first)
    client.force_login(second)
    desk = client.get(reverse("admin:moderation_review_change", args=[review.pk])).content.decode()
    assert "It is in the city" in desk
    services.decide(review.pk, Verdict.APPROVE, by=second)
    event.refresh_from_db()
    assert (event.publication, b"It is listed" in client.get(path).content) == ("approved", True)
    assert event.get_absolute_url() in client.get(path).content.decode()


def test_submitter_and_moderator_write_to_each_other(client, mailoutbox, django_capture_on_commit_callbacks):
    path = submitted(client, email="ann@mail.example")
    assert client.post(path, {"act": "message", "text": "Is it <i>in</i>?"}).status_code == 303
    review, held = Review.objects.get(kind="event"), Conversation.objects.get()
    client.force_login(make_staff())
    page = client.get(reverse("admin:moderation_review_change", args=[review.pk])).content.decode()
    assert Message.objects.get().text in page
    reply = reverse("admin:moderation_conversation_reply", args=[held.pk])
    assert reply in page
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reply, {"review": str(review.pk), "text": "Nearly: where is it?"})
    assert (Message.objects.filter(is_ours=True).count(), path in mailoutbox[-1].body) == (1, True)
    client.logout()
    html = client.get(path).content.decode()
    assert ("Nearly: where is it?" in html, "A moderator" in html, "staff@" in html) == (True, True, False)


def test_messages_are_bounded(client):
    path = submitted(client)
    for _ in range(SUBMITTER_MESSAGES.limit):
        client.post(path, {"act": "message", "text": "Hello"})
    assert client.post(path, {"act": "message", "text": "Hello"}).status_code == 429
    cache.clear()
    assert client.post(path, {"act": "message", "text": "x" * 1001}).status_code == 400
    assert (
        client.post(
            path, {"act": "message", "text": "x"}, headers={"Sec-Fetch-Site": "cross-site"}
        ).status_code
        == 403
    )
    assert Message.objects.count() == SUBMITTER_MESSAGES.limit


def test_an_address_is_confirmed_by_the_mail_alone_and_is_one_submitter_with_its_account(
    client, mailoutbox, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        path = submitted(client, email="ann@mail.example")
    mailed = re.search(r"/submit/[0-9a-f]{64}/\?address=([0-9a-f]{32})", mailoutbox[0].body)
    assert "Confirm my address" in client.get(mailed[0]).content.decode()
    assert not SubmittedEvent.objects.exists(), "a scanner of mail that opens links confirms nothing"
    wrong = client.post(path, {"act": "address", "proof": "0" * 32})
    assert (wrong.status_code, SubmittedEvent.objects.exists()) == (400, False)
    assert "Confirm my address" not in client.get(path).content.decode(), (
        "the link that is shown proves nothing"
    )
    answer = client.post(path, {"act": "address", "proof": mailed[1]})
    assert b"your address is confirmed" in client.get(answer["Location"]).content
    assert client.post(path, {"act": "address", "proof": mailed[1]}).status_code == 303
    services.decide(Review.objects.get(kind="event").pk, Verdict.APPROVE, by=make_staff())
    address = TrustSubject.objects.get(kind="submitter")
    assert (address.key, address.verdicts.count()) == (submitters.of_address("ann@mail.example").key, 1)
    ann = make_person(email="ann@mail.example")
    client.force_login(ann)
    submitted(client, title="Jazz Brunch")
    one = TrustSubject.objects.get(kind="submitter")
    assert (one.key, one.verdicts.count()) == (submitters.of_account(ann.pk).key, 1)
    assert SubmittedEvent.objects.filter(subject=one, is_known=True).count() == 2
    assert submitters.of_confirmed("Ann@mail.example") == submitters.of_account(ann.pk)
