"""No step changes a field that it does not own, and repeating one step or all of them changes nothing."""

from dataclasses import fields, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.contract.draft import Draft
from pipeline.contract.normalized import Image, NormalizedEvent, OrganizerRef, Recurrence, Venue
from pipeline.contract.raw import RawRecord
from pipeline.refinement.pipeline import OWNED, STEPS, refine_batch
from tests.pipeline.refinement.steps.make import LOOKUPS, NOW, context

#: These start from the record anew.
ONCE: Final = frozenset({"extract"})
ALWAYS: Final = frozenset({"event", "notes", "dropped"})

WORDS: Final = st.sampled_from(
    [
        "",
        "Jazz Night @ Blue Note",
        "CANCELLED: THE GREAT BIG BAND OF NYC LIVE",
        "Yoga w/ Ana (21+)",
        "<b>Jazz</b> &amp;amp; blues",
        "caf\u00c3\u00a9",
        "Sat 12 Dec: Raga feat. Nina, Ravi and Bob",
        "free entry for members, $10",
        "Wheelchair accessible. Rain or shine. Running time: 90 min.",
        "\u202eevil\u200b",
        "Tickets $15 at the door",
        "2026-12-12 20:00",
        "Zoom",
        "https://zoom.us/j/1",
        "Bryant Park",
        "x" * 400,
        "ನಮ್ಮ ಹಬ್ಬ",
        "12",
    ]  # fmt: skip
) | st.text(max_size=30)
MOMENTS: Final = (
    st.none()
    | WORDS
    | st.datetimes(datetime(2026, 11, 1), datetime(2027, 6, 1))
    | st.datetimes(
        datetime(2026, 11, 1),
        datetime(2027, 6, 1),
        timezones=st.sampled_from([UTC, ZoneInfo("Europe/Berlin")]),
    )
    | st.dates(date(2026, 11, 1), date(2027, 6, 1))
)
RECORDS: Final = st.builds(
    RawRecord,
    external_id=st.sampled_from(["", "1", "2"]),
    stable_id=st.booleans(),
    title=WORDS,
    description=WORDS,
    start=MOMENTS | st.just(NOW + timedelta(days=9)),
    end=MOMENTS,
    doors=MOMENTS,
    duration_seconds=st.none() | st.floats(0, 1e6),
    previous_start=MOMENTS,
    all_day=st.booleans(),
    opening_hours=st.sampled_from(["", "Tu-Su 10:00-18:00", "whenever"]),
    timezone=st.sampled_from(["", "America/New_York", "Eastern Standard Time", "Mars/Base"]),
    recurrence=st.none() | st.just(Recurrence(rrule="FREQ=WEEKLY", series_id="s")),
    venue=st.builds(
        Venue,
        name=WORDS,
        address=WORDS,
        city=st.sampled_from(["", "New York", "Berlin"]),
        lat=st.just(40.7),
        lng=st.sampled_from([-74.0, 74.0]),
    )
    | st.builds(Venue, name=WORDS, city=WORDS),
    online=st.sampled_from(["", "yes", "both", "no"]),
    online_url=WORDS,
    categories=st.lists(WORDS, max_size=2).map(tuple),
    tags=st.lists(WORDS, max_size=2).map(tuple),
    language=st.sampled_from(["", "en-US", "de", "??"]),
    price_text=WORDS,
    price_min=st.sampled_from(["", "0", "12.50", "-1", "1,00,000"]),
    is_free=st.none() | st.booleans(),
    url=WORDS,
    ticket_url=WORDS,
    images=st.lists(st.builds(Image, url=WORDS, alt=WORDS), max_size=2).map(tuple),
    organizer=st.none()
    | st.builds(
        OrganizerRef, name=WORDS, contact=st.sampled_from(["", "anna@example.org", "+49 170 1234567"])
    ),
    performers=st.lists(WORDS, max_size=2).map(tuple),
    status=st.sampled_from(["", "cancelled", "EventPostponed"]),
    accessibility=st.dictionaries(WORDS, st.booleans() | WORDS, max_size=2),
    setting=st.sampled_from(["", "outdoor"]),
)


def changed(before: Draft, after: Draft) -> set[str]:
    """The fields of the event, and those of the draft beside it, that differ."""
    own = {
        field.name
        for field in fields(NormalizedEvent)
        if getattr(before.event, field.name) != getattr(after.event, field.name)
    }
    reported = {
        name for name, value in after.event.confidence.items() if before.event.confidence.get(name) != value
    }
    lost = before.event.confidence.keys() - after.event.confidence.keys()
    assert not lost, f"confidence lost: {lost}"
    return (own - {"confidence"}) | {f"confidence of {name}" for name in reported}


def beside(before: Draft, after: Draft) -> set[str]:
    return {
        field.name for field in fields(Draft) if getattr(before, field.name) != getattr(after, field.name)
    } - ALWAYS


def dated(record: RawRecord) -> RawRecord:
    """A record without the moment at which `extract` read its times in words."""
    return replace(record, read_at=None)


def allowed(step: str) -> set[str]:
    """The fields of the event, and of its confidences, that `pipeline.OWNED` lets a step change.

    `extract` may set all.
    """
    owned = {field.name for field in fields(NormalizedEvent)} if step == "extract" else set(OWNED[step])
    return owned | {f"confidence of {name}" for name in {*owned, "place", "city", "area"} if owned}


def allowed_beside(step: str) -> set[str]:
    """The fields of a draft, beside its event, that a step may set."""
    located = {"place_id", "place_name", "told_at", "city", "area"}
    return {"extract": {"raw"}}.get(step, located if "located" in OWNED.get(step, ()) else set())


def test_every_step_is_in_the_table() -> None:
    assert [name for name, _ in STEPS] == ["extract", *OWNED]


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(record=RECORDS)
def test_no_step_changes_what_it_does_not_own_and_each_may_run_twice(record: RawRecord) -> None:
    draft = Draft(raw=record, event=NormalizedEvent(external_id=record.external_id))
    for name, step in STEPS:
        (after,) = step([draft], context(), LOOKUPS)
        assert changed(draft, after) <= allowed(name), name
        assert beside(draft, after) <= allowed_beside(name), name
        assert after.raw is draft.raw or (name, dated(after.raw)) == ("extract", dated(draft.raw))
        assert set(draft.notes) <= set(after.notes) or name == "extract"
        if name not in ONCE and not after.dropped:
            (again,) = step([after], context(), LOOKUPS)
            assert not {field for field in changed(after, again) if not field.startswith("confidence")}, name
            assert again.dropped == after.dropped, name
            assert name != "locate" or again == after
        if draft.dropped:
            assert after is draft or after == draft, name
        draft = after


@settings(deadline=None, max_examples=20, suppress_health_check=[HealthCheck.too_slow])
@given(records=st.lists(RECORDS, max_size=4))
def test_refining_twice_gives_the_same_whatever_the_batch(records: list[RawRecord]) -> None:
    together: list[Any] = refine_batch(records, context(), LOOKUPS)
    assert together == refine_batch(records, context(), LOOKUPS)
    assert together == [one for record in records for one in refine_batch([record], context(), LOOKUPS)]
