"""The consented log: off until one says yes, once a day for each event, gone when one says no."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.models import User
from accounts.privacy.person import Person
from insights import privacy, services
from insights.enums import Interaction, Surface
from insights.models import InteractionRow, InteractionSum, Participant
from insights.queries import participant_of
from insights.records import Reader
from insights.services import Seen
from tests.factories import make_event, make_person

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
DEVICE = Reader(device_key="a-device")
VIEW = Interaction.VIEW


@pytest.fixture
def vera() -> User:
    return make_person(email="vera@example.org", is_staff=False)


def view(**fields: Any) -> Seen:
    return Seen(**{"interaction": VIEW, "event_id": uuid4(), **fields})


def rows() -> list[InteractionRow]:
    return list(InteractionRow.objects.order_by("pk"))


def test_without_consent_nothing_is_written(vera: User):
    for reader in (Reader(user_id=vera.pk), DEVICE, Reader()):
        assert services.record(reader, [view()], now=NOW) == 0
    assert (rows(), Participant.objects.count()) == ([], 0)


def test_with_consent_it_is_kept_with_the_place_where_it_was_shown():
    services.agree(DEVICE, now=NOW)
    seen = view(surface=Surface.CITY, rank=4)
    assert services.record(DEVICE, [seen], now=NOW) == 1
    [row] = rows()
    assert (row.interaction, row.event_id, row.surface, row.rank, row.day) == (
        "view",
        seen.event_id,
        "city",
        4,
        date(2026, 11, 26),
    )


def test_the_same_counts_once_a_day_and_again_on_the_next():
    services.agree(DEVICE, now=NOW)
    seen = view()
    for moment in (NOW, NOW + timedelta(hours=3), NOW + timedelta(days=1)):
        services.record(DEVICE, [seen, seen], now=moment)
    assert [row.day.day for row in rows()] == [26, 27]


def test_a_rank_that_is_learnt_later_completes_the_row():
    services.agree(DEVICE, now=NOW)
    event_id = uuid4()
    services.record(DEVICE, [view(event_id=event_id)], now=NOW)
    services.record(DEVICE, [view(event_id=event_id, surface=Surface.SEARCH, rank=70_000)], now=NOW)
    services.record(DEVICE, [view(event_id=event_id, surface=Surface.HOME, rank=0)], now=NOW)
    assert [(row.surface, row.rank) for row in rows()] == [("search", 999)]


def test_what_is_undone_is_not_in_the_log_any_more():
    services.agree(DEVICE, now=NOW)
    saved, followed = (
        view(interaction=Interaction.SAVE),
        Seen(interaction=Interaction.FOLLOW, followed="venue:7"),
    )
    services.record(DEVICE, [saved, followed], now=NOW)
    assert services.take_back(DEVICE, saved) == 1
    assert services.take_back(DEVICE, followed) == 1
    assert rows() == []
    assert services.take_back(Reader(device_key="another"), saved) == 0
    assert services.take_back(Reader(), saved) == 0


def test_withdrawn_consent_leaves_no_trace(vera: User):
    reader = Reader(user_id=vera.pk)
    services.agree(reader, now=NOW)
    services.agree(DEVICE, now=NOW)
    for one in (reader, DEVICE):
        services.record(one, [view(), view()], now=NOW)
    assert services.withdraw(reader)
    assert (len(rows()), participant_of(reader)) == (2, None)
    assert not services.withdraw(reader)
    assert services.record(reader, [view()], now=NOW) == 0


def test_agreeing_twice_is_one_consent(vera: User):
    reader = Reader(user_id=vera.pk)
    first = services.agree(reader, now=NOW)
    assert services.agree(reader, now=NOW + timedelta(days=9)).agreed_at == first.agreed_at


def test_nobody_cannot_agree():
    with pytest.raises(ValueError, match="neither an account nor"):
        services.agree(Reader(), now=NOW)
    assert participant_of(Reader()) is None


def test_a_participant_is_either_a_person_or_a_device(vera: User):
    with pytest.raises(IntegrityError), transaction.atomic():
        Participant.objects.create(user=vera, device_hash="a" * 64, wording=1, seen_on=NOW.date())
    assert str(services.agree(Reader(user_id=vera.pk), now=NOW)).startswith("person ")
    assert str(services.agree(DEVICE, now=NOW)).startswith("device ")


def test_the_key_of_a_device_is_not_stored():
    assert "a-device" not in str(services.agree(DEVICE, now=NOW).device_hash)


def test_a_person_gets_it_all_and_nothing_stays(vera: User):
    reader, event = Reader(user_id=vera.pk), uuid4()
    services.agree(reader, now=NOW)
    services.record(reader, [view(event_id=event, surface=Surface.SIMILAR, rank=2)], now=NOW)
    told = privacy.export(Person.of(vera))
    assert [(row["event_id"], row["surface"], row["rank"]) for row in told["interactions"]] == [
        (event, "similar", 2)
    ]
    assert told["consent_to_the_log"][0]["wording"] == services.WORDING
    assert privacy.erase(Person.of(vera)) == 2
    assert (privacy.erase(Person.of(vera)), rows()) == (0, [])


def test_an_account_that_is_deleted_takes_its_log_with_it(vera: User):
    reader = Reader(user_id=vera.pk)
    services.agree(reader, now=NOW)
    services.record(reader, [view()], now=NOW)
    vera.delete()
    assert rows() == []


def test_the_sums_name_nobody_and_stay():
    event = make_event()
    for device in "abc":
        reader = Reader(device_key=device)
        services.agree(reader, now=NOW)
        services.record(reader, [view(event_id=event.pk, surface=Surface.CITY), view()], now=NOW)
    for _ in range(2):
        services.add_up(now=NOW)
    services.withdraw(Reader(device_key="a"))
    services.add_up(now=NOW)
    [known] = InteractionSum.objects.exclude(category="")
    assert (known.city_id, known.surface, known.times, known.participants) == (event.city_id, "city", 3, 3)
    assert str(known) == "2026-11-26 view 3"


def test_after_thirteen_months_it_goes_and_devices_that_came_no_more_are_forgotten(vera: User):
    person = Reader(user_id=vera.pk)
    services.agree(person, now=NOW)
    services.agree(DEVICE, now=NOW)
    for reader in (person, DEVICE):
        services.record(reader, [view()], now=NOW)
    services.forget(now=NOW)
    assert partitions() >= {"insights_interaction_2026_11", "insights_interaction_2027_01"}
    assert len(rows()) == 2  # moved from the default partition
    later = NOW + services.KEPT + timedelta(days=1)
    services.record(person, [view()], now=later - timedelta(days=2))
    assert services.forget(now=later) == 3
    assert (len(rows()), Participant.objects.get().user_id) == (1, vera.pk)
    services.forget(now=later + timedelta(days=40))
    assert "insights_interaction_2026_11" not in partitions()


def partitions() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relname LIKE 'insights_interaction_2%'")
        return {name for (name,) in cursor.fetchall()}
