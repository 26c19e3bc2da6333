"""Each simple field of the table passes every interface: from sources, to readers, and through the admin."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.rights import PIPELINE
from digests.compose import digest_message
from digests.models import Delivery
from events import services
from events.models import Event, Proposal
from events.records import Judgement
from events.services.merging.previewing import preview_merge
from pipeline.contract.draft import SourceContext
from pipeline.contract.field_kinds import Kind
from pipeline.contract.fields import KINDS, SIMPLE, UNKNOWN
from pipeline.contract.raw import RawRecord
from pipeline.refinement.lookups import MemoryLookups
from pipeline.refinement.pipeline import refine_batch
from tests.digests.conftest import THURSDAY, due_digest
from tests.factories import NOW, make_entry, make_origin, make_staff, normalized, publish_all, record_event
from tests.moderation.test_desk import waiting
from tests.pipeline.connectors.reading import json_feed, only, page, rss

CONTEXT = SourceContext(source_key="k", city="bengaluru", timezone="Asia/Kolkata", now=NOW)
START = datetime(2026, 12, 4, 20, tzinfo=UTC)
each_field = pytest.mark.parametrize("name", SIMPLE)


def value_of(name: str) -> Any:
    return SIMPLE[name].read(SIMPLE[name].example)


def another(name: str) -> Any:
    return value_of(name) + 1 if KINDS[name] is Kind.WHOLE else value_of(name)[::-1]


def words_of(name: str) -> str:
    return f"{SIMPLE[name].label}: {SIMPLE[name].display(value_of(name))}"


def refined(**fields: Any) -> Any:
    (draft,) = refine_batch(
        [RawRecord(external_id="1", title="Jazz", start=START, **fields)], CONTEXT, MemoryLookups()
    )
    assert not draft.dropped
    return draft.event


def hold_changes(cases: Any) -> list[Judgement]:
    return [Judgement(apply=False, reasons=("not trusted",)) for _ in cases]


# --- In ---


@pytest.mark.parametrize(
    ("name", "key"), [(name, key) for name, how in SIMPLE.items() for key in how.json_names]
)
def test_a_json_feed_states_it(name, key):
    item = {"title": "A", "start": "2026-12-01T19:00:00Z", key: SIMPLE[name].example}
    assert getattr(only(json_feed(json.dumps([item]))), name) == value_of(name)


@each_field
def test_an_element_of_an_rss_item_states_it(name):
    key, example = SIMPLE[name].json_names[0], SIMPLE[name].example
    reported = f"<x:when>2026-12-01T20:00:00Z</x:when><x:{key}>{example}</x:{key}>"
    feed = (
        f'<rss xmlns:x="https://x.example/"><channel><item><title>A</title>{reported}</item></channel></rss>'
    )
    assert getattr(only(rss(feed)), name) == value_of(name)


@pytest.mark.parametrize("name", [name for name, how in SIMPLE.items() if how.schema_org])
def test_a_page_states_it_to_machines(name):
    node = {
        "@type": "Event",
        "name": "A",
        "startDate": "2026-12-01T20:00:00Z",
        SIMPLE[name].schema_org: SIMPLE[name].example,
    }
    read = page(f'<script type="application/ld+json">{json.dumps(node)}</script>')
    assert getattr(only(read), name) == value_of(name)


@pytest.mark.parametrize(
    ("name", "label"), [(name, label) for name, how in SIMPLE.items() for label in how.labels]
)
@pytest.mark.parametrize("line", ["{}: {}", "<b>{}:</b> {}", "• {} : {}"])
def test_a_line_of_the_description_states_it(name, label, line):
    reported = line.format(label.capitalize(), SIMPLE[name].example)
    event = refined(description=f"<p>An evening of jazz.</p><p>{reported}</p><p>Come early.</p>")
    assert (getattr(event, name), event.confidence[name]) == (value_of(name), 0.8)


@each_field
def test_two_lines_that_differ_state_nothing(name):
    label, values = SIMPLE[name].labels[0], (value_of(name), another(name))
    lines = "".join(f"<p>{label}: {value}</p>" for value in values)
    assert getattr(refined(description=lines), name) == UNKNOWN[name]


def test_a_label_in_letters_of_another_alphabet_is_none():
    assert refined(description="<p>AGE L\u0130M\u0130T: 16</p>").age_limit is None


@each_field
def test_what_a_source_states_is_not_overruled_by_its_prose(name):
    line = f"<p>{SIMPLE[name].labels[0]}: {another(name)}</p>"
    event = refined(description=line, **{name: value_of(name)})
    assert (getattr(event, name), event.confidence[name]) == (value_of(name), 0.95)


@each_field
def test_another_value_is_other_content(name):
    reported = {refined(**fields).raw_hash for fields in ({}, {name: value_of(name)}, {name: another(name)})}
    assert len(reported) == 3


# --- Out ---


@pytest.mark.django_db
@each_field
def test_readers_see_it_on_the_page_in_the_api_and_in_feeds(client, name):
    event = record_event(**{name: value_of(name)})
    own = event.get_absolute_url()
    words, label = SIMPLE[name].display(value_of(name)), SIMPLE[name].label
    assert f"<dt>{label}</dt><dd>{words}</dd>" in client.get(own).content.decode()
    assert client.get(f"/api/v1/events/{event.pk}").json()[name] == value_of(name)
    for address in (f"{own.rstrip('/')}.ics", "/bengaluru.ics", "/bengaluru.rss"):
        assert words_of(name) in client.get(address).content.decode().replace("\r\n ", "")
    assert client.get("/bengaluru.json").json()["results"][0][name] == value_of(name)


@pytest.mark.django_db
@pytest.mark.parametrize("name", [name for name, how in SIMPLE.items() if how.schema_org])
def test_machines_read_it_in_the_page(client, name):
    event = record_event(**{name: value_of(name)})
    reported = json.dumps({SIMPLE[name].schema_org: SIMPLE[name].to_schema_org(value_of(name))})[1:-1]
    assert reported in client.get(event.get_absolute_url()).content.decode()


@pytest.mark.django_db
def test_readers_see_nothing_where_nothing_is_known(client):
    event = record_event()
    shown = client.get(event.get_absolute_url()).content.decode()
    assert [how.label for how in SIMPLE.values() if f"<dt>{how.label}</dt>" in shown] == []
    reported = client.get(f"/api/v1/events/{event.pk}").json()
    assert {name: reported[name] for name in SIMPLE} == UNKNOWN


@pytest.mark.django_db
@each_field
def test_the_weekly_mail_shows_it(name):
    delivery: Delivery = due_digest()
    event = Event.objects.get()
    services.edit(event.pk, {name: value_of(name)}, by=PIPELINE, lock_fields=False)
    mail = digest_message(
        delivery, list(Event.objects.select_related("area", "city", "category")), now=THURSDAY
    )
    assert words_of(name) in mail.body
    assert words_of(name) in str(mail.alternatives[0][0])


# --- The desk ---


@pytest.mark.django_db
@each_field
def test_the_desk_shows_it(client, name):
    client.force_login(make_staff())
    review = waiting(facts={"title": "A", name: value_of(name)})
    shown = client.get(reverse("admin:moderation_review_change", args=[review.pk])).content.decode()
    words = SIMPLE[name].display(value_of(name))
    assert f"<dt>{SIMPLE[name].label}</dt><dd>{words}</dd>" in shown


@pytest.mark.django_db
@each_field
def test_a_person_sets_it_at_the_desk(client, name):
    client.force_login(make_staff())
    event = record_event()
    shown = client.get(reverse("admin:events_event_change", args=[event.pk])).content.decode()
    assert f'name="{name}"' in shown


@pytest.mark.django_db
@each_field
def test_a_change_that_is_not_trusted_is_proposed_and_shown_beside_the_old_value(name):
    origin = make_origin()
    event = record_event(origin=origin, **{name: value_of(name)})
    later = make_entry(event=normalized(**{name: another(name)}), event_id=event.pk)
    services.record_events([later], origin=origin, judge=hold_changes, now=NOW)
    proposal = Proposal.objects.get()
    assert proposal.fields == {name: {"from": value_of(name), "to": another(name)}}
    services.decide_proposal(proposal.pk, accept=True, by=PIPELINE)
    assert getattr(Event.objects.get(), name) == another(name)


@pytest.mark.django_db
def test_a_listing_of_before_a_field_was_there_says_the_same_when_it_is_told_again():
    origin = make_origin()
    event = record_event(origin=origin)
    (listing,) = event.listings.all()
    listing.facts = {name: value for name, value in listing.facts.items() if name not in SIMPLE}
    listing.save()
    services.record_events(
        [make_entry(event_id=event.pk)], origin=origin, judge=publish_all, now=NOW + timedelta(hours=1)
    )
    assert event.listings.get().changed_at == NOW
    assert event.listings.get().facts.keys() >= SIMPLE.keys()


@pytest.mark.django_db
@each_field
def test_a_person_s_word_locks_it(name):
    origin = make_origin()
    event = record_event(origin=origin, **{name: value_of(name)})
    services.edit(event.pk, {name: another(name)}, by=make_staff())
    again = make_entry(event=normalized(**{name: value_of(name)}), event_id=event.pk)
    services.record_events([again], origin=origin, judge=publish_all, now=NOW)
    event.refresh_from_db()
    assert (getattr(event, name), event.locked_fields) == (another(name), [name])
    assert event.provenance[name]["origin"] == "person"


@pytest.mark.django_db
@each_field
def test_a_merge_takes_it_from_who_says_it_and_gives_it_back(name):
    survivor = record_event(origin=make_origin(slug="a"), external_id="1")
    child = record_event(
        title="Raga by Dusk", origin=make_origin(slug="b"), external_id="2", **{name: value_of(name)}
    )
    preview = preview_merge(survivor.pk, child.pk)
    shown = [getattr(event, name) for event in (*preview.sides, preview.merged)]
    assert shown == [UNKNOWN[name], value_of(name), value_of(name)]
    services.merge(survivor.pk, child.pk, by=PIPELINE)
    assert getattr(Event.objects.get(pk=survivor.pk), name) == value_of(name)
    services.unmerge(child.pk, by=PIPELINE)
    assert getattr(Event.objects.get(pk=survivor.pk), name) == UNKNOWN[name]


@pytest.mark.django_db(transaction=True)
@each_field
def test_the_database_refuses_a_change_that_readers_do_not_hear_of(name):
    with transaction.atomic():
        event = record_event()
    with pytest.raises(IntegrityError, match="without a row in the outbox"), transaction.atomic():
        Event.objects.filter(pk=event.pk).update(**{name: value_of(name)})


# --- Age limit ---


@pytest.mark.parametrize(
    ("fields", "years"),
    [
        ({"title": "Jazz (21+)"}, 21),
        ({"description": "<p>An all ages show.</p>"}, 0),
        ({"description": "<p>19+<br>Doors at 9pm</p>"}, 19),
        ({"description": "<p>Doors at 9pm, 19+ ID required</p>"}, 19),
        ({"description": "<p>A carnival for which families of all ages come.</p>"}, None),
        ({"accessibility": {"minimum_age": 16}}, 16),
        ({"accessibility": {"all_ages": True}}, 0),
        ({"description": "<p>Must be 21 or older.</p><p>Age limit: 18+</p>"}, 18),
        ({"age_limit": 0, "description": "<p>18+ only.</p>"}, 0),
        ({"description": "<p>Jazz for all who like it.</p>"}, None),
    ],
)
def test_an_age_limit_is_known_by_what_is_stated_then_by_words(fields, years):
    (draft,) = refine_batch(
        [replace(RawRecord(external_id="1", title="Jazz", start=START), **fields)], CONTEXT, MemoryLookups()
    )
    assert draft.event.age_limit == years


@pytest.mark.django_db
def test_open_to_all_ages_is_not_the_same_as_unknown(client):
    event = record_event(age_limit=0)
    assert "<dt>Age limit</dt><dd>All ages</dd>" in client.get(event.get_absolute_url()).content.decode()
    assert client.get(f"/api/v1/events/{event.pk}").json()["age_limit"] == 0
