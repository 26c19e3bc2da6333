"""Mails, parsed back by a library that is not Python's own: what they say, what they are safe against, and how large they are."""

import re
from datetime import timedelta
from email.message import Message
from typing import Any

import pytest
from django.core.mail import EmailMultiAlternatives
from django.db.models import F
from fast_mail_parser import parse_email
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import html as lxml_html

from digests import compose, services
from digests.compose.content import Entry, Part
from digests.compose.html import page, paragraphs, rows
from digests.compose.words import labels_of, one_line, subject_of, weather_words
from digests.models import Delivery, Subscription
from digests.targets import find_target, page_of
from digests.tokens import token_of
from events.cards import State
from events.models import Event, EventImage
from pipeline.contract.normalized import Venue
from pipeline.dates.event_times import zone_or_utc
from tests.digests.conftest import THURSDAY, due_digest, subscribed
from tests.factories import make_city, make_place, record_event

RLO = "\u202e"
HOSTILE = f"</script><img src=x onerror=alert(1)>\"' {RLO}gpj.exe\r\nBcc: a@b.example @@entries@@"


def entry(**fields: Any) -> Entry:
    defaults: dict[str, Any] = {
        "title": "Raga at Dusk", "url": "https://n.example/events/a/", "calendar_url": "https://n.example/events/a.ics", "weekday": "Sat", "day": "28 Nov",
        "hour": "20:00", "facts": "Blue Room · ₹500", "text": "An evening of ragas.", "also": "", "category": "music", "states": (), "is_sample": False,
    }  # fmt: skip
    return Entry(**{**defaults, **fields})


def mail_of(entries: list[Entry]) -> str:
    around = dict.fromkeys(("subject", "preheader", "heading"), "x")
    return page(
        [("part", {"title": "Our pick", "entries": rows(entries)})],
        {**around, "site_url": "https://n.example/", "under": paragraphs("a", kind="under"), "foot": paragraphs("b", kind="small")},
    )  # fmt: skip


def parsed(message: EmailMultiAlternatives | None) -> Any:
    assert message is not None
    raw: Message = message.message()
    return parse_email(raw.as_bytes())


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None, max_examples=60)
@given(st.text(min_size=1, max_size=80), st.text(max_size=150))
def test_no_text_of_an_event_becomes_markup(title, text):
    written = mail_of([entry(title=title, text=text)])
    tree = lxml_html.fromstring(written)
    plain = mail_of([entry()])
    assert [one.tag for one in tree.iter() if isinstance(one.tag, str)] == [
        one.tag
        for one in lxml_html.fromstring(plain if text else mail_of([entry(text="")])).iter()
        if isinstance(one.tag, str)
    ]


def test_hostile_words_stay_words_and_lines_stay_short():
    written = mail_of([entry(title=HOSTILE, text=HOSTILE, facts=HOSTILE, also=HOSTILE)])
    tree = lxml_html.fromstring(written)
    assert tree.xpath("//script | //img | //*[@onerror]") == []
    assert max(len(line.encode()) for line in written.splitlines()) <= 998


@pytest.mark.django_db
def test_a_digest_is_one_mail_in_two_parts_that_say_the_same():
    delivery = due_digest()
    mail = parsed(compose.message_of(delivery, now=THURSDAY))
    event = Event.objects.get()
    assert mail.subject == "Bengaluru: Raga at Dusk, Sat 21 Nov"
    (text,), (page_html,) = mail.text_plain, mail.text_html
    for part in (text, page_html):
        assert "An evening of ragas with tabla and tanpura" in part
        assert event.get_absolute_url() in part
        assert event.get_absolute_url().rstrip("/") + ".ics" in part
        assert f"/subscriptions/{token_of(delivery.subscription)}/" in part
    assert mail.headers["List-Unsubscribe-Post"] == ["List-Unsubscribe=One-Click"]
    assert mail.headers["List-Id"][0].endswith("<bengaluru.digest.127.0.0.1>")
    assert len(page_html.encode()) < 90_000
    assert all(len(line) <= 78 or "://" in line for line in text.splitlines())


