"""Teams: who may do what, invitations of others, and owners who remove each other."""

import re
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.models import AnonymousUser
from django.core import mail
from django.utils.timezone import now

from accounts.models import User
from accounts.rights import CLOCK, RightMissing
from audit.models import Entry
from events.enums import TeamKind
from events.exceptions import BadValue, OrganizerTaken, TeamRefused
from events.models import OrganizerMember, TeamInvitation
from events.queries.teams import managed, manages, may_help, may_manage, place_role_of, role_of
from events.records import Team
from events.services import teams
from places import services as places
from places.enums import TeamRole
from places.models import PlaceMember
from places.services.reporting import is_owner
from tests.factories import make_event, make_person, make_place

pytestmark = pytest.mark.django_db


def person(name: str = "ann", *, verified: bool = True) -> User:
    made = make_person(email=f"{name}@example.org", is_staff=False)
    EmailAddress.objects.create(user=made, email=made.email, verified=verified, primary=True)
    return made


@pytest.fixture
def ann() -> User:
    return person()


@pytest.fixture
def team(ann) -> Team:
    return Team(kind=TeamKind.ORGANIZER, id=teams.make_organizer("Night Owls", by=ann).pk)


def join(team: Team, name: str, role: TeamRole) -> User:
    made = person(name)
    OrganizerMember.objects.create(organizer_id=team.id, user=made, role=role.value)
    return made


def token_mailed() -> str:
    return re.search(r"/organize/invitations/confirm/([^/\s]+)/", str(mail.outbox[-1].body))[1]


def test_who_makes_an_organizer_owns_it(ann, team):
    assert role_of(ann, team.id) is TeamRole.OWNER
    assert Entry.objects.get(action="organizer.made").target == f"events.organizer:{team.id}"


def test_an_organizer_is_made_once(ann, team):
    with pytest.raises(OrganizerTaken) as refused:
        teams.make_organizer("NIGHT  owls", by=person("bob"))
    assert refused.value.organizer_id == team.id
    assert OrganizerMember.objects.count() == 1


@pytest.mark.parametrize(
    ("name", "more", "word"),
    [("  ", {}, "Name"), ("A" * 201, {}, "Name"), ("A", {"type": "king"}, "Type"), ("A", {"url": "javascript:1"}, "Url")],
)  # fmt: skip
def test_an_organizer_with_a_bad_value_is_refused(ann, name, more, word):
    with pytest.raises(BadValue, match=word):
        teams.make_organizer(name, by=ann, **more)


@pytest.mark.parametrize("actor", [AnonymousUser(), CLOCK])
def test_only_a_person_makes_one(actor):
    with pytest.raises(RightMissing):
        teams.make_organizer("Night Owls", by=actor)


