"""Owners ask us not to fetch, list or show what is theirs; it is obeyed, removed, listed, and undone."""

import re
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.urls import reverse

from egress.exceptions import OptedOut
from egress.factory import open_client, refused_hosts
from egress.records import RequestPolicy
from events.models import OPTED_OUT, Event, EventImage, Organizer, RefusedPicture
from events.queries.suggesting import suggest
from events.services import rebuild_vocabulary
from moderation.enums import OptOutKind
from moderation.exceptions import Conflict
from moderation.models import OptOut
from moderation.services import opting_out
from sources.models import Alert
from sources.monitoring.opt_outs import watch_opt_outs
from tests.factories import NOW, make_event, make_origin, make_source, make_staff, record_event

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fresh")]


@pytest.fixture
def fresh():
    cache.clear()
    refused_hosts().forget()
    yield
    refused_hosts().forget()


def ask(client, kind: str, what: str, email: str = "ann@mail.example"):
    return client.post("/opt-out/", {"kind": kind, "what": what, "email": email, "note": "It is mine"})


def obey(client, kind: str, what: str) -> OptOut:
    """A wish that a moderator accepts in the admin, carried out."""
    assert ask(client, kind, what)["Location"] == "/opt-out/?asked=1"
    row = OptOut.objects.get()
    client.force_login(make_staff())
    body = {"action": "obey", "_selected_action": [str(row.pk)]}
    client.post(reverse("admin:moderation_optout_changelist"), body)
    assert opting_out.carry_out(now=NOW) == 1
    assert opting_out.carry_out(now=NOW) == 0
    row.refresh_from_db()
    return row


def undo(client, row: OptOut) -> None:
    body = {"action": "undo", "_selected_action": [str(row.pk)]}
    client.post(reverse("admin:moderation_optout_changelist"), body)


def suggested(words: str) -> list[str]:
    return [found["text"] for found in suggest(words, city="", limit=5, now=NOW)]


def states() -> dict[str, str]:
    return dict(Event.objects.values_list("title", "publication"))


