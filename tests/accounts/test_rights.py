"""Rights of actors: persons by their permissions, the system by its name."""

import pytest
from django.contrib.auth.models import AnonymousUser, Permission

from accounts.models import User
from accounts.rights import CLOCK, RightMissing, may, may_any, name_of, person_of, require
from tests.factories import make_person

pytestmark = pytest.mark.django_db
PUBLISH = "events.publish_event"


def test_a_person_may_what_their_account_was_given():
    assert may(make_person(email="a@example.org", rights=(PUBLISH,)), PUBLISH)
    assert not may(make_person(email="b@example.org", rights=("events.view_event",)), PUBLISH)


@pytest.mark.parametrize("taken", ["is_active", "is_staff"])
def test_rights_sleep_while_an_account_is_closed_or_may_not_use_the_desk(taken: str):
    person = make_person(email="a@example.org", rights=(PUBLISH,))
    setattr(person, taken, False)
    assert not may(person, PUBLISH)


def test_a_closed_superuser_may_nothing():
    assert not may(User(email="a@example.org", is_staff=True, is_superuser=True, is_active=False), PUBLISH)


def test_the_refusal_names_the_right_that_is_missing():
    with pytest.raises(RightMissing, match=r"lacks the right places\.merge_place") as refused:
        require(make_person(email="a@example.org", rights=(PUBLISH,)), PUBLISH, "places.merge_place")
    assert refused.value.permission == "places.merge_place"


def test_who_is_not_signed_in_is_told_to():
    with pytest.raises(RightMissing, match="Sign in first"):
        require(AnonymousUser(), PUBLISH)


def test_the_house_itself_may_and_is_no_person():
    require(CLOCK, PUBLISH)
    assert (person_of(CLOCK), name_of(CLOCK)) == (None, "clock")


def test_one_of_several_rights_may_be_enough():
    person = make_person(email="a@example.org", rights=(PUBLISH,))
    assert may_any(person, "moderation.view_review", PUBLISH)
    assert not may_any(person, "moderation.view_review")


def test_a_person_is_named_by_their_id():
    person = make_person(email="a@example.org")
    assert (name_of(person), person_of(person)) == (f"user {person.pk}", person)


def test_a_right_of_a_group_counts():
    person = make_person(email="a@example.org")
    person.groups.create(name="publishers").permissions.add(Permission.objects.get(codename="publish_event"))
    assert may(User.objects.get(pk=person.pk), PUBLISH)
