"""Every list that pages by cursor: what is added, changed and removed between its pages moves no row that stays as it was."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core.cache import cache
from django.db import connection, models, transaction
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import User
from digests.models import Subscription
from events.filters import EventFilter, Ordering
from events.models import Event, EventDay, Organizer
from events.queries.popular import KEPT
from events.search.answering import ranking
from events.services.trends import refresh_trends
from moderation.models import Review
from pipeline.text.folding import fold
from places.models import Place
from saved_searches.services import save
from sources.models import Alert, FetchRun, Source
from tests.factories import NOW, make_city, make_event, make_place, make_run, make_source, make_staff
from webhooks.models import Delivery, Endpoint, Message

pytestmark = pytest.mark.django_db
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
#: The rows of a list before its first page is read stand here, and others come between.
PLACES = (10, 30, 50, 70, 90)


class Clock:
    """A clock that tests turn."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(timezone, "now", clock)
    return clock


@dataclass(frozen=True)
class Pages:
    """A list: its address, how a row is made that stands at `place` (0 to 99) of it, how one is changed and removed.

    `stir` changes what is no row of it, and might move every row.
    """

    path: Callable[[User], str]
    make: Callable[[int], UUID]
    change: Callable[[UUID, int], object]
    remove: Callable[[UUID], object]
    stir: Callable[[int], object] = lambda place: None


