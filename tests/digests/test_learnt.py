"""Digests in the order of what their readers did, with reasons: for who agreed, where recommendations are on, and for nobody else."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from digests import compose, services
from digests.models import Delivery, Subscription
from events import recommended
from events.models import Event
from insights import services as insights
from insights.enums import Interaction
from insights.offering import kept
from insights.records import Reader
from insights.services import Seen
from pipeline.contract.normalized import Venue
from places.models import Place
from tests.digests.conftest import THURSDAY, subscribed
from tests.factories import make_person, make_place, make_staff, record_event

pytestmark = pytest.mark.django_db
FLAGS = ("FLAG_RECOMMENDATIONS", "FLAG_LEARNT_RECOMMENDATIONS")
BLUE = "You were interested in 2 events at Blue Room"


@pytest.fixture(autouse=True)
def on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FLAG_LEARNT_RECOMMENDATIONS", "on")


def happens(title: str, venue: str, *, days: float = 2, **fields: object) -> Event:
    event = record_event(
        title=title,
        start=THURSDAY + timedelta(days=days),
        venue=Venue(name=venue, city="Bengaluru", country="IN"),
        **fields,
    )
    place = Place.objects.filter(name=venue).first() or make_place(
        name=venue, slug=venue.lower().replace(" ", "-")
    )
    Event.objects.filter(pk=event.pk).update(place=place)
    return event


@pytest.fixture
def gigs() -> list[Event]:
    """Two that are over, at one venue; then what is coming: one of that venue, and four elsewhere that are sooner."""
    over = [happens(f"Old gig {number}", "Blue Room", days=-9 - number) for number in range(2)]
    Event.objects.filter(pk__in=[event.pk for event in over]).update(category_id="film")
    coming = [happens("Quartet", "Blue Room", days=5)]
    coming += [happens(f"Loud {number}", f"Hall {number}", days=2) for number in range(4)]
    for event in coming[1:]:
        Event.objects.filter(pk=event.pk).update(category_id="comedy")
    return [*over, *coming]


def person(email: str, **fields: object) -> tuple[User, Subscription]:
    user = make_person(email=email, is_staff=False)
    row = subscribed(email)
    Subscription.objects.filter(pk=row.pk).update(user=user, **fields)
    return user, row


def saved(user: User, *events: Event) -> None:
    reader = Reader(user_id=user.pk)
    insights.agree(reader)
    seen = [Seen(interaction=Interaction.SAVE, event_id=event.pk) for event in events]
    insights.record(reader, seen, now=THURSDAY - timedelta(days=8))


def first_of(row: Subscription) -> str:
    delivery = row.deliveries.get(kind="digest")
    return Event.objects.get(pk=delivery.event_ids[0]).title


def mail_to(row: Subscription) -> tuple[str, str]:
    """Its text and its HTML, with lines joined, as they are sent."""
    delivery = Delivery.objects.select_related("subscription__city").get(subscription=row, kind="digest")
    message = compose.message_of(delivery, now=THURSDAY, fits=compose.fits_of([delivery], now=THURSDAY))
    assert message is not None
    html = str(message.alternatives[0][0])
    return " ".join(str(message.body).split()), " ".join(html.split())


def test_what_fits_comes_first_with_its_reason_in_both_parts(gigs: list[Event]):
    user, row = person("vera@example.org")
    saved(user, *gigs[:2])
    _, other = person("otto@example.org")
    services.record_due(now=THURSDAY)
    assert first_of(row) == "Quartet"
    assert first_of(other) != "Quartet"
    for part in mail_to(row):
        assert part.count(BLUE) == 1
        assert "made from what you did here, as you agreed to" in part
    for part in mail_to(other):
        assert "You were interested" not in part
        assert "as you agreed to" not in part


def test_reasons_are_in_the_language_of_the_reader(gigs: list[Event]):
    user, row = person("vera@example.org", language="fr")
    saved(user, *gigs[:2])
    services.record_due(now=THURSDAY)
    text, html = mail_to(row)
    assert "You were interested" not in text + html
    assert "Blue Room" in text
    assert "comme vous l’avez accepté" in text or "comme vous l'avez accepté" in text


@pytest.mark.parametrize("name", FLAGS)
def test_switched_off_it_is_as_before(gigs: list[Event], monkeypatch: pytest.MonkeyPatch, name: str):
    user, row = person("vera@example.org")
    saved(user, *gigs[:2])
    monkeypatch.setenv(name, "off")
    services.record_due(now=THURSDAY)
    assert first_of(row) != "Quartet"
    assert all("You were interested" not in part for part in mail_to(row))


def test_without_anybody_who_answers_it_is_as_before(gigs: list[Event], monkeypatch: pytest.MonkeyPatch):
    user, row = person("vera@example.org")
    saved(user, *gigs[:2])
    monkeypatch.setattr(recommended, "_asked", [])
    services.record_due(now=THURSDAY)
    assert first_of(row) != "Quartet"


def test_an_error_in_what_is_learnt_stops_no_mail(gigs: list[Event]):
    user, row = person("vera@example.org")
    saved(user, *gigs[:2])

    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE insights_participant RENAME TO insights_gone")
    services.record_due(now=THURSDAY)
    assert first_of(row) != "Quartet"
    assert "Quartet" in mail_to(row)[0]


def test_who_withdraws_before_it_goes_finds_no_reason_in_it(gigs: list[Event]):
    user, row = person("vera@example.org")
    saved(user, *gigs[:2])
    services.record_due(now=THURSDAY)
    insights.withdraw(Reader(user_id=user.pk))
    assert all("You were interested" not in part and "you agreed" not in part for part in mail_to(row))


def test_staff_who_look_at_a_digest_see_nothing_of_what_its_reader_did(gigs: list[Event]):
    user, row = person("vera@example.org")
    saved(user, *gigs[:2])
    row = Subscription.objects.select_related("city", "user").get(pk=row.pk)
    seen = services.preview_message(row, by=make_staff(), now=THURSDAY)
    assert seen is not None
    assert "You were interested" not in str(seen.body) + str(seen.alternatives[0][0])
    assert "Quartet" not in str(seen.subject)


def test_subscribers_cost_no_queries_each(gigs: list[Event]):
    def counted(number: int) -> int:
        for one in range(number):
            user, _ = person(f"p{number}-{one}@example.org")
            saved(user, *gigs[:2])
        kept.forget()
        with CaptureQueriesContext(connection) as seen:
            services.record_due(now=THURSDAY)
        rows = list(Delivery.objects.filter(kind="digest").select_related("subscription__city"))
        with CaptureQueriesContext(connection) as composed:
            fits = compose.fits_of(rows, now=THURSDAY)
            found = [fit.reason(gigs[2].pk) for fit in fits.values()]
        assert found == [BLUE] * len(rows)
        Delivery.objects.all().delete()
        return len(seen) + len(composed)

    assert counted(1) == counted(12)
