"""The admin's first page: each figure with the list that shows it, for each role what it may see, in bounded queries."""

import html
import re
from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth.models import Group
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from lxml import html as markup

from accounts.models import User
from accounts.roles import ensure_roles
from moderation.models import Review
from places.models import CityModerator
from sources.models import Pause
from tests.factories import NOW, make_city, make_source, make_staff
from tests.operations.world import make_waiting, make_world

pytestmark = pytest.mark.django_db
PARTS = {"queue", "watch", "runs", "decided", "ingest", "heat"}


@pytest.fixture(autouse=True)
def _nothing_kept():
    cache.clear()


def member(role: str, *cities: str) -> Client:
    ensure_roles()
    person = User.objects.create_user(f"{role}@example.org", "a long enough password", is_staff=True)
    person.groups.add(Group.objects.get(name="moderator" if role == "stranger" else role))
    CityModerator.objects.bulk_create(
        CityModerator(user=person, city=make_city(slug=slug)) for slug in cities
    )
    client = Client()
    client.force_login(person)
    return client


def admin() -> Client:
    client = Client()
    client.force_login(make_staff())
    return client


def shown(client: Client) -> str:
    """The text of the dashboard."""
    page = markup.fromstring(client.get(reverse("admin:index")).content)
    return " ".join(page.find_class("dash")[0].text_content().split())


def linked(client: Client, part: str) -> dict[str, str]:
    """The links of a part, by their words."""
    page = markup.fromstring(client.get(reverse("admin:index")).content)
    section = page.xpath(f"//section[@aria-labelledby='{part}-heading']")[0]
    return {
        (link.get("aria-label") or link.text_content()).strip(): link.get("href")
        for link in section.iter("a")
    }


def rows_of(client: Client, address: str) -> int:
    """How many rows the list at an address shows in all."""
    answer = client.get(address)
    assert (address, answer.status_code) == (address, 200)
    return int(answer.context["cl"].result_count)


def test_the_queue_is_counted_by_reason_with_the_oldest_and_links_to_each_list():
    make_waiting(NOW, many=6)
    Review.objects.filter(title="Waiting night 0").update(created_at=NOW - timedelta(hours=30))
    client = admin()
    assert "6 the oldest waits for 1 day" in shown(client)
    links = linked(client, "queue")
    assert {words: rows_of(client, link) for words, link in links.items()} == {
        "6": 6, "category is a guess": 2, "quality too low": 4, "source is not trusted": 4,
    }  # fmt: skip


def test_every_figure_leads_to_the_list_that_shows_it():
    make_world(NOW)
    client = admin()
    watch, decided, ingest = (linked(client, part) for part in ("watch", "decided", "ingest"))
    assert [rows_of(client, watch[words]) for words in ("9 on", "3 failing", "3 degraded", "3 open")] == [
        9,
        3,
        3,
        3,
    ]
    assert [rows_of(client, decided[words]) for words in ("42", "5.9 %", "10 %")] == [42 + 3, 3, 3]
    assert [rows_of(client, ingest[words]) for words in ("39", "12 failed")] == [39, 12]
    assert rows_of(client, linked(client, "runs")["3"]) == 3


def test_the_map_marks_the_weekdays_below_half_of_the_usual_and_leads_to_their_events():
    make_world(NOW)
    client = admin()
    cells = linked(client, "heat")
    thin = sorted(words for words in cells if words.endswith("thin"))
    assert thin == [
        "Bengaluru, Fri: 2, usually 6, thin", "Bengaluru, Mon: 0, usually 6, thin", "Lisbon, Fri: 0, usually 2, thin",
        "Lisbon, Mon: 0, usually 2, thin", "Vienna, Mon: 0, usually 4, thin",
    ]  # fmt: skip
    assert rows_of(client, cells["Bengaluru, Fri: 2, usually 6, thin"]) == 2
    assert rows_of(client, cells["Vienna, Sat: 4, usually 4"]) == 4
    assert rows_of(client, cells["Bengaluru"]) == 32


ALL = ["Bengaluru", "Vienna", "let through by rules", "9 on", "Paused: everything"]


def test_what_somebody_may_not_see_is_not_there():
    make_world(NOW)
    Pause.objects.create(scope="all", requested_by="test")
    here = shown(member("moderator", "vienna"))
    assert [word for word in ("Vienna", "3 on", "17 by people") if word not in here] == []
    assert [word for word in (*ALL, "Lisbon", "by rules") if word != "Vienna" and word in here] == []
    nowhere = shown(member("stranger"))
    assert [word for word in (*ALL, "Lisbon") if word in nowhere] == []
    for role in ("senior", "auditor", "operator"):
        words = shown(member(role))
        assert (role, [word for word in ALL if word not in words]) == (role, [])


def test_without_rights_it_says_how_to_get_them():
    make_world(NOW)
    client = Client()
    client.force_login(User.objects.create_user("new@example.org", "a long enough password", is_staff=True))
    answer = client.get(reverse("admin:index"))
    assert not PARTS & {name for name in PARTS if answer.context[name]}
    assert "Your account has no rights here yet" in shown(client)
    assert client.get(reverse("admin_dashboard_runs")).status_code == 403


def test_an_empty_installation_says_what_to_do_first():
    words = shown(admin())
    assert [
        sentence
        for sentence in (
            "Nothing waits.",
            "No source is switched on.",
            "None is under way.",
            "None is open.",
            "none yet",
        )
        if sentence not in words
    ] == []


def test_the_queries_do_not_grow_and_figures_are_kept_for_a_minute_with_their_age():
    client = admin()
    make_waiting(NOW, many=2)
    client.get(reverse("admin:index"))
    with time_machine.travel(NOW, tick=False), CaptureQueriesContext(connection) as few:
        cache.clear()
        assert "Counted just now" in shown(client)
    make_world(NOW)
    with time_machine.travel(NOW, tick=False), CaptureQueriesContext(connection) as many:
        cache.clear()
        shown(client)
    assert len(many) <= len(few) + 1 < 35
    make_source(slug="late", is_active=True, health="failing")
    with (
        time_machine.travel(NOW + timedelta(seconds=12), tick=False),
        CaptureQueriesContext(connection) as again,
    ):
        words = shown(client)
    assert ("Counted 12 seconds ago" in words, "4 failing" in words) == (True, True)
    assert len(again) < len(many) - 5


def test_charts_have_words_and_a_table_hostile_names_stay_text_and_runs_are_read_again_alone():
    make_world(NOW)
    make_source(slug="evil", name="</script><script>alert(1)</script>", is_active=True, health="failing")
    client = admin()
    page = client.get(reverse("admin:index")).content.decode()
    assert page.count('<svg class="bars" role="img"') == 2
    described = re.search(r'<desc id="decided-desc">([^<]*)</desc>', page)
    assert described
    assert html.unescape(described[1]) == "51 by people, 30 by rules; most in one hour: 30"
    assert "<script>alert(1)" not in page
    assert page.count("As a table, by day") == 2
    part = client.get(reverse("admin_dashboard_runs")).content.decode()
    assert (part.count("healthy calendar"), 'data-live-topics="run:' in part, "<html" in part) == (
        3,
        True,
        False,
    )
