"""What the account saved, shown and changed without a script."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from events.enums import Publication
from events.models import Event
from personal import queries, services
from tests.personal.conftest import Soon

pytestmark = pytest.mark.django_db


def test_the_page_shows_what_the_account_saved(vera: User, soon: Soon, page: Client) -> None:
    kept = soon(title="Kept")
    services.save_events(vera, [kept.pk])
    html = page.get("/saved/").content.decode()
    assert "Kept with your account" in html
    assert kept.get_absolute_url() in html
    assert "noscript" not in html.split('id="main"')[1].split("</main>")[0]
    assert "data-of-account" in html
    anonymous = Client().get("/saved/").content.decode()
    assert kept.get_absolute_url() not in anonymous
    assert "/accounts/login/?next=/saved/" in anonymous


def test_the_page_is_kept_by_nobody(vera: User, soon: Soon, page: Client) -> None:
    services.save_events(vera, [soon().pk])
    answer = page.get("/saved/")
    assert "private" in answer["Cache-Control"]
    assert "Cookie" in answer["Vary"]


def test_ids_in_the_address_are_shown_to_everybody(vera: User, soon: Soon, page: Client) -> None:
    services.save_events(vera, [soon(title="Kept").pk])
    html = page.get(f"/saved/?id={soon(title='Other').pk.hex}").content.decode()
    assert "Other" in html
    assert "Kept" not in html.split('id="saved"')[1]


def test_an_event_is_saved_and_taken_out_without_a_script(vera: User, soon: Soon, page: Client) -> None:
    event = soon(title="Jazz")
    assert f'href="/for-me/save/?event={event.pk.hex}"' in page.get(event.get_absolute_url()).content.decode()
    address = f"/for-me/save/?event={event.pk.hex}"
    assert "Save it" in page.get(address).content.decode()
    assert queries.saved_ids(vera) == []
    assert page.post(address, {"do": "save"})["Location"] == "/saved/"
    assert queries.saved_ids(vera) == [event.pk]
    assert "Take it out" in page.get(address).content.decode()
    assert page.post(address, {"do": "unsave"})["Location"] == "/saved/"
    assert queries.saved_ids(vera) == []


def test_what_is_not_there_cannot_be_saved(
    vera: User, soon: Soon, page: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    removed = soon()
    Event.objects.filter(pk=removed.pk).update(publication=Publication.REMOVED)
    for asked in ("", "x", removed.pk.hex):
        assert page.get(f"/for-me/save/?event={asked}").status_code == 404
    monkeypatch.setattr("personal.services.favourites.MOST_FAVOURITES", 0)
    assert page.post(f"/for-me/save/?event={soon().pk}", {"do": "save"}).status_code == 409


def test_the_page_takes_as_many_queries_with_1_and_with_30(vera: User, soon: Soon, page: Client) -> None:
    counts = []
    for number in (1, 29):
        services.save_events(vera, [soon(title=f"Jazz {one}").pk for one in range(number)])
        with CaptureQueriesContext(connection) as asked:
            page.get("/saved/")
        counts.append(len(asked))
    assert counts[0] == counts[1]