def _event(place: int, **more: Any) -> UUID:
    start = NOW + timedelta(days=1) + place // 3 * HOUR  # some begin together
    title = "Raga" if place // 20 % 2 else "A long evening with raga"
    kind = {"title": title, "start": start, "lat": 12.9 + place / 1000, "lng": 77.6}
    about = "raga " * (place // 10 % 5) + f"night {place}"
    fields = {"published_at": timezone.now() - (100 - place) * MINUTE, "description": about, **more}
    return make_event(**{**kind, **fields}).pk


def _change_event(pk: UUID, place: int) -> None:
    Event.objects.filter(pk=pk).update(
        start_at=NOW + timedelta(days=1) + place // 3 * HOUR, lat=12.9 + place / 1000
    )


def _remove_event(pk: UUID) -> None:
    Event.objects.filter(pk=pk).update(publication="removed")


def _looked_at(place: int) -> None:
    """Readers look at some events more than before, so that all are scored anew."""
    for number, pk in enumerate(Event.objects.order_by("pk").values_list("pk", flat=True)):
        if (number + place) % 3:
            EventDay.objects.update_or_create(
                event_id=pk, day=NOW.date(), defaults={"views": (number * 37 + place * 11) % 50}
            )
    refresh_trends(now=timezone.now())


def _popular(place: int) -> UUID:
    pk = _event(place)
    if place % 20 == 10 and place != 50:
        EventDay.objects.create(event_id=pk, day=NOW.date(), views=place)
        refresh_trends(now=timezone.now())
    return pk


def _events(query: str, make: Callable[[int], UUID] = _event, **more: Any) -> Pages:
    return Pages(lambda _: f"/api/v1/{query}", make, _change_event, _remove_event, **more)


def _organizer(place: int) -> UUID:
    name = f"Organizer {place:02}"
    row = Organizer.objects.create(name=name, folded_name=fold(f"{name} {uuid4()}"))
    for _ in range(1 + place // 10 % 3):
        _event(place, organizer=row, published_at=timezone.now())
    return row.pk


def _with_another_event(pk: UUID, place: int) -> None:
    _event(place, organizer_id=pk, published_at=timezone.now())


def _without_events(pk: UUID) -> None:
    Event.objects.filter(organizer_id=pk).update(publication="removed")


def _rows(
    model: type[models.Model], path: str, make: Callable[[int], Any], column: str, value: Callable[[int], Any]
) -> Pages:
    """A list of rows of `model`, sorted by `column`, which has `value` at a place."""
    return Pages(
        lambda _: f"/api/v1/{path}",
        lambda place: make(place).pk,
        lambda pk, place: model._default_manager.filter(pk=pk).update(**{column: value(place)}),
        lambda pk: model._default_manager.filter(pk=pk).delete(),
    )


def _ago(place: int) -> datetime:
    return NOW - (100 - place // 3) * HOUR


def _source() -> Source:
    return Source.objects.filter(slug="feed").first() or make_source()


def _subscription(place: int) -> Subscription:
    hashes = {"address_hash": uuid4().hex, "token_hash": uuid4().hex}
    return Subscription.objects.create(city=make_city(), requested_at=_ago(place), **hashes)


def _saved(person: User) -> str:
    make_city()
    wanted = EventFilter(q="raga", city="bengaluru", ordering=Ordering.START)
    return f"/api/v1/me/saved-searches/{save(person, wanted, name='Raga', alert=False).pk}/events"


def _webhook(person: User) -> str:
    if not Endpoint.objects.exists():
        fields = {
            "address": "https://hooks.example.org/in",
            "host": "hooks.example.org",
            "types": ["event.published"],
        }
        Endpoint.objects.create(user=person, secret="whsec_x", **fields)
    return f"/api/v1/me/webhooks/{Endpoint.objects.get().pk}/deliveries"


def _delivery(_place: int) -> UUID:
    _webhook(User.objects.get())
    message = Message.objects.create(type="event.published", body=json.dumps({}))
    return Delivery.objects.create(endpoint=Endpoint.objects.get(), message=message).pk


NEAR = "lat=12.9&lng=77.6&radius_km=50"
LISTS = {
    "start": _events("events?"),
    "distance": _events(f"events?ordering=distance&{NEAR}"),
    "relevance": _events("events?ordering=relevance&q=raga"),
    "published": _events("events?ordering=published"),
    "popularity": _events("events?ordering=popularity", _popular, stir=_looked_at),
    "search": _events("search?q=raga"),
    "search near": _events(f"search?q=raga&{NEAR}"),
    "search with samples": _events("search?q=raga", lambda place: _event(place, is_sample=place > 60)),
    "search without words": _events("search?q=music&city=bengaluru"),
    "search by popularity": _events("search?q=raga&ordering=popularity", _popular, stir=_looked_at),
    "saved search": Pages(_saved, _event, _change_event, _remove_event),
    "organizers": Pages(lambda _: "/api/v1/organizers?", _organizer, _with_another_event, _without_events),
    "places": _rows(
        Place, "places?", lambda place: make_place(name=f"Hall {place:02} {uuid4().hex[:4]}"), "folded_name", lambda place: f"hall {place:02}"
    ),
    "sources": _rows(
        Source, "admin/sources?", lambda place: make_source(slug=f"s{uuid4().hex}", name=f"Feed {place:02}"), "name", lambda place: f"Feed {place:02}"
    ),
    "runs": _rows(
        FetchRun, "admin/runs?",
        lambda place: make_run(source=_source(), state="success", started_at=_ago(place), finished_at=NOW), "started_at", _ago,
    ),
    "alerts": _rows(
        Alert, "admin/alerts?",
        lambda place: Alert.objects.create(key=uuid4().hex, title="late", source=_source(), raised_at=_ago(place)), "raised_at", _ago,
    ),
    "subscriptions": _rows(Subscription, "admin/subscriptions?", _subscription, "requested_at", _ago),
    "reviews": _rows(
        Review, "admin/reviews?",
        lambda place: Review.objects.create(kind="event", object_id=uuid4(), title="Raga", city=make_city(), priority=place // 3),
        "priority", lambda place: place // 3,
    ),
    "deliveries": Pages(
        _webhook, _delivery, lambda pk, _place: Delivery.objects.filter(pk=pk).update(state="delivered"),
        lambda pk: Delivery.objects.filter(pk=pk).delete(),
    ),
}  # fmt: skip

ACTS = st.lists(
    st.tuples(
        st.sampled_from(["make", "make", "change", "remove", "stir"]), st.integers(0, 4), st.integers(0, 99)
    ),
    max_size=3,
)


@pytest.fixture
def few_are_ranked(monkeypatch: pytest.MonkeyPatch) -> None:
    """The last events of the world follow in order of time."""
    for module in ("ranking", "exact"):
        monkeypatch.setattr(f"events.search.answering.{module}.MOST_RANKED", 3)
    assert ranking.MOST_RANKED == 3


@pytest.mark.usefixtures("few_are_ranked")
@pytest.mark.parametrize("name", LISTS)
def test_no_row_that_stays_is_missed_doubled_or_moved(client: Client, clock: Clock, name: str) -> None:
    pages, person = LISTS[name], make_staff()
    client.force_login(person)
    with _without_triggers():
        at_first = [pages.make(place) for place in PLACES]
        path = pages.path(person)

    @settings(max_examples=8, suppress_health_check=[HealthCheck.too_slow])
    @given(limit=st.integers(1, 3), between=st.lists(ACTS, min_size=1, max_size=5))
    def walk(limit: int, between: list[list[tuple[str, int, int]]]) -> None:
        clock.now = NOW
        with transaction.atomic(), _without_triggers():
            whole = _read(client, path, limit=100)[0]
            assert set(whole) == set(map(str, at_first))
            touched: set[str] = set()
            found, following = _read(client, path, limit=limit)
            for acts in [*between, *[[] for _ in range(30)]]:
                if not following:
                    break
                clock.now += MINUTE
                touched |= {str(pk) for pk in _play(pages, acts, at_first)}
                more, following = _read(client, following)
                found += more
            transaction.set_rollback(True)
        assert not following
        assert [pk for pk in found if pk in set(whole) - touched] == [pk for pk in whole if pk not in touched]

    walk()


def _play(pages: Pages, acts: list[tuple[str, int, int]], at_first: list[UUID]) -> Iterator[UUID]:
    """Do it; yields the rows that do not stay as they were."""
    for act, number, place in acts:
        if act == "make":
            pages.make(place)
        elif act == "stir":
            pages.stir(place)
        elif act == "change":
            pages.change(at_first[number], place)
            yield at_first[number]
        else:
            pages.remove(at_first[number])
            yield at_first[number]


def _read(client: Client, address: str, **query: Any) -> tuple[list[str], str | None]:
    """The ids of a page, and the address of the next one."""
    cache.clear()
    parts = "&".join(f"{name}={value}" for name, value in query.items())
    glue = "" if not parts or address.endswith("?") else ("&" if "?" in address else "?")
    page = client.get(f"{address}{glue}{parts}").json()
    assert "results" in page, page
    assert page["has_more"] == bool(page["next"])
    return [row["id"] for row in page["results"]], page["next"]


class _without_triggers:  # noqa: N801  # a context
    """Rows may be changed without their Changes: these tests are about pages, not about how a state came about."""

    def __enter__(self) -> None:
        self._set("replica")

    def __exit__(self, *_: object) -> None:
        if not connection.needs_rollback:
            self._set("origin")

    def _set(self, role: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL session_replication_role = {role}")


def _pages_of_popular(client: Client, clock: Clock) -> tuple[list[str], str]:
    with _without_triggers():
        for place in PLACES:
            _popular(place)
    found, following = _read(client, "/api/v1/events?ordering=popularity", limit=2)
    assert following
    clock.now += KEPT
    return found, following


def test_an_order_by_popularity_is_kept_for_half_an_hour(client: Client, clock: Clock) -> None:
    found, following = _pages_of_popular(client, clock)
    with _without_triggers():
        _looked_at(7)
    assert len(found + _read(client, following)[0]) == 4
    clock.now += MINUTE
    answer = client.get(following)
    assert answer.status_code == 400
    assert "half an hour" in answer.json()["errors"][0]["detail"]


@pytest.mark.parametrize(
    "changed", [{"q": "raga night"}, {"city": "bengaluru"}, {"understand": "0", "q": "raga today"}]
)
def test_a_cursor_of_another_question_is_refused(
    client: Client, clock: Clock, changed: dict[str, str]
) -> None:
    with _without_triggers():
        for place in PLACES:
            _event(place)
    _, following = _read(client, "/api/v1/search?q=raga", limit=2)
    assert following
    cursor = following.partition("cursor=")[2].partition("&")[0]
    answer = client.get("/api/v1/search", {"q": "raga", "cursor": cursor, **changed})
    assert answer.status_code == 400
    assert "another question" in answer.json()["errors"][0]["detail"]


def test_where_a_time_limit_ended_the_search_its_page_is_asked_for_again(
    client: Client, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    with _without_triggers():
        for place in PLACES:
            _event(place)
    _, following = _read(client, "/api/v1/search?q=raga", limit=2)
    assert following
    with monkeypatch.context() as patch:
        patch.setattr(ranking, "_BEHIND", ranking._BEHIND + " OR pg_sleep(1) IS NULL")
        patch.setattr("django.conf.settings.SEARCH_STEP_SECONDS", 0.2)
        page = client.get(following).json()
    assert (page["results"], page["degraded"], page["next"]) == ([], True, following)
    cache.clear()
    assert len(client.get(following).json()["results"]) == 2
