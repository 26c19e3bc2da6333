"""Claims by a TXT record of the domain, and by a moderator who reads the evidence."""

import re

import pytest
from django.core import mail
from django.test import Client, override_settings

from events.models import Organizer, OrganizerMember
from moderation import services as moderation
from moderation.desk.panels import panel_of
from moderation.enums import Verdict
from moderation.exceptions import ModerationError
from moderation.models import Review, TeamClaim
from places.models import PlaceMember
from tests.egress.name_server import name_server
from tests.factories import make_person, make_place, make_staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def eve():
    return make_person(email="eve@example.org", is_staff=False)


@pytest.fixture
def client(eve) -> Client:
    client = Client()
    client.force_login(eve)
    return client


@pytest.fixture
def owls() -> Organizer:
    return Organizer.objects.create(name="Owls", folded_name="owls", url="https://www.owls.example.org/")


def _page(owls):
    return f"/organize/organizers/{owls.pk}/claim/"


def _write(client, owls, **more):
    said = {"do": "write", "text": "I am its secretary, see our register.", **more}
    return client.post(_page(owls), said)


def test_a_record_of_the_domain_makes_an_owner(client, owls, eve):
    record = re.search(r"nocturne-verification=[0-9a-f]+", client.get(_page(owls)).content.decode())[0]
    with name_server({"owls.example.org": ["other=1"]}) as server, override_settings(DNS_SERVERS=[server]):
        answer = client.post(_page(owls), {"do": "record"})
        assert (answer.status_code, OrganizerMember.objects.count()) == (409, 0)
        assert "is not at owls.example.org yet" in answer.content.decode()
    with name_server({"owls.example.org": [record]}) as server, override_settings(DNS_SERVERS=[server]):
        thief = Client()
        thief.force_login(make_person(email="t@example.org", is_staff=False))
        assert thief.post(_page(owls), {"do": "record"}).status_code == 409  # it names another account
        assert client.post(_page(owls), {"do": "record"}).status_code == 302
    owls.refresh_from_db()
    assert (OrganizerMember.objects.get().user, owls.verification) == (eve, "verified")


def test_servers_that_are_away_are_said(client, owls):
    with override_settings(DNS_SERVERS=["127.0.0.1:1"]):
        assert "Try again later" in client.post(_page(owls), {"do": "record"}).content.decode()


@pytest.mark.parametrize("verdict", [Verdict.GRANT, Verdict.REFUSE])
def test_a_moderator_decides_by_what_was_written(
    client, owls, eve, verdict, django_capture_on_commit_callbacks
):
    assert _write(client, owls, link="https://register.example.org/owls").status_code == 302
    assert "A moderator looks at what you wrote" in client.get(_page(owls)).content.decode()
    assert _write(client, owls).status_code == 409
    review, staff = Review.objects.get(kind="claim"), make_staff()
    assert panel_of(review, by=staff)["claim"].text.startswith("I am its secretary")
    with django_capture_on_commit_callbacks(execute=True):
        decision = moderation.decide(review.pk, verdict, by=staff)
    owls.refresh_from_db()
    is_granted = verdict is Verdict.GRANT
    assert OrganizerMember.objects.filter(user=eve, role="owner").exists() == is_granted
    assert owls.verification == ("verified" if is_granted else "unverified")
    assert mail.outbox[-1].to == [eve.email]
    assert (mail.outbox[-1].subject.startswith("You speak for Owls")) == is_granted
    review.refresh_from_db()
    assert review.state == "decided"
    with pytest.raises(ModerationError, match="cannot be undone"):
        moderation.undo(decision.pk, by=staff)


def test_the_desk_shows_the_claim_and_its_answers_ask_first(client, owls):
    _write(client, owls)
    review, desk = Review.objects.get(), Client()
    desk.force_login(make_staff())
    html = desk.get(f"/admin/moderation/review/{review.pk}/change/").content.decode()
    assert "I am its secretary" in html
    assert "Grant …" in html


def test_a_claim_of_a_venue_is_decided_in_its_city(client):
    place = make_place()
    client.post(f"/organize/places/{place.pk}/claim/", {"do": "write", "text": "I run it."})
    review = Review.objects.get()
    assert review.city_id == place.city_id
    moderation.decide(review.pk, Verdict.GRANT, by=make_staff())
    assert PlaceMember.objects.get().place == place


@pytest.mark.parametrize(
    "said", [{"text": ""}, {"text": "<script></script>"}, {"link": "javascript:alert(1)"}]
)
def test_what_cannot_be_kept_is_refused(client, owls, said):
    assert _write(client, owls, **said).status_code == 409
    assert not TeamClaim.objects.exists()


def test_a_claim_whose_account_is_gone_is_said(client, owls, eve):
    _write(client, owls)
    TeamClaim.objects.all().delete()
    with pytest.raises(ModerationError, match="is gone"):
        moderation.decide(Review.objects.get().pk, Verdict.GRANT, by=make_staff())
