"""The pages of errors lead on, cost little, and say when to come back."""

from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.test import Client
from django.test.utils import CaptureQueriesContext, override_settings

from config.error_pages import words_of
from config.urls import handler500
from tests.factories import make_city, make_event

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/events/late-night-jazz-01a2092b6b2f723798aa5ad27636ecf2/", "late night jazz"),
        ("/bengaluru/jazz_club.html", "bengaluru jazz club"),
        ("/a%20b/%22%3E%3Cscript%3E/", "a b script"),
        ("/wp-admin/2019/", "wp admin"),
        ("/" + "word-" * 60, "word " * 15 + "word"),
        ("/", ""),
    ],
)
def test_the_words_of_an_address_can_be_searched(path: str, words: str) -> None:
    assert words_of(path) == words


def test_what_is_not_found_offers_a_search_and_the_city_that_was_meant(client: Client) -> None:
    make_city(slug="bengaluru", name="Bengaluru")
    with CaptureQueriesContext(connection) as captured:
        answer = client.get("/bengalooru/jazz/")
    html = answer.content.decode()
    assert answer.status_code == 404
    assert 'name="q" type="search" value="bengalooru jazz"' in html
    assert '<a class="btn" href="/bengaluru/">What is on in Bengaluru</a>' in html
    assert len(captured) <= 4
    assert "noindex" in html


@override_settings(DEBUG=True)
def test_the_first_start_shows_the_same_page(client: Client) -> None:
    """`make run` has DEBUG on."""
    make_city(slug="bengaluru", name="Bengaluru")
    for path in (
        "/nowhere/",
        "/bengaluru/nowhere-at-all/",
        "/performers/nobody/",
        "/a/deeper/address/than/any/",
        "/nowhere.html",
    ):
        answer = client.get(path)
        assert answer.status_code == 404
        assert 'name="q" type="search"' in answer.content.decode()
        assert b"URLconf" not in answer.content


def test_what_was_removed_says_why_and_offers_a_search(client: Client) -> None:
    event = make_event(publication="removed", publication_reason="Its owner asked us not to list it.")
    answer = client.get(event.get_absolute_url())
    html = answer.content.decode()
    assert answer.status_code == 410
    assert "Its owner asked us not to list it." in html
    assert 'action="/search"' in html


@override_settings(PAGE_RATE_LIMIT=1)
def test_too_many_lists_are_told_when_to_come_back(client: Client) -> None:
    make_city()
    client.get("/bengaluru/")
    page: Any = client.get("/bengaluru/")
    assert page.status_code == 429
    assert 1 <= int(page["Retry-After"]) <= 60
    html = page.content.decode()
    assert f"Try again in {page['Retry-After']} seconds." in html
    assert "<h1>That was a lot at once.</h1>" in html


def test_the_page_of_our_own_errors_asks_no_database() -> None:
    request = HttpRequest()
    request.path = "/bengaluru/"
    with CaptureQueriesContext(connection) as captured:
        answer = handler500(request)
    assert (answer.status_code, len(captured)) == (500, 0)
    assert "An error occurred on our side." in answer.content.decode()


@pytest.mark.parametrize(
    "name", ["403.html", "403_csrf.html", "404.html", "410.html", "500.html", "refused.html"]
)
def test_each_page_of_an_error_is_small_and_not_indexed(name: str) -> None:
    html = render_to_string(name, {"site_name": settings.SITE_NAME, "heading": "A moment."})
    assert 'name="robots" content="noindex"' in html
    assert len(html) < 20_000
