"""To rate: who may, what it counts, what waits for a moderator, and what becomes of it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.exceptions import InputRefused
from events.models import Event, Organizer, OrganizerMember
from events.things import thing_of
from moderation import services as desk
from moderation.enums import ReviewKind, Verdict
from moderation.models import Review
from ratings import services
from ratings.exceptions import RatingRefused
from ratings.models import Answer, Lot, Rating, RatingSum
from ratings.records import Wish
from ratings.services.rating import BURST
from tests.factories import make_event, make_person, make_staff
from tests.ratings.conftest import comes, confirmed

pytestmark = pytest.mark.django_db(transaction=False)


def asked():
    """File what is to be filed now, and what a lot waits for."""
    return services.ask(now=timezone.now() + timedelta(hours=2))


def decided(verdict, object_id, capture):
    """A moderator's verdict, with what follows after the commit."""
    review = Review.objects.get(kind=ReviewKind.RATING, object_id=object_id, state="open")
    with capture(execute=True):
        desk.decide(review.pk, verdict, by=make_staff(email=f"m{Review.objects.count()}@example.org"))
    return review


def average(row):
    return RatingSum.objects.filter(**{thing_of(row).column: row}).first()


def test_stars_alone_count_at_once_and_say_how_it_is_known_that_somebody_was_there(event, rates):
    ann, bob = confirmed("ann"), confirmed("bob")
    comes(event, ann, is_checked_in=True)
    comes(event, bob)
    found = [rates(name, 5) for name in ("ann", "bob", "cat")]
    assert [(one.state, one.basis) for one in found] == [
        ("shown", "checked_in"),
        ("shown", "registered"),
        ("shown", "says"),
    ]
    total = average(event)
    assert (total.count, total.vouched) == (3, 0)
    assert 3.5 < total.average <= 3.7


def test_words_wait_with_their_stars_until_a_moderator_let_them_pass(
    event, rates, django_capture_on_commit_callbacks
):
    rating = rates("ann", 5, "Three sets.\nVery <b>loud</b>")
    assert (rating.state, rating.text) == ("waiting", "Three sets.\nVery loud")
    assert average(event) is None
    assert asked() == 1
    assert asked() == 0
    decided(Verdict.GRANT, rating.pk, django_capture_on_commit_callbacks)
    rating.refresh_from_db()
    assert (rating.state, rating.is_vouched) == ("shown", True)
    assert average(event).vouched == 0.5


def test_one_for_each_person_which_they_change_and_take_back(
    event, rates, django_capture_on_commit_callbacks
):
    first = rates("ann", 2)
    again = rates("ann", 4, "Better than I said.")
    assert (again.pk, again.version, again.state) == (first.pk, 2, "waiting")
    assert rates("ann", 4, "Better than I said.").version == 2
    asked()
    decided(Verdict.GRANT, first.pk, django_capture_on_commit_callbacks)
    assert services.delete(event, by=first.user)
    assert not services.delete(event, by=first.user)
    assert average(event) is None
    review = Review.objects.get(object_id=first.pk)
    assert review.evidence == {}


def test_words_that_were_changed_since_a_moderator_read_them_wait_on(
    event, rates, django_capture_on_commit_callbacks
):
    rating = rates("ann", 5, "Lovely.")
    asked()
    review = Review.objects.get(object_id=rating.pk)
    rates("ann", 5, "Buy my pills.")
    with django_capture_on_commit_callbacks(execute=True):
        desk.decide(review.pk, Verdict.GRANT, by=make_staff())
    rating.refresh_from_db()
    assert rating.state == "waiting"
    assert asked() == 1
    decided(Verdict.REFUSE, rating.pk, django_capture_on_commit_callbacks)
    rating.refresh_from_db()
    assert rating.state == "refused"
    assert average(event) is None


def test_a_verdict_whose_signal_was_lost_is_carried_out_by_the_clock(event, rates):
    rating = rates("ann", 5, "Lovely.")
    asked()
    desk.decide(Review.objects.get(object_id=rating.pk).pk, Verdict.GRANT, by=make_staff())  # no commit
    assert services.settle(now=timezone.now()) == 1
    assert services.settle(now=timezone.now()) == 0
    rating.refresh_from_db()
    assert rating.state == "shown"


def test_what_may_be_doubtful_is_named_to_the_moderator(event, rates):
    rating = rates("ann", 1, "Call me on 98450 12345, or see https://pills.example/now")
    asked()
    keys = Review.objects.get(object_id=rating.pk).reasons
    assert any(key.startswith("link:") for key in keys)


