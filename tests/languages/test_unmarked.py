"""Every text of the public pages and mails is marked: none is left in English in a language made of the texts."""

from collections import deque
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core import mail
from django.test import Client
from django.urls import Resolver404, resolve
from django.utils import translation
from lxml import html

from accounts.models import User
from accounts.site.mails import MAILS, compose
from digests import services
from digests.compose import confirmation_message, digest_message
from digests.models import Delivery, Subscription
from events.models import Event
from languages.addresses import has_languages, in_language, split_language
from moderation.enums import OptOutKind
from moderation.services import conversations, opting_out
from tests.factories import EVENING, make_area, make_city, make_event, make_place
from tests.languages.pseudo import CODE, mirrored, pseudo, unmarked, unmarked_text

__all__ = ["mirrored"]
pytestmark = pytest.mark.django_db
#: Pages that no link of the others leads to.
STARTS = (
    "/", "/search?q=%D0%BC", "/search?q=%D1%8B%D1%8B&when=weekend&price=free", "/subscribe/", "/submit/", "/submit/thanks/?reference=1",
    "/opt-out/", "/opt-out/?asked=mailed", "/privacy/", "/about/", "/about/bot", "/accounts/login/", "/accounts/signup/",
    "/accounts/password/reset/", "/nowhere/", "/subscriptions/x/language/",
)  # fmt: skip
STATES: tuple[dict[str, Any], ...] = (
    {},
    {"happening": "cancelled"},
    {"sold_out": True},
    {"happening": "rescheduled", "previous_start_at": EVENING},
    {"price_type": "free"},
    {"price_type": "paid", "price_min": Decimal(500), "price_max": Decimal(800), "price_currency": "INR"},
)


@pytest.fixture
def evening(tonight: None) -> list[Event]:
    """A city whose own names have no Latin letter, with events in every state."""
    city = make_city(name="Город")
    area = make_area(city=city, name="Район")
    place = make_place(name="Клуб", slug="klub", city=city)
    return [
        make_event(
            title=f"Вечер {number}", slug="x", start=EVENING + timedelta(hours=1 + number * 7), city=city, area=area, place=place,
            venue_name="Клуб", description="<p>Музыка</p>", **state,
        )
        for number, state in enumerate(STATES * 2)
    ]  # fmt: skip


def pages(client: Client, starts: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Each page that links lead to, two of each route, in the language: (address, page)."""
    waiting, seen = deque(starts), dict[str, int]()
    while waiting:
        asked = waiting.popleft()
        try:
            route = resolve(urlsplit(asked).path).route
        except Resolver404:
            route = asked
        if seen.setdefault(route, 0) >= (9 if asked in starts else 2):
            continue
        seen[route] += 1
        answer = client.get(in_language(asked, CODE), follow=True)
        if "html" in answer.get("Content-Type", ""):
            page = answer.content.decode()
            yield asked, page
            waiting.extend(_links(page))


def _links(page: str) -> Iterator[str]:
    for link in html.fromstring(page).iterfind(".//a[@href]"):
        address = link.get("href", "")
        path = split_language(urlsplit(address).path)[1]
        if address.startswith("/") and has_languages(path) and "logout" not in path:
            yield path + (f"?{query}" if (query := urlsplit(address).query) else "")


def test_no_text_of_a_page_is_left_in_english(mirrored: None, evening: list[Event]) -> None:
    client = Client()
    event = evening[0]
    starts = (*STARTS, f"/events/{event.pk}/report/", f"/events/{event.pk}/report/?thanks=1")
    left = {address: found for address, page in pages(client, starts) if (found := unmarked(page))}
    client.force_login(User.objects.create_user("a@example.org", name="Вера"))
    left |= {address: found for address, page in pages(client, ("/accounts/",)) if (found := unmarked(page))}
    assert not left, "\n".join(
        sorted(f"{address}: {text}" for address, texts in left.items() for text in texts)
    )


def test_no_text_of_a_refused_form_is_left_in_english(mirrored: None, evening: list[Event]) -> None:
    client = Client()
    forms = {
        "/subscribe/": {"email": "x"},
        "/submit/": {"email": "x", "start": "x", "url": "x"},
        "/opt-out/": {"email": "x"},
        "/accounts/login/": {"login": "x", "password": "x"},
        "/accounts/signup/": {"email": "x", "password1": "x"},
        f"/events/{evening[0].pk}/report/": {"kind": "correction", "start_at": "x"},
    }
    left = {
        address: found
        for address, values in forms.items()
        if (found := unmarked(client.post(in_language(address, CODE), values).content.decode()))
    }
    assert not left, "\n".join(
        sorted(f"{address}: {text}" for address, texts in left.items() for text in texts)
    )


def test_no_text_of_a_mail_is_left_in_english(
    mirrored: None, evening: list[Event], django_capture_on_commit_callbacks: Any
) -> None:
    """Of the account, of subscriptions, of submissions and of wishes not to be listed."""
    names = (
        "from_email",
        "to_email",
        "deleted_email",
        "new_email",
        "email",
        "provider",
        "ip",
        "user_agent",
        "code",
        "confirm_url",
        "team",
        "invitation_url",
        "claim_url",
        "key_name",
        "shown",
        "may",
        "until",
        "keys_url",
    )
    values = dict.fromkeys(names, "1")
    mails = [compose(name, "a@example.org", values, language=CODE) for name in MAILS]
    with translation.override(CODE), django_capture_on_commit_callbacks(execute=True):
        services.subscribe("a@example.org", evening[0].city)  # type: ignore[arg-type]
        conversations.follow(evening[0].pk, address="a@example.org")
        wish = opting_out.wish_for(OptOutKind.DOMAIN, "example.org")
        opting_out.ask(wish, address="a@example.org", note="")
    Subscription.objects.update(language=CODE)
    delivery = Delivery.objects.select_related("subscription__city").get()
    mails += [confirmation_message(delivery), digest_message(delivery, evening, now=EVENING)]
    for each in [*mails, *mail.outbox]:
        assert unmarked_text(f"{each.subject}\n{each.body}".replace("example.org", "")) == set()
        for page, _ in getattr(each, "alternatives", []):
            assert unmarked(str(page)) == set()


def test_the_language_of_tests_is_accented_longer_and_keeps_what_is_no_text() -> None:
    assert (
        pseudo('%(n)d of <a href="%(url)s">them</a> &amp; {name}')
        == '⟦%(n)d öƒ <a href="%(url)s">ţĥéɱ</a> &amp; {name} · ·⟧'
    )
    assert unmarked('<p title="Left out">⟦ţ⟧ <b lang="fr">Bonjour</b> and</p>') == {"Left out", "and"}
