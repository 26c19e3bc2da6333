"""The page of rules: what each did, its switch and threshold, and what others would have done."""

import pytest
from django.urls import reverse

from accounts.rights import RightMissing
from audit.models import Entry
from events.models import Event
from moderation import services
from moderation.enums import ReviewKind, Verdict
from moderation.exceptions import ModerationError
from moderation.models import Decision, Review, RuleSetting
from moderation.rules import RULES
from moderation.services import rule_settings
from moderation.services.rule_settings import Settings
from moderation.statistics.dry_run import try_out
from moderation.statistics.rules import statistics
from sources.triggers.load import load
from tests.factories import NOW, make_area, make_categories, make_person, make_source, make_staff
from tests.moderation.test_direct_decisions import calendar

pytestmark = pytest.mark.django_db
PAGE = "admin:moderation_rulesetting_changelist"
TITLES = ("Jazz Concert of Anna", "Rock Concert of Berta", "Folk Concert of Clara")


@pytest.fixture
def source():
    make_area()
    make_categories()
    return make_source(untold=[])


def operator():
    return make_person(email="o@example.org", rights=("moderation.change_rulesetting", "places.oversee_city"))


def set_to(*, off=(), **numbers):
    rule_settings.save(Settings(off=frozenset(off), numbers=numbers), by=operator())


def test_settings_are_validated_logged_and_obeyed_by_the_next_batch(source):
    with pytest.raises(ModerationError, match="from 0 to 1"):
        set_to(category=1.5)
    with pytest.raises(ModerationError, match="cannot be switched off"):
        rule_settings.save(Settings(off=frozenset({"blocked"})), by=make_staff())
    with pytest.raises(RightMissing):
        rule_settings.save(Settings(), by=make_person(email="a@example.org"))
    rule_settings.save(
        Settings(numbers={"category": 1.0, "spot_share": 0.5}), by=make_staff(email="s@example.org")
    )
    assert Entry.objects.filter(action="review.rule_changed").count() == 2
    load(source, [calendar(*TITLES)], now=NOW)
    assert {tuple(review.rules) for review in Review.objects.all()} == {("category",)}
    assert not Event.objects.filter(publication="approved").exists()


def test_a_dry_run_says_in_words_what_other_settings_would_have_done(source):
    load(source, [calendar(*TITLES)], now=NOW)
    sure = Decision.objects.get(automatic=True).measures["category"]
    present = rule_settings.in_force()
    above = round(sorted(sure)[1] + 0.001, 3)
    count = sum(value < above for value in sure)
    (words,) = try_out(Settings(numbers={**present.numbers, "category": above}), now=NOW)
    assert f"instead of .35, {count} of last week's 3 would have waited that did not" in words
    assert try_out(present, now=NOW) == []
    RuleSetting.objects.create(name="category", value=1.0)
    load(source, [calendar("", "", "", "Soul Concert of Dora", "Punk Concert of Emil")], now=NOW)
    (words,) = try_out(present, now=NOW)
    assert "2 of last week's 5 would not have waited" in words
    (off,) = try_out(Settings(off=frozenset({"category"}), numbers=rule_settings.in_force().numbers), now=NOW)
    assert off == "Without “Category is a guess”, 2 of last week's 5 would not have waited."


def test_a_rule_that_is_off_holds_nothing_back_and_is_still_counted(source):
    RuleSetting.objects.create(name="category", enabled=False, value=1.0)
    load(source, [calendar(*TITLES)], now=NOW)
    assert Decision.objects.get().measures["silent"] == {"category": 3}
    on = Settings(numbers=rule_settings.in_force().numbers)
    assert try_out(on, now=NOW) == [
        "With “Category is a guess”, 3 of last week's 3 would have waited that did not."
    ]


def test_what_was_published_is_looked_at_afterwards_and_counts_for_rule_and_source(source, client):
    RuleSetting.objects.bulk_create(
        [RuleSetting(name="spot_share", value=1.0), RuleSetting(name="spot_most", value=2)]
    )
    load(source, [calendar(*TITLES)], now=NOW)
    spots = list(Review.objects.filter(kind=ReviewKind.SPOT))
    assert len(spots) == 2, "at most so many a day"
    assert Event.objects.filter(publication="approved").count() == 3, "nothing waits for it"
    assert max(spot.priority for spot in spots) < 0
    by = make_staff()
    services.decide(spots[0].pk, Verdict.APPROVE, by=by, now=NOW)
    services.decide(spots[1].pk, Verdict.REMOVE, reason="spam", by=by, now=NOW)
    found = statistics(now=NOW)
    assert found.rules["clean"].acted == 3
    assert found.rules["clean"].recent.words == found.sources["feed"].recent.words == "1 of 2"
    client.force_login(by)
    page = client.get(reverse(PAGE)).content.decode()
    assert "let 3 through" in page
    assert all(rule.about in page for rule in RULES.values() if "'" not in rule.about)


def test_a_person_agrees_with_what_was_held_back_by_rejecting_or_correcting_it(
    source, django_assert_num_queries
):
    RuleSetting.objects.create(name="category", value=1.0)
    load(source, [calendar(*TITLES)], now=NOW)
    first, second, third = Review.objects.order_by("starts_at")
    by = make_staff()
    services.decide(first.pk, Verdict.APPROVE, by=by, now=NOW)
    services.decide(second.pk, Verdict.REJECT, reason="not_an_event", by=by, now=NOW)
    undone = services.decide(third.pk, Verdict.REJECT, reason="spam", by=by, now=NOW)
    services.undo(undone.pk, by=by, now=NOW)
    with django_assert_num_queries(4):
        counts = statistics(now=NOW).rules["category"]
    assert (counts.acted, counts.recent.words) == (3, "1 of 2")


def test_the_page_tries_saves_and_names_what_is_wrong(source, client):
    client.force_login(make_staff())
    sent = {f"on_{code}": "on" for code, rule in RULES.items() if not rule.fixed}
    sent |= {f"number_{name}": str(limit.default) for name, limit in rule_settings.limits().items()}
    tried = client.post(reverse(PAGE), {**sent, "number_category": "0.4", "try": ""}).content.decode()
    assert "with .40 instead of .35, 0 of last week&#x27;s 0 would have waited" in tried
    wrong = client.post(reverse(PAGE), {**sent, "number_category": "4", "save": ""}).content.decode()
    assert "Enter a number from 0 to 1." in wrong
    assert client.post(reverse(PAGE), {**sent, "number_category": "0.4", "save": ""}).status_code == 302
    assert RuleSetting.objects.get().value == 0.4
    client.post(reverse(PAGE), {"defaults": ""})
    assert not RuleSetting.objects.exists()
