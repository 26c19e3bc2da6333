"""The pages and the API of registrations, as readers use them."""

import re

import pytest
from django.core import mail
from django.test import Client

from registrations import services
from registrations.links import token_of
from registrations.mails import until_of
from registrations.models import Registration, RegistrationMail, RegistrationSetup
from tests.factories import make_person

SAME = {"HTTP_SEC_FETCH_SITE": "same-origin"}


def _page(event):
    return f"/events/{event.pk}/register/"


def test_a_person_registers_changes_and_cancels_without_an_account(client: Client, event):
    html = client.get(_page(event)).content.decode()
    assert "2 places are free." in html
    sent = client.post(_page(event), {"name": "Ann", "email": "ann@example.org", "guests": "1"}, **SAME)
    assert sent.url == f"{_page(event)}?thanks=1"
    assert "Look in your mailbox" in client.get(sent.url).content.decode()
    services.send(RegistrationMail.objects.get().pk)
    link = re.search(r"(/registrations/magic-link/\S+)", mail.outbox[0].body)[1]
    shown = client.get(link).content.decode()
    assert "Ann, 2 places." in shown
    assert "<svg" in shown
    assert Registration.objects.get().code in shown
    client.post(link, {"do": "guests", "guests": "0"}, **SAME)
    assert Registration.objects.get().guests == 0
    client.post(link, {"do": "cancel"}, **SAME)
    assert "Your registration is cancelled." in client.get(link).content.decode()


def test_who_has_the_address_already_gets_the_same_page_and_a_mail(client: Client, event):
    answers = [
        client.post(_page(event), {"name": name, "email": "ann@example.org", "guests": "0"}, **SAME)
        for name in ("Ann", "Eve")
    ]
    assert answers[0].url == answers[1].url
    assert Registration.objects.get().name == "Ann"


def test_what_is_wrong_is_marked_and_nothing_kept(client: Client, event):
    RegistrationSetup.objects.update(questions=[{"id": "q1", "label": "Which shoes?", "required": True}])
    answer = client.post(_page(event), {"name": "Ann", "email": "ann@"}, **SAME)
    assert answer.status_code == 400
    assert "Not sent yet" in answer.content.decode()
    assert not Registration.objects.exists()


def test_a_bot_is_thanked_and_nothing_kept(client: Client, event):
    said = {"name": "B", "email": "b@example.org", "guests": "0", "website2": "x"}
    assert client.post(_page(event), said, **SAME).status_code == 302
    assert not Registration.objects.exists()


def test_another_site_cannot_send_the_form(client: Client, event, comes):
    link = f"/registrations/magic-link/{token_of(comes('Ann'))}/"
    for page in (_page(event), link):
        assert client.post(page, {"do": "cancel"}, HTTP_SEC_FETCH_SITE="cross-site").status_code == 403
    assert Registration.objects.get().state == "registered"


def test_a_full_event_tells_how_many_wait_and_until_when_an_offer_holds_there(client: Client, event, comes):
    first = comes("Ann", guests=1)
    full = client.get(_page(event)).content.decode()
    assert "All places are taken. Who registers now" in full
    waits = comes("Bob")
    assert (
        "All places are taken. 1 person waits. Who registers now" in client.get(_page(event)).content.decode()
    )
    services.cancel(first.pk)
    waits.refresh_from_db()
    shown = client.get(f"/registrations/magic-link/{token_of(waits)}/").content.decode()
    assert f"It is yours if you take it by {until_of(waits)}." in shown


def test_an_offer_is_taken_by_its_button_and_a_forged_link_opens_nothing(client: Client, comes):
    ann, _, cem = comes("Ann"), comes("Ben"), comes("Cem")
    link = f"/registrations/magic-link/{token_of(cem)}/"
    assert "You are number 1 in the line." in client.get(link).content.decode()
    services.cancel(ann.pk)
    assert "Take the place" in client.get(link).content.decode()
    assert client.post(link, {"do": "accept"}, **SAME).status_code == 302
    cem.refresh_from_db()
    assert cem.state == "registered"
    assert client.get(f"/registrations/magic-link/{ann.pk.hex}:x/").status_code == 404


def test_where_nobody_registers_there_is_no_page(client: Client, event):
    RegistrationSetup.objects.all().delete()
    assert client.get(_page(event)).status_code == 404


def test_closed_registration_says_so(client: Client, event):
    RegistrationSetup.objects.update(is_open=False)
    assert "Registration is closed." in client.get(_page(event)).content.decode()


def test_ones_own_are_listed(client: Client, event):
    person = make_person(is_staff=False)
    client.force_login(person)
    client.post(_page(event), {"name": "P", "email": person.email, "guests": "0"}, **SAME)
    assert event.title in client.get("/registrations/").content.decode()
    assert "Sign in" in Client().get("/registrations/").content.decode()


def test_the_api_registers_anybody_and_tells_the_place_in_line(client: Client, event):
    url = f"/api/v1/events/{event.pk}/registration"
    told = [
        client.post(url, {"name": n, "email": f"{n}@example.org"}, "application/json")
        for n in ("a", "b", "c")
    ]
    assert [(one.status_code, one.json()["state"], one.json()["position"]) for one in told] == [
        (201, "registered", None),
        (201, "registered", None),
        (201, "waiting", 1),
    ]
    again = client.post(url, {"name": "a", "email": "A@example.org"}, "application/json")
    assert (again.status_code, "mailed its link" in again.json()["detail"]) == (409, True)


@pytest.mark.parametrize("said", [{}, {"email": "x"}, {"email": "a@example.org", "name": "A", "guests": 9}])
def test_the_api_names_the_field_that_is_wrong(client: Client, event, said):
    answer = client.post(f"/api/v1/events/{event.pk}/registration", said, "application/json")
    assert (answer.status_code, len(answer.json()["errors"])) == (400, 1)


def test_an_account_reads_and_cancels_its_own(client: Client, event, comes, signed_in):
    url = f"/api/v1/events/{event.pk}/registration"
    person, headers = signed_in
    assert client.get(url).status_code == 401
    assert client.get(url, headers=headers).status_code == 404
    made = client.post(url, {"name": "P"}, "application/json", headers=headers)
    assert made.status_code == 201
    assert client.get(url, headers=headers).json()["state"] == "registered"
    assert len(client.get("/api/v1/me/registrations", headers=headers).json()["results"]) == 1
    assert client.delete(url, headers=headers).status_code == 204
    assert client.get("/api/v1/me/registrations", headers=headers).json() == {"results": []}
    assert client.delete(f"{url}", headers=headers).status_code == 204
