"""What persons do elsewhere reaches the log where they agreed, and leaves it when they take it back."""

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as some
from hypothesis.extra.django import TestCase

from accounts.models import User
from flags.models import Flag
from insights import services
from insights.models import InteractionRow
from insights.records import Reader
from personal import queries
from personal import services as personal
from personal.models import Favourite, Follow
from tests.factories import make_event, make_person, make_place

pytestmark = pytest.mark.django_db


@pytest.fixture
def vera() -> User:
    person = make_person(email="vera@example.org", is_staff=False)
    services.agree(Reader(user_id=person.pk))
    return person


def logged() -> list[tuple[str, str]]:
    rows = InteractionRow.objects.order_by("pk").values_list("interaction", "event_id", "followed")
    return [(what, str(event or followed)) for what, event, followed in rows]


def test_saving_and_following_is_logged_and_taken_out_again(vera: User):
    event, place = make_event(), make_place()
    personal.save_events(vera, [event.pk])
    what = queries.one_followed("venue", str(place.pk))
    assert what is not None
    row = personal.follow(vera, what)
    assert logged() == [("save", str(event.pk)), ("follow", f"venue:{place.pk}")]
    personal.unsave_event(vera, event.pk)
    personal.unfollow(vera, row.pk)
    assert logged() == []


def test_without_consent_or_with_the_flag_off_nothing_is_logged(vera: User, monkeypatch: pytest.MonkeyPatch):
    personal.save_events(make_person(email="bob@example.org", is_staff=False), [make_event().pk])
    monkeypatch.setenv(f"FLAG_{Flag.RECOMMENDATIONS.name}", "off")
    personal.save_events(vera, [make_event().pk])
    assert (logged(), Favourite.objects.count()) == ([], 2)


def test_a_log_that_cannot_be_written_undoes_nothing(vera: User):
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE insights_interaction RENAME TO elsewhere")
    personal.save_events(vera, [make_event().pk])
    assert Favourite.objects.count() == 1


class Undoing(TestCase):
    """Whatever is saved and taken out, in whatever order: the log has what is saved now."""

    @given(acts=some.lists(some.tuples(some.booleans(), some.integers(0, 2)), max_size=10))
    def test_the_log_has_what_is_saved(self, acts):
        person = make_person(email=f"p{User.objects.count()}@example.org", is_staff=False)
        services.agree(Reader(user_id=person.pk))
        events = [make_event() for _ in range(3)]
        for is_saved, which in acts:
            if is_saved:
                personal.save_events(person, [events[which].pk])
            else:
                personal.unsave_event(person, events[which].pk)
        mine = InteractionRow.objects.filter(participant__user=person, interaction="save")
        assert set(mine.values_list("event_id", flat=True)) == set(queries.saved_ids(person))
        assert Follow.objects.count() == 0
