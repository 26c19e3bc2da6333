"""A team writes events and series: drafts, the preview that is the page, what may be the same, sent once, finished as theirs."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.rights import RightMissing
from events.enums import Publication
from events.models import Event, Organizer, OrganizerMember
from organizers import tasks as own_tasks
from organizers import writing
from organizers.models import WrittenEvent
from organizers.writing_form import WritingForm, rule_of
from places.models import Place
from registrations.models import RegistrationSetup
from sources import tasks
from sources.models import Source
from sources.triggers.inbox import drain
from tests.factories import NOW, make_categories, make_city, make_event, make_person

pytestmark = pytest.mark.django_db
INDIA = ZoneInfo("Asia/Kolkata")


@pytest.fixture(autouse=True)
def _house(monkeypatch):
    cache.clear()
    make_categories()
    monkeypatch.setattr(tasks, "send", lambda *told, **more: None)


@pytest.fixture
def city():
    return make_city()


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
def said(owls, city):
    day = (NOW + timedelta(days=10)).date().isoformat()
    return {
        "organizer": str(owls.pk), "title": "Owl Night", "start": f"{day}T20:00", "end": f"{day}T23:00", "city": city.slug,
        "venue": "The Blue Room", "description": "Owls, all night long, with a very good band.\n\nCome early.", "category": "music",
        "tags": "owls, jazz", "language": "en", "age_limit": "18+", "accessibility": ["wheelchair", "captions"], "price": "Rs 300",
        "register": "on", "capacity": "40", "most_guests": "2", "has_waitlist": "on", "questions": "Diet?\nShoes? *",
    }  # fmt: skip


def _draft(client, said):
    answer = client.post("/organize/events/new/", said)
    assert answer.status_code == 302, answer.content.decode()
    return WrittenEvent.objects.get(), answer.url


def _read():
    list(drain(Source.objects.get(slug="submissions")))
    return writing.finish_sent(now=datetime.now(UTC))


def test_what_is_written_is_looked_at_sent_once_and_becomes_the_teams(client, said, ann):
    draft, page = _draft(client, said)
    html = client.get(page).content.decode()
    assert "Send it" in html
    assert f'src="{page}preview/"' in html
    preview = client.get(f"{page}preview/")
    assert preview["X-Frame-Options"] == "SAMEORIGIN"
    shown = preview.content.decode()
    for words in ("Owl Night", "The Blue Room", "with a very good band", "20:00", "₹300", "18+", "Owls"):
        assert words in shown
    assert not Event.objects.exists()
    assert client.post(page, {"do": "send"}).status_code == 302
    assert client.post(page, {"do": "send"}).status_code == 409
    assert client.get(f"{page}edit/").url == page
    assert _read() == 1
    assert _read() == 0
    event = Event.objects.get()
    assert (event.title, event.organizer.name, event.age_limit) == ("Owl Night", "Owls", 18)
    assert event.start_at == datetime.fromisoformat(said["start"]).replace(tzinfo=INDIA)
    assert event.accessibility.keys() >= {"wheelchair", "captions"}
    assert {"title", "start", "venue", "price", "accessibility"} <= {*event.locked_fields}
    assert event.provenance["title"]["team"] is True
    setup = RegistrationSetup.objects.get()
    assert (setup.capacity, setup.most_guests) == (40, 2)
    assert [(one["label"], one["required"]) for one in setup.questions] == [
        ("Diet?", False),
        ("Shoes?", True),
    ]
    assert f"/organize/events/{event.pk}/" in client.get(page).content.decode()


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"title": ""}, "title"),
        ({"end": "2020-01-01T10:00"}, "end"),
        ({"venue": ""}, "venue"),
        ({"ticket_url": "https://t.example/1"}, "ticket_url"),
        ({"repeat": "weekly"}, "until"),
        ({"repeat": "weekly", "until": "2020-01-01"}, "until"),
        ({"repeat": "weekly", "until": "2030-01-01"}, "until"),
        ({"age_limit": "old"}, "age_limit"),
        ({"questions": "a?\n" * 11}, "questions"),
    ],
)
def test_errors_are_summed_up_and_lead_to_their_field(client, said, more, field):
    answer = client.post("/organize/events/new/", {**said, **more})
    assert answer.status_code == 400
    html = answer.content.decode()
    assert f'href="#id_{field}"' in html
    assert html.index("autofocus") < html.index('<form class="form narrow"')
    assert not WrittenEvent.objects.exists()


@pytest.mark.parametrize(
    ("repeat", "more", "days"),
    [
        ("weekly", {"times": "3"}, [0, 7, 14]),
        ("fortnightly", {"until": 30}, [0, 14, 28]),
        ("month_weekday", {"times": "2"}, None),
        ("month_day", {"times": "2"}, None),
    ],
)
def test_a_series_is_one_event_for_each_date_and_changed_from_one_on(client, said, repeat, more, days):
    first = datetime.fromisoformat(said["start"])
    if "until" in more:
        more = {"until": (first + timedelta(days=more["until"])).date().isoformat()}
    _, page = _draft(client, {**said, "repeat": repeat, **more})
    client.post(page, {"do": "send"})
    assert _read() == 1
    rows = list(Event.objects.order_by("start_at"))
    assert len({row.series_id for row in rows}) == 1
    assert rows[0].series_id is not None
    if days is None:
        wanted = 2
        same = {(row.start_date.day if repeat == "month_day" else row.start_date.weekday()) for row in rows}
        assert len(same) == 1
    else:
        wanted = len(days)
        assert [(row.start_date - first.date()).days for row in rows] == days
    assert len(rows) == wanted
    assert RegistrationSetup.objects.count() == wanted


def test_this_and_the_following_dates_change_together(client, said):
    _, page = _draft(client, {**said, "repeat": "weekly", "times": "3"})
    client.post(page, {"do": "send"})
    _read()
    one, two, three = Event.objects.order_by("start_at")
    edit = f"/organize/events/{two.pk}/edit/"
    html = client.get(edit).content.decode()
    assert "This and the following dates" in html
    form = _filled(two)
    later = (two.start_at.astimezone(INDIA) + timedelta(days=1, hours=1)).strftime("%Y-%m-%dT%H:%M")
    end = (two.end_at.astimezone(INDIA) + timedelta(days=1, hours=1)).strftime("%Y-%m-%dT%H:%M")
    answer = client.post(
        edit, {**form, "start": later, "end": end, "title": "Owl Morning", "scope": "following"}
    )
    assert answer.status_code == 302, answer.content.decode()
    before = [row.start_at for row in (one, two, three)]
    rows = list(Event.objects.order_by("start_at"))
    assert [row.title for row in rows] == ["Owl Night", "Owl Morning", "Owl Morning"]
    assert [now.start_at - was for now, was in zip(rows, before, strict=True)] == [
        timedelta(), timedelta(days=1, hours=1), timedelta(days=1, hours=1),
    ]  # fmt: skip
    assert client.post(f"/organize/events/{two.pk}/", {"do": "cancel following"}).status_code == 302
    assert [row.happening for row in Event.objects.order_by("start_at")] == [
        "scheduled",
        "cancelled",
        "cancelled",
    ]


def _filled(event):
    from organizers.change_form import ChangeForm

    initial = {
        name: value for name, value in ChangeForm(event=event).initial.items() if value not in (None, False)
    }
    return {**initial, "scope": "this"}


def test_all_fields_of_an_event_change_and_stale_ones_are_refused(client, said, city):
    _, page = _draft(client, said)
    client.post(page, {"do": "send"})
    _read()
    event = Event.objects.get()
    Place.objects.create(
        name="Red Hall", folded_name="red hall", city=city, lat=12.9, lng=77.6, timezone="Asia/Kolkata"
    )
    edit, form = f"/organize/events/{event.pk}/edit/", _filled(event)
    assert client.post(edit, {**form, "venue": "Nowhere Hall"}).status_code == 400
    changed = {
        **form, "venue": "Red Hall", "price": "free", "accessibility": ["captions"], "age_limit": "", "online": "on",
        "online_url": "https://stream.example/owls", "tags": "owls, late",
    }  # fmt: skip
    assert client.post(edit, changed).status_code == 302
    event.refresh_from_db()
    assert (event.venue_name, event.price_type, event.age_limit, event.online) == (
        "Red Hall",
        "free",
        None,
        "both",
    )
    assert "wheelchair" not in event.accessibility
    assert event.tags == ["owls", "late"]
    assert client.post(edit, changed).status_code == 409


def test_what_may_be_the_same_is_told_while_writing_and_at_the_preview(client, said, city):
    start = datetime.fromisoformat(said["start"]).replace(tzinfo=INDIA)
    there = make_event(title="Owl Night", start=start, city=city, venue_name="The Blue Room")
    query = {name: said[name] for name in ("title", "start", "city", "venue")}
    told = client.get("/organize/hints/", query).json()
    assert [one["url"] for one in told["alike"]] == [there.get_absolute_url()]
    assert client.get("/organize/hints/", {**query, "start": ""}).json()["alike"] == []
    assert client.get("/organize/hints/", {**query, "title": "Tax law for beginners"}).json()["alike"] == []
    Event.objects.update(publication=Publication.PENDING)
    assert client.get("/organize/hints/", query).json()["alike"] == []
    Event.objects.update(publication=Publication.APPROVED)
    _, page = _draft(client, said)
    assert there.get_absolute_url() in client.get(page).content.decode()


def test_hints_are_limited(client, said):
    answers = [client.get("/organize/hints/", {"title": "x"}).status_code for _ in range(61)]
    assert answers[-1] == 429


def test_only_its_team_sees_sends_or_deletes_a_draft(client, said, owls):
    draft, page = _draft(client, said)
    eve = make_person(email="eve@example.org", is_staff=False)
    other = Client()
    other.force_login(eve)
    for path in (page, f"{page}edit/", f"{page}preview/"):
        assert other.get(path).status_code == 404
    assert other.get("/organize/events/new/").url == "/organize/"
    for act in (
        lambda: writing.send_draft(draft.pk, by=eve),
        lambda: writing.delete_draft(draft.pk, by=eve),
        lambda: writing.keep_draft(said, by=eve),
        lambda: writing.keep_draft(said, draft_id=draft.pk, by=eve),
    ):
        with pytest.raises(RightMissing):
            act()
    OrganizerMember.objects.create(organizer=owls, user=eve, role="helper")
    assert other.get(page).status_code == 404
    assert client.post(f"{page}edit/", {**said, "title": "Owl Day"}).url == page
    assert "Owl Day" in client.get("/organize/").content.decode()
    assert client.post(page, {"do": "delete"}).url == "/organize/"
    assert not WrittenEvent.objects.exists()


def test_another_one_like_it_comes_filled_in(client, said):
    _, page = _draft(client, said)
    client.post(page, {"do": "send"})
    _read()
    html = client.get(f"/organize/events/new/?like={Event.objects.get().pk}").content.decode()
    assert 'value="Owl Night"' in html
    assert 'value="The Blue Room"' in html
    assert said["start"] not in html


def test_another_one_like_it_has_no_doors_of_the_old_day(client, said):
    day = said["start"].partition("T")[0]
    _, page = _draft(client, {**said, "doors": f"{day}T19:30"})
    client.post(page, {"do": "send"})
    _read()
    event = Event.objects.get()
    Event.objects.update(doors_at=event.start_at - timedelta(minutes=30))
    html = client.get(f"/organize/events/new/?like={event.pk}").content.decode()
    assert 'name="doors"' in html
    assert day not in html


def test_old_drafts_are_forgotten_by_the_tasks(client, said):
    _draft(client, said)
    assert (own_tasks.finish_sent(), own_tasks.forget_written()) == (0, 0)
    WrittenEvent.objects.update(updated_at=datetime.now(UTC) - writing.KEPT - timedelta(days=1))
    assert own_tasks.forget_written() == 1


def test_the_desk_takes_the_same_queries_for_1_and_30(client, said, owls, ann):
    def queries():
        with CaptureQueriesContext(
            connection,
        ) as seen:
            assert client.get("/organize/").status_code == 200
        return len(seen)

    def more(number):
        for _ in range(number):
            WrittenEvent.objects.create(organizer=owls, author=ann, said={"title": "Owls"})
            Event.objects.filter(pk=make_event(start=NOW + timedelta(days=5)).pk).update(organizer=owls)

    more(1)
    queries()
    one = queries()
    more(29)
    assert queries() == one


def test_rules_are_those_of_rfc_5545():
    said = {"start": "2026-12-31T20:00", "repeat": "month_weekday", "times": 4}
    assert rule_of(said) == "FREQ=MONTHLY;BYDAY=-1TH;COUNT=4"
    assert rule_of({**said, "repeat": "month_day"}) == "FREQ=MONTHLY;BYMONTHDAY=31;COUNT=4"
    assert rule_of({"start": "2026-12-04T20:00", "repeat": "fortnightly", "until": "2027-02-01"}) == (
        "FREQ=WEEKLY;INTERVAL=2;BYDAY=FR;UNTIL=20270201T235959"
    )
    assert rule_of({"start": "2026-12-04T20:00"}) == ""


def test_the_form_names_only_organizers_of_ones_own(said):
    form = WritingForm({**said, "organizer": "x"}, organizers=[(said["organizer"], "Owls")])
    assert "organizer" in form.errors