def test_who_may_not_rate(event, place, rates):
    stranger = make_person(email="new@example.org", is_staff=False)
    stranger.emailaddress_set.all().delete()
    with pytest.raises(RatingRefused, match="Confirm your mail address"):
        services.rate(event, Wish(stars=5), by=stranger)
    with pytest.raises(RatingRefused, match="when it is over"):
        rates("ann", 5, of=make_event(title="Later", start=timezone.now() + timedelta(days=2)))
    Event.objects.filter(pk=event.pk).update(happening="cancelled")
    with pytest.raises(RatingRefused, match="called off"):
        rates("ann", 5, of=Event.objects.get(pk=event.pk))
    assert rates("ann", 5, of=place).basis == "says"
    with pytest.raises(InputRefused):
        rates("ann", 6, of=place)


def test_a_team_does_not_rate_its_own(event, rates):
    owls = Organizer.objects.create(name="Owls", folded_name="owls")
    OrganizerMember.objects.create(organizer=owls, user=confirmed("ann"), role="helper")
    Event.objects.filter(pk=event.pk).update(organizer=owls)
    with pytest.raises(RatingRefused, match="its team"):
        rates("ann", 5, of=Event.objects.get(pk=event.pk))


def test_a_burst_waits_and_is_judged_as_one(event, rates, django_capture_on_commit_callbacks):
    for number in range(BURST + 8):
        rates(f"device{number:03}", 1, address=f"198.{number}.100.7")
    assert Rating.objects.filter(state="shown").count() == BURST
    before = average(event).average
    assert before >= 3.5 - 0.2
    assert asked() == 1
    lot = Lot.objects.get()
    evidence = Review.objects.get(object_id=lot.pk).evidence
    assert (evidence["count"], evidence["networks"], evidence["stars"][4]) == (8, 8, [1, 8])
    decided(Verdict.REFUSE, lot.pk, django_capture_on_commit_callbacks)
    assert Rating.objects.filter(state="refused").count() == 8
    assert average(event).average == before


def test_one_network_begins_a_burst_sooner_and_who_was_at_the_door_is_not_held(event, rates):
    comes(event, confirmed("dan"), is_checked_in=True)
    states = [rates(name, 5, address="203.0.113.9").state for name in ("ann", "bob", "cat", "eve", "dan")]
    assert states == ["shown", "shown", "shown", "waiting", "shown"]


def test_those_that_nobody_looked_at_gather_and_count_when_a_moderator_passed_them(
    event, rates, django_capture_on_commit_callbacks
):
    for number in range(BURST):
        rates(f"slow{number:02}", 5, address=f"198.{number}.100.7")
        Rating.objects.update(updated_at=timezone.now() - timedelta(days=2))
    was = average(event)
    assert was.average <= 3.7
    assert services.gather(now=timezone.now()) == 1
    assert services.gather(now=timezone.now()) == 0
    asked()
    decided(Verdict.GRANT, Lot.objects.get().pk, django_capture_on_commit_callbacks)
    now = average(event)
    assert (now.count, now.vouched) == (BURST, BURST / 2)
    assert now.average == pytest.approx((4 * was.mean + 6 * 5) / 10)


def test_a_team_answers_once_and_changes_it_behind_a_moderator(
    event, rates, django_capture_on_commit_callbacks
):
    ann = confirmed("boss")
    owls = Organizer.objects.create(name="Owls", folded_name="owls")
    OrganizerMember.objects.create(organizer=owls, user=ann, role="editor")
    Event.objects.filter(pk=event.pk).update(organizer=owls)
    rating = rates("bob", 2)
    answer = services.answer(rating.pk, "We turned it down.", by=ann)
    assert answer.state == "waiting"
    asked()
    decided(Verdict.GRANT, answer.pk, django_capture_on_commit_callbacks)
    answer.refresh_from_db()
    assert answer.state == "shown"
    assert services.answer(rating.pk, "We turned it down a bit.", by=ann).state == "waiting"
    assert Answer.objects.count() == 1
    with pytest.raises(Exception, match="Only owners and editors"):
        services.answer(rating.pk, "Me too.", by=confirmed("eve"))
    assert services.take_answer_back(rating.pk, by=ann)
    assert not Answer.objects.exists()


def test_words_that_are_reported_stay_until_a_moderator_decides(
    event, rates, django_capture_on_commit_callbacks
):
    from moderation.enums import ReportKind

    rating = rates("ann", 5, "Ravi was drunk.")
    asked()
    decided(Verdict.GRANT, rating.pk, django_capture_on_commit_callbacks)
    services.report(rating.pk, ReportKind.OFFENSIVE)
    rating.refresh_from_db()
    assert rating.state == "shown"
    decided(Verdict.REFUSE, rating.pk, django_capture_on_commit_callbacks)
    rating.refresh_from_db()
    assert rating.state == "refused"
