"""Each change becomes one delivery to each endpoint that asks for it, from a cursor of the outbox."""

import json
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now

from events.models import Event
from events.public import public_event
from events.queries import for_api
from events.services import announcing
from outbox.models import Change, Cursor, Epoch
from outbox.queries import cursor, position
from realtime.feed.protocol import change_body
from tests.factories import make_categories, make_city
from tests.webhooks.conftest import Adds, publish, seen, tell
from webhooks import services
from webhooks.models import Delivery, Endpoint, Message
from webhooks.queries import CONSUMER
from webhooks.services import following

pytestmark = pytest.mark.django_db


def follow() -> int:
    return services.follow(now=now())


def told() -> list[tuple[str, str]]:
    """Type and title of what waits, in order."""
    rows = Delivery.objects.order_by("number").select_related("message")
    return [(row.message.type, json.loads(row.message.body)["data"]["title"]) for row in rows]


def test_a_change_becomes_a_message_with_the_public_event(endpoint: Endpoint) -> None:
    event = publish()
    assert follow() == 1
    delivery = Delivery.objects.select_related("message").get()
    body = json.loads(delivery.message.body)
    change = Change.objects.get(object_id=event.pk)
    shown = public_event(for_api(Event.objects.filter(pk=event.pk)).get())
    assert body == {
        "type": "event.published", "timestamp": change.at.isoformat(), "epoch": position().epoch, "offset": change.number,
        "data": json.loads(json.dumps(shown)),
    }  # fmt: skip
    assert (delivery.endpoint_id, delivery.number, delivery.event_id) == (
        endpoint.pk,
        change.number,
        event.pk,
    )


@pytest.mark.parametrize("kind", [announcing.REMOVED, announcing.MERGED])
def test_what_is_gone_is_told_as_changes_tells_it(endpoint: Endpoint, kind: str) -> None:
    event = publish()
    Event.objects.filter(pk=event.pk).update(publication="removed", version=2)
    tell(
        Event.objects.get(pk=event.pk), kind, reason="a hoax", survivor="0198f1d2-6c3e-7b11-8f00-4b1f0a2c3d4e"
    )
    follow()
    message = Message.objects.get(type=kind)
    assert json.loads(message.body)["data"] == change_body(Change.objects.get(type=kind))["data"]
    assert not Message.objects.filter(type="event.published").exists(), (
        "it was hidden before the message was made"
    )


def test_twice_makes_nothing_twice(endpoint: Endpoint) -> None:
    publish()
    assert (follow(), follow()) == (1, 0)
    Cursor.objects.filter(name=CONSUMER).update(number=0)
    with pytest.raises(Exception, match="change_id"), transaction.atomic():
        follow()
    assert Delivery.objects.count() == 1