@pytest.mark.django_db
def test_hostile_titles_neither_forge_headers_nor_turn_the_text_round():
    record_event(title="Fine", start=THURSDAY + timedelta(days=2))
    Event.objects.update(title=HOSTILE[:190])
    subscribed()
    services.record_due(now=THURSDAY)
    delivery = Delivery.objects.select_related("subscription__city").get()
    mail = parsed(compose.message_of(delivery, now=THURSDAY))
    assert "Bcc" not in mail.headers
    assert RLO not in mail.subject + mail.text_plain[0] + mail.text_html[0]
    assert lxml_html.fromstring(mail.text_html[0]).xpath("//script | //img") == []


@pytest.mark.django_db
def test_the_postal_address_and_the_reason_are_in_both_parts(settings):
    settings.MAIL_POSTAL_ADDRESS = "Nocturne, 12 Residency Road, Bengaluru"
    mail = parsed(compose.message_of(due_digest(), now=THURSDAY))
    for part in (mail.text_plain[0], mail.text_html[0]):
        assert "12 Residency Road" in part
        assert "Sat 14 Nov 2026 you asked" in " ".join(part.split())


@pytest.mark.django_db
def test_full_mails_stay_small_and_load_nothing_of_anybody_else():
    for number in range(12):
        record_event(
            title=f"{'A long title ' * 8} {number}", start=THURSDAY + timedelta(days=1, hours=number), description="<p>Words. " + "word " * 400,
            venue=Venue(name=f"Room {number}", city="Bengaluru", country="IN"),
        )  # fmt: skip
    subscribed()
    services.record_due(now=THURSDAY)
    mail = parsed(
        compose.message_of(Delivery.objects.select_related("subscription__city").get(), now=THURSDAY)
    )
    written = mail.text_html[0]
    assert len(written.encode()) < 90_000
    assert re.findall(r"url\(|@import|<link|<script", written) == []
    assert {address.split("/")[2] for address in re.findall(r'(?:src|href)="(https?://[^"]*)"', written)} == {
        "127.0.0.1:8000"
    }


