"""An organizer's calendar elsewhere: looked at, read as theirs, stopped; by nobody else, and nowhere inside."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_httpserver import HTTPServer

from accounts.rights import RightMissing
from events.exceptions import TeamRefused
from events.models import Event, Organizer, OrganizerMember
from organizers import calendars
from pipeline.contract.draft import Draft, SourceContext
from pipeline.contract.raw import RawRecord
from pipeline.refinement.lookups import MemoryLookups
from pipeline.refinement.steps.extract import extract
from sources import tasks
from sources.models import Source
from sources.runs.claim import open_run
from sources.runs.fetch import fetch_payloads
from sources.runs.process import process_run
from tests.factories import make_categories, make_city, make_person

pytestmark = pytest.mark.django_db
ICS = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//owls//EN
{events}END:VCALENDAR
"""


def _ics(number=2):
    start = timezone.now() + timedelta(days=5)
    events = "".join(
        f"BEGIN:VEVENT\nUID:{n}@owls\nDTSTART:{start + timedelta(days=n):%Y%m%dT140000Z}\nSUMMARY:Owl Night {n}\n"
        "LOCATION:The Blue Room\\, 12th Main\\, Bengaluru\nEND:VEVENT\n"
        for n in range(number)
    )
    return ICS.format(events=events).replace("\n", "\r\n")


@pytest.fixture(autouse=True)
def _house(monkeypatch, settings):
    cache.clear()
    make_categories()
    make_city()
    settings.EGRESS_ALLOW_LOOPBACK = True
    monkeypatch.setattr(tasks.process_lab, "delay", lambda token: tasks.process_lab(token))


@pytest.fixture
def ann():
    return make_person(email="ann@example.org", is_staff=False)


@pytest.fixture
def owls(ann):
    made = Organizer.objects.create(name="Owls", folded_name="owls", verification="verified")
    OrganizerMember.objects.create(organizer=made, user=ann, role="editor")
    return made


@pytest.fixture
def client(ann):
    client = Client()
    client.force_login(ann)
    return client


@pytest.fixture
def page(owls):
    return f"/organize/organizers/{owls.pk}/calendars/"


@pytest.fixture
def address(httpserver: HTTPServer):
    httpserver.expect_request("/robots.txt").respond_with_data(
        "User-agent: *\nDisallow: /private\nCrawl-delay: 0.1"
    )
    for path, body in (("/owls.ics", _ics()), ("/empty.ics", _ics(0)), ("/private.ics", _ics())):
        httpserver.expect_request(path).respond_with_data(body, content_type="text/calendar")
    return httpserver.url_for("/owls.ics")


def _look(client, page, url):
    return client.post(page, {"do": "look", "url": url, "city": "bengaluru"})


def test_a_calendar_is_looked_at_read_as_theirs_and_stopped(client, page, owls, address, ann):
    there = _look(client, page, address).url
    html = client.get(there).content.decode()
    assert "Owl Night 0" in html
    assert "Read it from now on" in html
    assert not Source.objects.filter(organizer=owls).exists()
    assert client.post(there).url == page
    assert client.post(there).status_code == 409
    source = Source.objects.get(organizer=owls)
    assert (source.is_active, source.trust, source.owner, source.city.slug) == (
        True,
        "normal",
        ann,
        "bengaluru",
    )
    assert source.schedule_minutes >= calendars.POLITE
    run = open_run(source, requested_by="test", now=timezone.now())
    fetch_payloads(run)
    process_run(run)
    assert {event.organizer_id for event in Event.objects.all()} == {owls.pk}
    assert Event.objects.count() == 2
    assert {event.publication for event in Event.objects.all()} == {"pending"}
    html = client.get(page).content.decode()
    assert "last read" in html
    assert client.post(page, {"do": "stop", "calendar": source.pk}).url == page
    source.refresh_from_db()
    assert source.is_active is False
    assert client.post(page, {"do": "resume", "calendar": source.pk}).url == page
    source.refresh_from_db()
    assert source.is_active is True
    Source.objects.update(trust="blocked", is_active=False)
    assert client.post(page, {"do": "resume", "calendar": source.pk}).status_code == 409
    assert client.post(page, {"do": "stop", "calendar": "x"}).status_code == 409
    assert client.post(page, {"do": "dance"}).status_code == 400