def test_an_invitation_is_mailed_and_accepted(ann, team, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        teams.invite(team, "Bob@Example.org ", TeamRole.EDITOR, by=ann)
    assert mail.outbox[-1].to == ["bob@example.org"]
    assert "Night Owls" in str(mail.outbox[-1].body)
    bob = person("bob")
    assert teams.accept(token_mailed(), by=bob) == team
    assert role_of(bob, team.id) is TeamRole.EDITOR
    assert not TeamInvitation.objects.exists()
    with pytest.raises(TeamRefused):
        teams.accept(token_mailed(), by=bob)


@pytest.mark.parametrize("name", ["eve", "bob"])
def test_an_invitation_opens_nothing_for_who_has_not_proved_the_address(ann, team, name):
    link = teams.token_of(teams.invite(team, "bob@example.org", TeamRole.OWNER, by=ann))
    with pytest.raises(TeamRefused, match="another mail address"):
        teams.accept(link, by=person(name, verified=name == "eve"))
    assert OrganizerMember.objects.count() == 1


def test_a_link_that_was_replaced_withdrawn_forged_or_old_opens_nothing(ann, team):
    bob = person("bob")
    old = teams.token_of(teams.invite(team, bob.email, TeamRole.OWNER, by=ann))
    new = teams.invite(team, bob.email, TeamRole.HELPER, by=ann)
    link = teams.token_of(new)
    for wrong in (old, link + "x", ""):
        with pytest.raises(TeamRefused):
            teams.accept(wrong, by=bob)
    with pytest.raises(TeamRefused):
        teams.accept(link, by=bob, now=now() + timedelta(days=15))
    teams.withdraw(team, new.pk, by=ann)
    with pytest.raises(TeamRefused):
        teams.accept(link, by=bob)


@pytest.mark.parametrize("role", [TeamRole.EDITOR, TeamRole.HELPER])
def test_who_is_no_owner_cannot_change_the_team(ann, team, role):
    bob = join(team, "bob", role)
    for attempt in (
        lambda: teams.change_role(team, bob.pk, TeamRole.OWNER, by=bob),
        lambda: teams.remove(team, ann.pk, by=bob),
        lambda: teams.invite(team, "eve@example.org", TeamRole.OWNER, by=bob),
        lambda: teams.withdraw(team, team.id, by=bob),
    ):
        with pytest.raises(RightMissing):
            attempt()
    assert set(OrganizerMember.objects.values_list("role", flat=True)) == {"owner", role.value}


def test_an_owner_of_another_team_is_a_stranger(team):
    eve = person("eve")
    teams.make_organizer("Other", by=eve)
    with pytest.raises(RightMissing):
        teams.invite(team, "eve@example.org", TeamRole.OWNER, by=eve)


def test_the_last_owner_stays(ann, team):
    bob = join(team, "bob", TeamRole.EDITOR)
    for attempt in (
        lambda: teams.leave(team, by=ann),
        lambda: teams.remove(team, ann.pk, by=ann),
        lambda: teams.change_role(team, ann.pk, TeamRole.HELPER, by=ann),
    ):
        with pytest.raises(TeamRefused, match="last owner"):
            attempt()
    teams.change_role(team, bob.pk, TeamRole.OWNER, by=ann)
    teams.leave(team, by=ann)
    assert role_of(ann, team.id) is None
    assert Entry.objects.filter(action="team.left").count() == 1


def test_of_two_owners_who_remove_each_other_the_second_is_refused(ann, team):
    bob = join(team, "bob", TeamRole.OWNER)
    teams.remove(team, bob.pk, by=ann)
    with pytest.raises(RightMissing):
        teams.remove(team, ann.pk, by=bob)


def test_a_closed_account_has_no_role(ann, team):
    ann.is_active = False
    assert role_of(ann, team.id) is None


def test_staff_who_may_change_organizers_lead_every_team(team):
    staff = make_person(email="senior@example.org", rights={"events.change_organizer"})
    teams.invite(team, "new@example.org", TeamRole.OWNER, by=staff)
    plain = make_person(email="other@example.org", rights={"events.change_event"})
    with pytest.raises(RightMissing):
        teams.invite(team, "new@example.org", TeamRole.OWNER, by=plain)


def test_a_member_manages_the_events_of_their_organizer_and_venue_only(ann, team):
    hall = make_place(name="Owl Hall")
    PlaceMember.objects.create(place=hall, user=ann, role="helper")
    own, there, other = make_event(title="One"), make_event(title="Two"), make_event(title="Three")
    own.organizer_id, there.place = team.id, hall
    assert [may_manage(ann, one) for one in (own, there, other)] == [True, False, False]
    assert [may_help(ann, one) for one in (own, there, other)] == [True, True, False]
    assert manages(ann, own)
    assert managed(ann).organizers == {team.id}


def test_members_of_a_merged_place_speak_for_the_one_that_stayed(ann):
    stays, goes = make_place(name="Owl Hall"), make_place(name="Owl Hall Old")
    PlaceMember.objects.create(place=goes, user=ann, role="editor")
    places.merge_places(stays.pk, goes.pk, by=CLOCK)
    assert place_role_of(ann, stays.pk) is TeamRole.EDITOR
    assert stays.pk in managed(ann).places
    assert is_owner(stays.pk, str(ann.pk))
    assert not is_owner(stays.pk, str(person("bob").pk))


def test_expired_invitations_are_deleted(ann, team):
    made = teams.invite(team, "bob@example.org", TeamRole.EDITOR, by=ann)
    assert teams.forget_invitations(now=made.expires_at - timedelta(seconds=1)) == 0
    assert teams.forget_invitations(now=made.expires_at) == 1