def test_an_address_at_the_domain_proves_it_by_a_button_and_not_by_a_link(
    client, mailoutbox, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        assert ask(client, "domain", "https://www.venue.example/x", "ann@venue.example")["Location"].endswith(
            "mailed"
        )
    (mail,) = mailoutbox
    link = re.search(r"https?://[^/]+(/opt-out/\S+)", mail.body)[1]
    page = client.get(link)
    assert (OptOut.objects.get().state, page["Referrer-Policy"]) == ("asked", "same-origin")
    assert client.get(link[:-3] + "aa/").status_code == 404
    with django_capture_on_commit_callbacks(execute=True):
        assert b"We obey" in client.post(link).content
    assert b"standing already" in client.post(link).content
    with (
        open_client(RequestPolicy(obey_robots=False), name="any") as http,
        pytest.raises(OptedOut) as refused,
    ):
        http.get("https://tickets.venue.example/feed.ics")
    assert refused.value.permanent
    assert "asked us to fetch nothing" in refused.value.detail


def test_what_only_the_domain_lists_is_removed_and_undone_as_before(client):
    there = make_origin(slug="venue", url="https://venue.example/feed.ics")
    record_event(title="Raga at Dusk", origin=there, external_id="1", url="https://venue.example/1")
    record_event(
        title="Waiting", origin=there, external_id="2", url="https://venue.example/2", approved=False
    )
    record_event(
        title="Elsewhere", origin=make_origin(slug="b"), external_id="3", url="https://notvenue.example/"
    )
    row = obey(client, "domain", "venue.example")
    assert states() == {"Raga at Dusk": "removed", "Waiting": "removed", "Elsewhere": "approved"}
    gone = client.get(Event.objects.get(title="Raga at Dusk").get_absolute_url())
    assert (gone.status_code, b"its owner asked us" in gone.content) == (410, True)
    undo(client, row)
    assert states() == {"Raga at Dusk": "approved", "Waiting": "pending", "Elsewhere": "approved"}
    row.refresh_from_db()
    assert (row.state, row.undone_at is not None) == ("undone", True)


def test_an_organizer_and_an_event_are_no_longer_listed(client):
    circle = Organizer.objects.create(name="Raga Circle", folded_name="raga circle")
    make_event(title="Theirs", organizer=circle)
    other = make_event(title="Other")
    row = obey(client, "organizer", "RAGA  Circle")
    assert states() == {"Theirs": "removed", "Other": "approved"}
    assert row.value == "raga circle"
    row.delete()
    client.logout()
    ask(client, "event", f"https://nocturne.example{other.get_absolute_url()}")
    assert OptOut.objects.get().value == str(other.pk)


def test_a_source_is_switched_off_and_stays_off(client, django_capture_on_commit_callbacks):
    source = make_source(slug="venue", is_active=True)
    make_origin(slug="venue", key=source.pk)
    with django_capture_on_commit_callbacks(execute=True):
        row = obey(client, "source", "Venue")
    source.refresh_from_db()
    assert (row.value, source.is_active) == (str(source.pk), False)


def test_a_picture_is_hidden_wherever_it_is_and_asked_for_again_after_undoing(client):
    event = make_event()
    same = {
        "state": "stored",
        "url": "/media/pictures/aa/a.webp",
        "content_hash": "a" * 64,
        "perceptual_hash": "f" * 16,
    }
    for each in (event, make_event(title="Twin")):
        EventImage.objects.create(event=each, source_url="https://a.example/p.jpg", **same)
    row = obey(client, "picture", event.get_absolute_url())
    shown = {(image.state, image.address, image.reason) for image in EventImage.objects.all()}
    assert shown == {("refused", "", OPTED_OUT)}
    assert RefusedPicture.objects.get().perceptual_hash == "f" * 16
    undo(client, row)
    assert set(EventImage.objects.values_list("state", "reason")) == {("waiting", "")}
    assert not RefusedPicture.objects.exists()


@pytest.mark.parametrize(
    ("kind", "what"),
    [("domain", "localhost"), ("domain", "1.2.3.4"), ("source", "nobody"), ("organizer", "nobody"), ("event", "x"), ("picture", "/x")],
)  # fmt: skip
def test_what_is_not_known_is_refused_with_the_remedy(client, kind, what):
    answer = ask(client, kind, what)
    assert (answer.status_code, OptOut.objects.count()) == (400, 0)
    assert re.search(rb'class="error"[^>]*>(There is no such|Write the name)', answer.content)


def test_an_overdue_wish_is_an_alert_until_it_is_decided():
    wish = opting_out.wish_for(OptOutKind.DOMAIN, "venue.example")
    row = opting_out.ask(wish, address="ann@mail.example", now=NOW)
    late = NOW + timedelta(days=8)
    assert (watch_opt_outs(now=NOW), watch_opt_outs(now=late), Alert.objects.count()) == (0, 1, 1)
    assert "venue.example" in Alert.objects.get().detail
    opting_out.decide(row.pk, accept=False, by=make_staff(), now=late)
    assert (watch_opt_outs(now=late), Alert.objects.filter(resolved_at=None).count()) == (0, 0)
    with pytest.raises(Conflict):
        opting_out.decide(row.pk, accept=True, by=make_staff(email="b@example.org"), now=late)


def test_a_performer_has_no_page_no_link_and_no_suggestion_and_events_keep_the_name(client):
    event = make_event(performers=["Ana Ruiz", "Bo Lind"])
    rebuild_vocabulary(now=NOW)
    page, other = "/performers/ana-ruiz/", "/performers/bo-lind/"
    assert client.get(page).status_code == 200
    row = obey(client, "performer", "https://testserver/performers/ana-ruiz/")
    client.logout()
    assert (row.title, row.value) == ("Ana Ruiz", "ana-ruiz")
    assert [client.get(at).status_code for at in (page, "/performers/ana-ruiz.ics", other)] == [410, 410, 200]
    assert "This page was taken down." in client.get(page).content.decode()
    shown = client.get(event.get_absolute_url()).content.decode()
    assert "Ana Ruiz" in shown
    assert (page in shown, other in shown) == (False, True)
    assert suggested("ana ruiz") == []
    assert suggested("bo lind") == ["Bo Lind"]
    assert states()[event.title] == "approved"

    client.force_login(make_staff(email="second@mail.example"))
    undo(client, row)
    client.logout()
    assert client.get(page).status_code == 200
    assert suggested("ana ruiz") == ["Ana Ruiz"]


def test_nobody_by_that_name_is_told_where_to_look(client):
    assert "There is no such performer." in ask(client, "performer", "Nobody").content.decode()