def test_an_unproven_organizer_is_doubtful_and_nothing_is_read_twice(client, page, owls, address, ann):
    Organizer.objects.update(verification="unverified")
    client.post(_look(client, page, address).url)
    assert Source.objects.get(organizer=owls).trust == "doubtful"
    assert client.post(_look(client, page, address).url).status_code == 409
    assert Source.objects.filter(organizer=owls).count() == 1


@pytest.mark.parametrize(
    ("path", "told"), [("/empty.ics", "No coming event"), ("/private.ics", "robots.txt")]
)
def test_what_cannot_be_read_says_why(client, page, owls, address, httpserver, path, told):
    there = _look(client, page, httpserver.url_for(path)).url
    html = client.get(there).content.decode()
    assert told in html
    assert "Read it from now on" not in html
    assert client.post(there).status_code == 409
    assert not Source.objects.filter(organizer=owls).exists()


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:5432/",
        "http://[::1]/x.ics",
        "http://169.254.169.254/latest/meta-data/",
        "http://localhost/x",
    ],
)
def test_nothing_inside_is_reached(client, page, owls, settings, url):
    settings.EGRESS_ALLOW_LOOPBACK = False
    html = client.get(_look(client, page, url).url).content.decode()
    assert 'role="alert"' in html
    assert "Read it from now on" not in html


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"url": "file:///etc/passwd", "city": "bengaluru"}, "url"),
        ({"url": "javascript:alert(1)", "city": "bengaluru"}, "url"),
        ({"url": "", "city": "bengaluru"}, "url"),
        ({"url": "https://owls.example/x.ics", "city": "atlantis"}, "city"),
    ],
)
def test_errors_name_their_field(client, page, said, field):
    answer = client.post(page, {"do": "look", **said})
    assert answer.status_code == 400
    assert f'href="#id_{field}"' in answer.content.decode()


def test_there_are_limits(client, page, owls, address, ann):
    for n in range(calendars.MOST_CALENDARS):
        Source.objects.create(slug=f"o{n}", name="Owls", type="ical", connector="ical", organizer=owls)
    assert _look(client, page, address).status_code == 409
    assert "Add a calendar" not in client.get(page).content.decode()
    with pytest.raises(TeamRefused, match="at most 3"):
        calendars.begin_look(owls.pk, address, "bengaluru", by=ann)
    Source.objects.all().delete()
    answers = [_look(client, page, "https://no.invalid/x").status_code for _ in range(10)]
    assert answers[-1] == 400


def test_the_list_takes_the_same_queries_for_1_and_30(client, page, owls, monkeypatch):
    monkeypatch.setattr(calendars, "MOST_CALENDARS", 100)

    def queries():
        with CaptureQueriesContext(connection) as seen:
            assert client.get(page).status_code == 200
        return len(seen)

    queries()
    counted = []
    for n in range(30):
        Source.objects.create(slug=f"o{n}", name="Owls", type="ical", connector="ical", organizer=owls)
        counted.append(queries())
    assert counted[0] == counted[-1]


def test_nobody_else_gives_sees_or_stops_calendars(client, page, owls, address, ann):
    there = _look(client, page, address).url
    eve, other = make_person(email="eve@example.org", is_staff=False), Client()
    other.force_login(eve)
    for path in (page, there):
        assert other.get(path).status_code == 404
    token, now = there.rstrip("/").rpartition("/")[2], timezone.now()
    source = calendars.add_calendar(owls.pk, token, by=ann, now=now)
    for act in (
        lambda: calendars.begin_look(owls.pk, address, "bengaluru", by=eve),
        lambda: calendars.look_at(owls.pk, token, by=eve),
        lambda: calendars.stop_calendar(owls.pk, source.pk, by=eve, now=now),
        lambda: calendars.resume_calendar(owls.pk, source.pk, by=eve, now=now),
    ):
        with pytest.raises(RightMissing):
            act()
    hawks = Organizer.objects.create(name="Hawks", folded_name="hawks")
    OrganizerMember.objects.create(organizer=hawks, user=eve, role="owner")
    assert calendars.look_at(hawks.pk, token, by=eve) is None
    with pytest.raises(Source.DoesNotExist):
        calendars.stop_calendar(hawks.pk, source.pk, by=eve, now=now)


def test_the_events_of_an_organizers_calendar_are_theirs_whatever_it_says():
    context = SourceContext(organizer="Owls", now=timezone.now())
    made = extract([Draft(raw=RawRecord(external_id="1", title="x"), event=None)], context, MemoryLookups())  # type: ignore[arg-type]
    assert made[0].event.organizer.name == "Owls"
