"""Groups that one answer may fit: which there are, whose they are, and the evidence before the answer."""

import re

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from uuid_utils.compat import uuid7

from moderation.desk import groups
from moderation.desk.queue import QueueFilter
from moderation.enums import ReviewKind
from moderation.models import BulkItem, Review, SavedFilter
from tests.factories import make_city, make_person, make_staff

pytestmark = pytest.mark.django_db
LIST = reverse("admin:moderation_review_changelist")


@pytest.fixture(autouse=True)
def _nothing_kept():
    cache.clear()


def waiting(title: str, many: int, *, city="bengaluru", reasons=("quality",), **fields) -> None:
    """Open reviews of events that share `fields`."""
    facts = {"title": title, "venue": {"name": "Blue Room"}}
    rows = (
        Review(
            kind=ReviewKind.EVENT, object_id=uuid7(), title=title, city=make_city(slug=city), reason_keys=list(reasons),
            evidence={"facts": facts, "source_name": "Town calendar"}, **fields,
        )
        for _ in range(many)
    )  # fmt: skip
    Review.objects.bulk_create(rows)


def words(by, **chosen) -> list[str]:
    return [group.words for group in groups.groups_of(by, QueueFilter(**chosen))]


def test_a_series_and_one_venue_or_source_with_one_reason_are_groups_of_ones_own_cities() -> None:
    waiting("Weekly jazz", 5, series=uuid7(), place=uuid7(), source="a", reasons=("quality", "spam"))
    waiting("Folk", 4, place=uuid7(), source="b")
    waiting("Rock", 3, source="b")
    waiting("Opera", 3, city="wien", source="c")
    waiting("Pair", 2, series=uuid7(), reasons=("spam",))
    of_series = "Weekly jazz: 5 occurrences, same question"
    own = make_person(rights=["moderation.change_review"], cities=[make_city()])
    mine = ["Town calendar: 7 events, same question", of_series, "Blue Room: 4 events, same question"]
    assert words(own) == mine
    assert words(make_staff()) == [*mine, "Town calendar: 3 events, same question"]
    assert (words(own, q="jazz"), words(own, state="decided")) == ([of_series], [])


def test_the_groups_are_two_queries_however_many_and_kept_for_seconds(django_assert_num_queries) -> None:
    by, counts = make_staff(), []
    by.has_perm("x")
    for size in (3, 40):
        cache.clear()
        for number in range(size):
            waiting(f"Night {number}", 3, series=uuid7())
        with CaptureQueriesContext(connection) as asked:
            counts.append(len(words(by)))
        assert len(asked) == 2
    with django_assert_num_queries(0):
        assert (counts, len(words(by))) == ([3, 43], 43)


def test_a_group_opens_its_evidence_with_all_of_it_chosen(desk) -> None:
    waiting("Weekly jazz", 4, series=uuid7())
    waiting("Weekly jazz", 2, series=uuid7())
    first = Review.objects.order_by("pk")[0]
    for page in (LIST, reverse("admin:moderation_review_change", args=[first.pk])):
        found = re.search(r'href="([^"]+)"[^>]*><b>Weekly jazz: 4 occur', desk.get(page).content.decode())
    address = found[1].replace("&amp;", "&")
    chosen = re.findall(r'name="review" value="(\S+)" checked', desk.get(address).content.decode())
    assert len(chosen) == 4
    desk.post(reverse("admin:moderation_review_bulk"), {"review": chosen[1:], "verdict": "flag"})
    assert BulkItem.objects.count() == 3
    assert desk.get(address.replace("of=series", "of=claimed_by")).status_code == 404
    assert desk.get(re.sub("key=[^&]*", "key=1", address)).status_code == 404


def test_a_filter_is_saved_chosen_and_deleted_in_the_list_and_at_the_desk(desk) -> None:
    waiting("Night", 1, source="a")
    waiting("Brunch", 1, source="b", priority=9)
    at, night = reverse("admin:moderation_review_filters"), Review.objects.get(title="Night")
    sent = {"name": "Only a", "query": "source=a&nonsense=1&state=open", "back": f"{LIST}?source=a"}
    assert desk.post(at, sent).url == sent["back"]
    saved = SavedFilter.objects.get()
    first = f"{reverse('admin:moderation_review_change', args=[night.pk])}?source=a"
    assert desk.get(reverse("admin:moderation_review_filter", args=[saved.pk])).url == first
    assert (
        f'href="{LIST}?source=a" aria-current="true">Only a' in desk.get(f"{LIST}?source=a").content.decode()
    )
    assert reverse("admin:moderation_review_filter", args=[saved.pk]) in desk.get(first).content.decode()
    assert desk.post(at, {"forget": saved.pk, "back": "https://evil.example/"}).url == LIST
    assert not SavedFilter.objects.exists()