def test_a_process_that_dies_leaves_cursor_and_deliveries_as_they_were(
    endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish("First")
    follow()
    reached = cursor(CONSUMER)
    publish("Second")

    def die(*_: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(following, "advance", die)
        pytest.raises(KeyboardInterrupt, follow)
    assert cursor(CONSUMER) == reached
    assert told() == [("event.published", "First")]
    assert follow() == 1
    assert told() == [("event.published", "First"), ("event.published", "Second")]


def test_what_changed_before_an_endpoint_is_not_sent(adds: Adds) -> None:
    publish("Before")
    adds()
    publish("After")
    follow()
    assert told() == [("event.published", "After")]


def test_what_changed_while_it_was_disabled_is_not_sent(endpoint: Endpoint) -> None:
    services.change_endpoint(endpoint.user, endpoint.pk, {"enabled": False})
    publish("Meanwhile")
    follow()
    services.change_endpoint(endpoint.user, endpoint.pk, {"enabled": True})
    publish("After")
    follow()
    assert told() == [("event.published", "After")]


def test_only_the_types_that_were_asked_for(adds: Adds) -> None:
    adds(types=["event.cancelled", "event.removed"])
    event = publish()
    tell(event, announcing.CANCELLED)
    follow()
    assert told() == [("event.cancelled", "Moonlit Jazz")]


def test_only_what_the_filter_finds_in_the_languages_of_the_api(adds: Adds) -> None:
    make_city(slug="pune")
    adds(filter={"city": "bengaluru", "category": "Music", "q": "jazz", "price": "free"})
    publish("Free jazz", price_type="free")
    publish("Dear jazz", price_type="paid", price_min=500)
    publish("Free film", price_type="free", category_id="film")
    publish("Free blues", price_type="free")
    publish("Free jazz in Pune", price_type="free", city=make_city(slug="pune"))
    follow()
    assert told() == [("event.published", "Free jazz")]


def test_a_change_that_leaves_the_filter_is_told_once_more(adds: Adds) -> None:
    adds(filter={"price": "free"})
    event = publish(price_type="free")
    before = seen(event)
    event.price_type = "paid"
    event.save(update_fields=["price_type"])
    tell(event, announcing.CHANGED, before=before)
    tell(event, announcing.CHANGED)
    follow()
    assert [kind for kind, _ in told()] == ["event.published", "event.changed"]


def test_removals_and_cancellations_pass_by_city_area_and_category_alone(adds: Adds) -> None:
    make_categories()
    here = adds(filter={"city": "bengaluru", "price": "free", "category": "film,music"})
    make_city(slug="pune")
    adds("/pune", filter={"city": "pune"})
    adds("/food", filter={"category": "food"})
    event = publish(price_type="paid")
    tell(event, announcing.CANCELLED)
    tell(event, announcing.REMOVED)
    follow()
    found = Delivery.objects.order_by("number").values_list("endpoint", "message__type")
    assert list(found) == [(here.pk, "event.cancelled"), (here.pk, "event.removed")]


def test_changes_of_other_things_and_of_people_are_not_told(endpoint: Endpoint) -> None:
    with transaction.atomic():
        Change.objects.create(
            type="place.status", object_type="place", object_id=endpoint.pk, topics=["place:x"]
        )
        Change.objects.create(
            type="event.published", object_type="event", object_id=endpoint.pk, topics=["user:me"], audience="user",
            user_id=endpoint.user_id,
        )  # fmt: skip
    publish()
    follow()
    assert len(told()) == 1
    assert cursor(CONSUMER) == position().number


def test_where_nobody_listens_the_cursor_goes_on(db: None) -> None:
    publish()
    assert follow() == 0
    assert (cursor(CONSUMER), Message.objects.count()) == (position().number, 0)


def test_a_gap_of_the_outbox_does_not_stop_it(endpoint: Endpoint) -> None:
    publish("Forgotten")
    follow()
    publish("Forgotten, too")
    gone = Change.objects.get(data__title="Forgotten, too")
    Epoch.objects.update(pruned_to=gone.number)
    publish("Kept")
    follow()
    assert told()[-1] == ("event.published", "Kept")


def test_too_many_that_wait_are_counted_and_dropped(
    endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(following, "MOST_WAITING", 2)
    for title in ("One", "Two", "Three"):
        publish(title)
    follow()
    publish("Four")
    follow()
    endpoint.refresh_from_db()
    assert ([title for _, title in told()], endpoint.dropped) == (["One", "Two"], 2)


def test_many_changes_need_as_many_queries_as_one(adds: Adds) -> None:
    adds(filter={"q": "jazz"})
    adds("/other", filter={"city": "bengaluru"})
    publish("One jazz")
    follow()
    publish("Two jazz")
    with CaptureQueriesContext(
        connection,
    ) as one:
        follow()
    for number in range(30):
        publish(f"Jazz {number}")
    with CaptureQueriesContext(connection) as many:
        follow()
    assert len(many) == len(one)
    assert Delivery.objects.count() == 64


def test_all_endpoints_get_the_same_bytes(adds: Adds) -> None:
    adds()
    adds("/other")
    publish()
    assert follow() == 2
    assert Message.objects.count() == 1