@pytest.mark.django_db
def test_a_picture_is_ours_with_words_and_a_fixed_size_and_one_of_another_server_is_left_out():
    delivery = due_digest()
    files = [
        {"format": "webp", "width": width, "height": width // 2, "url": f"/media/{width}.webp"} for width in (320, 640, 1280)
    ]  # fmt: skip
    EventImage.objects.create(
        event_id=delivery.event_ids[0], source_url="https://a.example/b.jpg", url="/media/b.webp", width=1280, height=640,
        state="stored", is_primary=True, files=files,
    )  # fmt: skip
    mail = parsed(compose.message_of(delivery, now=THURSDAY))
    (picture,) = lxml_html.fromstring(mail.text_html[0]).iter("img")
    assert picture.get("src") == "http://127.0.0.1:8000/media/640.webp"
    assert picture.get("alt") == "Picture of Raga at Dusk"
    assert (picture.get("width"), picture.get("height")) == ("536", "268")
    EventImage.objects.update(files=[], url="", source_url="https://a.example/b.jpg")
    Event.objects.update(version=F("version") + 1)
    assert "<img" not in parsed(compose.message_of(delivery, now=THURSDAY)).text_html[0]


@pytest.mark.django_db
def test_samples_and_states_are_marked_in_both_parts():
    record_event(start=THURSDAY + timedelta(days=2))
    Event.objects.update(is_sample=True, sold_out=True)
    subscribed()
    services.record_due(now=THURSDAY)
    mail = parsed(
        compose.message_of(Delivery.objects.select_related("subscription__city").get(), now=THURSDAY)
    )
    for part in (mail.text_plain[0], mail.text_html[0]):
        assert "Sample, not a real event" in part
        assert "Sold out" in part


@pytest.mark.django_db
def test_it_is_in_the_language_of_the_subscriber():
    delivery = due_digest(language="es")
    mail = parsed(compose.message_of(delivery, now=THURSDAY))
    assert 'lang="es"' in mail.text_html[0]
    assert "/es/events/" in mail.text_plain[0]
    assert mail.headers["Content-Language"] == ["es"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("filters", "path"),
    [
        ({}, "/bengaluru/"),
        ({"categories": ["music"]}, "/bengaluru/music/"),
        ({"categories": ["music", "film"]}, "/search?city=bengaluru&category=music%2Cfilm"),
    ],
)
def test_what_was_chosen_stays_chosen_in_the_link_to_all_of_it(filters, path):
    delivery = due_digest(filters=filters)
    assert page_of(delivery.subscription) == path
    mail = parsed(compose.message_of(delivery, now=THURSDAY))
    assert f"{path}\n" in mail.text_plain[0].replace("\r", "")


@pytest.mark.django_db
def test_each_other_mail_has_one_thing_to_do():
    place = make_place(city=make_city())
    services.subscribe("a@example.org", find_target({"venue": str(place.pk)}), now=THURSDAY)
    row = Subscription.objects.get()
    for kind, path in (("confirmation", "confirm/{}"), ("link", "{}"), ("renewal", "{}/renew")):
        delivery = Delivery(subscription=row, kind=kind, period="now", created_at=THURSDAY)
        mail = parsed(compose.message_of(delivery, now=THURSDAY))
        address = f"/subscriptions/{path.format(token_of(row))}/"
        assert address in mail.text_plain[0]
        assert address in mail.text_html[0]
        assert "Blue Room" in mail.subject


def test_the_subject_says_what_was_called_off_first():
    off = Part(is_changed=True, entries=(entry(states=(State(slug="cancelled", word="Cancelled"),)),))
    fresh = Part(is_changed=False, entries=(entry(title="Pub quiz"), entry(title="Film")))
    assert subject_of("Bengaluru", [off, fresh]) == "Cancelled: Raga at Dusk. And more in Bengaluru"
    assert subject_of("Bengaluru", [off]) == "Cancelled: Raga at Dusk"
    assert subject_of("Bengaluru", [fresh]) == "Bengaluru: Pub quiz, Sat 28 Nov, and 1 more"


@given(st.text(max_size=300))
def test_a_header_is_one_line_without_overrides(text):
    assert not re.search("[\r\n\0\u202a-\u202e\u2066-\u2069]", one_line(text))


def test_a_sample_is_said_to_be_one():
    assert labels_of(entry(is_sample=True)) == [("sample", "Sample, not a real event")]


def test_the_weather_is_that_of_the_coming_days():
    daily = [
        {"at": f"2026-11-{day}T06:00:00+00:00", "max_c": warmth, "precipitation": rain}
        for day, warmth, rain in (
            (18, 20, 0),
            (19, 24.4, 0),
            (20, 22, 0.8),
            (21, 36, 0),
            (22, 25, 0),
            (23, 25, 0),
        )
    ]
    said = weather_words(daily, zone_or_utc("Asia/Kolkata"), now=THURSDAY)
    assert said == "Thu 24 °C, Fri 22 °C with rain, Sat hot, 36 °C, Sun 25 °C"
    assert weather_words([{"at": "?"}, {}], zone_or_utc("UTC"), now=THURSDAY) == ""


def test_the_title_of_what_does_not_take_place_is_struck():
    cancelled, sold_out = (
        entry(states=(State(slug=slug, word="Said"),)) for slug in ("cancelled", "sold_out")
    )
    title = re.compile(r"<a class=\"title[^>]*line-through")
    assert title.search(rows([cancelled]))
    assert not title.search(rows([sold_out]))
