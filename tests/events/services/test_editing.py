"""What a person enters for an event is sanitized like a source's text, or refused with the remedy."""

import pytest
from django.urls import reverse

from accounts.rights import PIPELINE
from events import services
from events.exceptions import BadValue
from events.models import Event, Organizer, Proposal
from places.models import City, Place
from sources.models import Source
from tests.factories import make_city, make_place, make_source, make_staff, record_event

pytestmark = pytest.mark.django_db
HOSTILE = '<meta http-equiv="refresh" content="0;url=//evil.example"><script>alert(1)</script><p onclick="x()">Words</p><a href="javascript:x()">go</a>'
SECRET = "https://calendar.google.com/calendar/ical/me/private-9f8e7d6c5b4a3928/basic.ics"


def edited(**values):
    event = record_event()
    return services.edit(event.pk, values, by=make_staff())


def test_markup_is_sanitized_as_that_of_sources(client):
    event = edited(
        description=HOSTILE,
        title="Raga <script>alert(1)</script>at \u202eDusk\x00",
        venue_name="<b>Blue</b> Room",
    )
    assert (event.title, event.venue_name) == ("Raga at Dusk", "Blue Room")
    assert event.description == '<p>Words</p><a rel="nofollow noopener">go</a>'
    for address in (event.get_absolute_url(), f"/api/v1/events/{event.pk}"):
        page = client.get(address).content.decode()
        assert "alert(1)" not in page
        assert "evil.example" not in page
        assert "javascript:" not in page


@pytest.mark.parametrize("column", ["url", "ticket_url", "online_url"])
@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("javascript:alert(1)", "is not a web address. Write one that begins with https://"),
        ("https://joe:pw@a.org/", "is not a web address"),
        ("data:text/html,x", "is not a web address"),
        (SECRET, "is a secret address"),
        ("https://a.org/" + "x" * 2000, "at most 2000 are kept. Shorten it."),
    ],
)
def test_an_address_that_is_none_is_refused(column, address, said):
    with pytest.raises(BadValue, match=said) as refused:
        edited(**{column: address})
    assert refused.value.detail.lower().startswith(column.replace("_", " "))


@pytest.mark.parametrize(
    ("column", "value", "said"),
    [
        ("title", "x" * 301, "Title has 301 characters, at most 300"),
        ("title", "<script>alert(1)</script>", "Title contains only markup"),
        ("title", " ", "Title is empty"),
        ("description", "x" * 20_001, "Description has 20001 characters"),
        ("description", "<script>alert(1)</script>", "Description contains no visible text"),
        ("tags", ["x"] * 51, "Tags has 51 words"),
        ("online", "perhaps", "Online is one of"),
        ("accessibility", {"a": {"a": {"a": {"a": {"a": 1}}}}}, "is nested deeper than"),
    ],
)
def test_what_may_not_be_stored_is_refused_by_name(column, value, said):
    with pytest.raises(BadValue, match=said):
        edited(**{column: value})


def test_lists_and_objects_are_cleaned():
    event = edited(
        tags=["<b>jazz</b>", "ro\u202eck"],
        performers=["Anna\x07"],
        accessibility={"note": "<script>x</script>Ramp"},
    )
    assert (event.tags, event.performers, event.accessibility) == (
        ["jazz", "rock"],
        ["Anna"],
        {"note": "Ramp"},
    )


def test_what_is_clean_is_stored_as_it_is():
    values = {
        "title": "Raga & Tabla: 5 < 6",
        "url": "https://a.org/x?a=1&b=2",
        "opening_hours": "Mo-Fr 10:00-18:00",
        "description": "<p>Come <b>early</b>.</p>",
    }
    event = edited(**values)
    assert {name: getattr(event, name) for name in values} == values


def test_a_proposal_is_no_way_around():
    event = record_event()
    proposal = Proposal.objects.create(event=event, fields={"url": {"from": "", "to": "javascript:alert(1)"}})
    with pytest.raises(BadValue):
        services.decide_proposal(proposal.pk, accept=True, by=PIPELINE)
    assert Event.objects.get().url == event.url


@pytest.mark.parametrize(
    ("model", "make", "field"),
    [
        (Organizer, lambda: Organizer.objects.create(name="Club", folded_name="club"), "url"),
        (
            Place,
            lambda: make_place(),
            "website",
        ),
        (Source, lambda: make_source(url=""), "url"),
    ],
)
@pytest.mark.parametrize("address", ["javascript:alert(1)", SECRET])
def test_forms_of_the_desk_refuse_at_the_field(client, model, make, field, address):
    row = make()
    client.force_login(make_staff())
    form = (
        client.get(reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_change", args=[row.pk]))
        .context["adminform"]
        .form
    )
    filled = type(form)({**form.initial, field: address}, instance=model.objects.get(pk=row.pk))
    assert field in filled.errors
    assert getattr(model.objects.get(pk=row.pk), field) == ""


def test_texts_of_the_gazetteer_are_cleaned(client):
    city = make_city()
    client.force_login(make_staff())
    form = client.get(reverse("admin:places_city_change", args=[city.pk])).context["adminform"].form
    filled = type(form)(
        {**form.initial, "name": "<script>x</script>Ben\u202egaluru"}, instance=City.objects.get(pk=city.pk)
    )
    filled.is_valid()
    assert filled.cleaned_data["name"] == "Bengaluru"
