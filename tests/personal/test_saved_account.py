"""A device and an account agree on what is saved."""

import pytest
from django.test import Client

from personal import queries, services
from personal.models import Favourite


@pytest.fixture
def device(page: Client):
    """Tells what a device saved and took out."""

    def tell(*, client=page, **said):
        return client.post("/saved/account", said)

    return tell


def test_a_device_tells_what_it_saved_and_gets_all(vera, device, soon):
    elsewhere, here = soon(title="Elsewhere"), soon(title="Here")
    services.save_events(vera, [elsewhere.pk])
    told = device(save=[here.pk.hex, "no id", here.pk.hex.upper()]).json()
    assert (set(told["ids"]), told["total"], told["full"]) == ({elsewhere.pk.hex, here.pk.hex}, 2, False)
    assert device(save=[here.pk.hex], account=told["account"]).json() == told
    left = device(unsave=[elsewhere.pk.hex], account=told["account"]).json()
    assert left["ids"] == [here.pk.hex]


def test_the_newest_of_a_device_comes_first(device, soon):
    ids = [soon(title=f"Gig {number}").pk.hex for number in range(3)]
    assert device(save=ids).json()["ids"] == ids


def test_what_another_account_had_is_not_taken_out_of_this_one(vera, device, soon):
    event = soon()
    services.save_events(vera, [event.pk])
    assert device(unsave=[event.pk.hex], account="of another").json()["ids"] == [event.pk.hex]


def test_without_room_nothing_is_lost_and_the_device_is_told(vera, device, soon, monkeypatch):
    monkeypatch.setattr(services.favourites, "MOST_FAVOURITES", 1)
    one, two = soon(title="One"), soon(title="Two")
    services.save_events(vera, [one.pk])
    told = device(save=[two.pk.hex]).json()
    assert (told["full"], told["ids"]) == (True, [one.pk.hex])
    told = device(save=[two.pk.hex], unsave=[one.pk.hex], account=told["account"]).json()
    assert (told["full"], told["ids"]) == (False, [two.pk.hex])


def test_only_ones_own_pages_tell_and_only_with_a_session(vera, device, soon):
    event = soon()
    said = {"save": [event.pk.hex]}
    careful = Client(enforce_csrf_checks=True)
    careful.force_login(vera)
    assert device(client=careful, **said).status_code == 403
    assert device(client=Client(), **said).status_code == 401
    assert not Favourite.objects.exists()
    answer = device(**said)
    assert "no-store" in answer.headers["Cache-Control"]
    assert vera.pk.hex not in answer.content.decode()


def test_a_device_keeps_a_hundred_and_the_account_more(vera, device, soon):
    services.save_events(vera, [soon(title=f"Gig {number}").pk for number in range(103)])
    told = device().json()
    assert (len(told["ids"]), told["total"], len(queries.saved_ids(vera))) == (100, 103, 103)


def test_scripts_are_told_of_the_session_by_a_cookie_that_opens_nothing(vera):
    client = Client()
    assert "signed_in" not in client.get("/accounts/login/").cookies
    client.force_login(vera)
    cookie = client.get("/for-me/").cookies["signed_in"]
    assert (cookie.value, cookie["httponly"], cookie["samesite"]) == ("1", "", "Lax")
    assert "signed_in" not in client.get("/for-me/").cookies
    assert client.post("/accounts/logout/").cookies["signed_in"].value == "0"
    client.force_login(vera)
    client.cookies["signed_in"] = "1"
    client.cookies["sessionid"] = "0" * 32  # it has ended: what is on the device stays
    assert client.get("/accounts/login/").cookies["signed_in"].value == ""


def test_the_calendar_is_told_privately_and_again_only_when_it_changed(vera, soon):
    services.save_events(vera, [soon(title="Saved").pk])
    secret = services.renew_calendar(vera)
    path = f"/me/secret/{secret}/calendar.ics"
    answer = Client().get(path)
    assert {part.strip() for part in answer.headers["Cache-Control"].split(",")} == {"private", "no-cache"}
    assert answer.headers["X-Robots-Tag"] == "noindex"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert "sessionid" not in answer.cookies
    etag = answer.headers["ETag"]
    assert Client().get(path, headers={"If-None-Match": etag}).status_code == 304
    services.save_events(vera, [soon(title="Another").pk])
    changed = Client().get(path, headers={"If-None-Match": etag})
    assert (changed.status_code, changed.headers["ETag"] == etag) == (200, False)
    services.close_calendar(vera)
    assert Client().get(path, headers={"If-None-Match": etag}).status_code == 404
    assert "X-Cache" not in answer.headers
