"""The desk's pages of figures: what the API answers, drawn, with a table; in bounded queries, and for who may."""

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from lxml import html as markup

from events.models import AskedQuery
from flags.models import Flag, FlagSwitch
from flags.services import forget
from insights.figures import adding, cohorts
from operations.subscribers import subscribers
from tests.browser.desk_pages import make_figures
from tests.factories import make_category, make_city, make_person, make_staff
from tests.insights.figures.world import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def pages():
    cache.clear()
    for slug in ("music", "comedy", "art"):
        make_category(slug=slug)
    with time_machine.travel(NOW, tick=False):
        yield make_figures(NOW)


@pytest.fixture
def desk(client: Client, pages) -> Client:
    client.force_login(make_staff())
    return client


def text(client: Client, address: str) -> str:
    page = markup.fromstring(client.get(address).content.decode())
    return " ".join(" ".join(page.find_class("dash")[0].itertext()).split())


def test_events_have_totals_a_funnel_pictures_and_tables(desk: Client, pages):
    shown = text(desk, pages["figures of events"])
    assert "views 1995 before: 1260" in shown
    assert "left for tickets 357 18 %" in shown
    assert "By category" in shown
    page = markup.fromstring(desk.get(pages["figures of events"]).content.decode())
    assert [len(svg.findall("polyline")) for svg in page.iter("svg") if svg.get("class") == "plot"] == [3, 4]
    assert len(page.xpath("//details//table")) == 2
    assert "18:00" in text(desk, pages["figures by hour"])


def test_a_city_is_chosen_and_what_makes_no_sense_is_left_out(desk: Client, pages):
    address = pages["figures of events"]
    make_city(slug="goa", name="Goa")
    assert "Nothing happened in this time." in text(desk, f"{address}?city=goa")
    assert "By category" in text(desk, f"{address}?window=hour&by=weekday")
    assert "7 days" in text(desk, f"{address}?window=%3Cscript%3E&by=x&city=nowhere")


def test_people_have_cohorts_with_few_hidden(desk: Client, pages):
    shown = text(desk, pages["figures of people"])
    assert "Readers by the week in which they began" in shown
    assert "23 Nov 2026 60 60" in shown
    assert "26 Oct 2026 24 24 12 – – –" in shown


def test_demand_names_what_was_not_found(desk: Client, pages):
    shown = text(desk, pages["figures of demand"])
    assert "opera bengaluru 40 31" in shown
    assert "bengaluru, art" in shown
    AskedQuery.objects.all().delete()
    assert "Nothing that at least 10 searches did not find." in text(desk, pages["figures of demand"])


def test_pages_cost_at_most_ten_queries_beside_session_and_rights(
    desk: Client, pages, django_assert_max_num_queries
):
    for address in pages.values():
        desk.get(address)
        with django_assert_max_num_queries(12):
            desk.get(address)


def test_who_works_in_a_city_sees_no_people_and_off_there_is_no_page(client: Client, pages):
    client.force_login(make_person(rights=["insights.view_figure"], cities=[make_city()]))
    assert client.get(pages["figures of people"]).status_code == 403
    assert "People" not in text(client, pages["figures of events"])
    assert (
        client.get(f"{pages['figures of events']}?city={make_city(slug='goa', name='Goa').slug}").status_code
        == 403
    )
    FlagSwitch.objects.create(name=Flag.ANALYTICS.value, is_on=False)
    forget()
    assert client.get(pages["figures of events"]).status_code == 404
    assert reverse("admin_figures") not in client.get(reverse("admin:index")).content.decode()
    forget()


def test_subscribers_are_counted_by_the_week_in_which_they_were_confirmed():
    assert list(subscribers(cohorts.monday_of(NOW.date()), NOW)) == []
    assert cohorts.kinds() == ("readers", "subscribers")
    assert adding.add_up() >= 0
