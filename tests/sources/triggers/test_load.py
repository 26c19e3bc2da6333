"""Loading calendars repeatedly: what changes, moves, goes missing and comes back."""

from datetime import timedelta

import pytest

from events.enums import Freshness
from events.models import Event, Listing
from outbox.models import Change
from pipeline.contract.enums import Coverage
from pipeline.contract.exceptions import UnknownConnector
from pipeline.contract.raw import RawPayload
from sources.enums import RunState
from sources.models import Payload
from sources.runs.summary import summary_of
from sources.setup.create import ensure_source
from sources.triggers.load import connector_of, load
from tests.factories import NOW
from tests.sources.feeds import calendar, counts, event_of, feed_source, many, payload, reported, take

pytestmark = pytest.mark.django_db


def test_a_calendar_makes_events() -> None:
    run = take(feed_source(), many(5))
    assert (run.state, counts(run), run.dropped) == (RunState.SUCCESS, {"new": 5}, {})
    assert Event.objects.filter(publication="approved").count() == 5


def test_loading_twice_changes_nothing() -> None:
    source = feed_source()
    take(source, many(5))
    before = list(Event.objects.order_by("id").values()), Change.objects.count()
    run = take(source, many(5))
    assert counts(run) == {"unchanged": 5}
    assert (list(Event.objects.order_by("id").values()), Change.objects.count()) == before


def test_an_edit_is_an_update_of_the_same_event() -> None:
    source = feed_source()
    take(source, many(5))
    event = event_of(source, "e2@example.org")
    edited = reported(2, title="Pottery for Beginners and Others", start=event.start_at + timedelta(hours=1))
    run = take(source, [*many(2), edited, *many(5)[3:]])
    assert counts(run) == {"changed": 1, "unchanged": 4}
    after = event_of(source, "e2@example.org")
    assert (after.id, after.title, after.start_at) == (
        event.id,
        "Pottery for Beginners and Others",
        event.start_at + timedelta(hours=1),
    )


def test_another_uid_for_the_same_event_is_a_move() -> None:
    source = feed_source()
    take(source, many(5))
    event = event_of(source, "e2@example.org")
    run = take(source, [*many(2), reported(2, uid="brand-new"), *many(5)[3:]])
    assert (run.moved, run.missing, run.new) == (1, 0, 0)
    assert event_of(source, "brand-new").id == event.id
    assert Event.objects.count() == 5
    assert Listing.objects.get(event=event).external_id == "brand-new"


def test_what_a_complete_feed_no_longer_lists_is_missing_until_it_is_back() -> None:
    source = feed_source()
    take(source, many(6))
    run = take(source, many(5))
    assert (run.missing, counts(run)["unchanged"]) == (1, 5)
    assert event_of(source, "e5@example.org").freshness == Freshness.MISSING
    assert counts(take(source, many(5))) == {"unchanged": 5}
    again = take(source, many(6))
    assert counts(again) == {"unchanged": 6}
    assert event_of(source, "e5@example.org").freshness == Freshness.SEEN
    assert Event.objects.count() == 6


def test_half_lost_is_quarantined_and_nothing_applied() -> None:
    source = feed_source()
    take(source, many(12))
    before = list(Event.objects.order_by("id").values("id", "freshness", "title"))
    run = take(source, [reported(0, title="Another Title For The First"), *many(6)[1:]])
    assert run.state == RunState.QUARANTINED
    assert "6 of 12 upcoming events would vanish" in run.error_detail
    assert list(Event.objects.order_by("id").values("id", "freshness", "title")) == before


def test_accept_loss_applies_it() -> None:
    source = feed_source()
    take(source, many(12))
    run = take(source, many(6), accept_loss=True)
    assert (run.state, run.missing) == (RunState.SUCCESS, 6)
    assert Event.objects.filter(freshness=Freshness.MISSING).count() == 6


def test_a_hijacked_feed_is_quarantined() -> None:
    source = feed_source()
    take(source, many(8))
    run = take(source, [reported(number, title="Buy cheap watches now") for number in range(8)])
    assert run.state == RunState.QUARANTINED
    assert not Event.objects.filter(title__icontains="watches").exists()


def test_a_broken_record_is_not_a_missing_one() -> None:
    source = feed_source()
    take(source, many(3))
    broken = calendar(many(3)).replace(
        b"DTSTART:" + f"{reported(1).start:%Y%m%dT%H%M%SZ}".encode(), b"DTSTART:someday"
    )
    run = take(source, broken)
    assert (run.missing, sum(run.dropped.values())) == (0, 1)


def test_a_truncated_calendar_is_partial_and_nothing_goes_missing() -> None:
    source = feed_source()
    take(source, many(5))
    run = take(source, calendar(many(4), closed=False))
    assert (run.coverage, run.state, run.missing) == (Coverage.PARTIAL, RunState.PARTIAL, 0)


def test_an_rss_file_is_a_complete_run() -> None:
    source = feed_source(connector="rss", type="rss")
    run = load(
        source,
        [payload(b"<rss version='2.0'><channel><title>Feed</title></channel></rss>", content_type="")],
        now=NOW,
    )
    assert run.coverage == Coverage.COMPLETE


def test_a_list_cut_at_its_limit_stays_partial() -> None:
    source = feed_source(connector="json_feed", type="api", config={"limit": 3})
    events = b",".join(
        b'{"id":"%d","title":"Film Night %d","start":"2026-12-0%dT19:00:00+05:30"}' % (n, n, n)
        for n in (1, 2, 3)
    )
    run = load(source, [payload(b"[" + events + b"]", content_type="application/json")], now=NOW)
    assert (run.coverage, run.events_processed) == (Coverage.PARTIAL, 3)


def test_what_is_over_is_dropped_unless_it_is_held() -> None:
    source = feed_source()
    take(source, many(2))
    later = NOW + timedelta(days=5)
    edited = [
        reported(0, lines=("STATUS:CANCELLED",)),
        reported(1),
        reported(9, uid="late", start=NOW + timedelta(days=2)),
    ]
    run = take(source, edited, now=later)
    assert run.dropped == {"past": 1}
    assert event_of(source, "e0@example.org").happening == "cancelled"
    assert Event.objects.count() == 2


def test_one_event_of_two_sources_is_one() -> None:
    first, second = feed_source("one"), feed_source("two")
    at = NOW + timedelta(days=3)
    place = "Indiranagar Club, 9th Main, Indiranagar, Bengaluru"
    take(first, [reported(0, title="Food Festival at Indiranagar", start=at, place=place)])
    run = take(
        second,
        [
            reported(
                0, uid="x", title="Indiranagar Food Festival", start=at + timedelta(minutes=30), place=place
            )
        ],
    )
    assert (run.merged, Event.objects.count()) == (1, 1)
    assert Listing.objects.filter(event=Event.objects.get()).count() == 2


def test_the_union_of_the_files_is_one_run() -> None:
    source = feed_source()
    run = load(source, [payload(calendar(many(2))), payload(calendar(many(4)[2:]))], now=NOW)
    assert (run.new, Payload.objects.filter(run_id=run.id).count()) == (4, 2)


def test_one_event_in_two_files_is_listed_once() -> None:
    run = load(feed_source(), [payload(calendar(many(2))), payload(calendar(many(2)))], now=NOW)
    assert (run.new, run.dropped) == (2, {"listed twice": 2})


def test_the_summary_has_the_keys_of_the_contract() -> None:
    summary = summary_of(take(feed_source(), many(1)))
    wanted = {
        "connector",
        "found",
        "kept",
        "dropped",
        "seconds",
        "new",
        "changed",
        "unchanged",
        "moved",
        "missing",
        "merged",
    }
    assert wanted <= summary.keys()
    assert (summary["connector"], summary["found"], summary["kept"], summary["new"]) == ("ical", 1, 1, 1)


def test_a_source_is_made_once_and_keeps_what_an_operator_set() -> None:
    feed_source("held", trust="doubtful", config={"url": "https://a.example/x.ics"})
    source = ensure_source("held", connector="ical", config={}, city=None, trust="trusted")
    assert (source.trust, source.config) == ("doubtful", {"url": "https://a.example/x.ics"})
    assert ensure_source(
        "held", connector="ical", config={"url": "https://b.example/"}, city=None
    ).config == {"url": "https://b.example/"}


def test_the_connector_is_that_of_the_first_file_that_any_fits() -> None:
    image = RawPayload(url="", content=b"\x89PNG\r\n\x1a\n" + b"\x00" * 50)
    assert connector_of([image, payload(calendar(many(1)))]) == "ical"
    with pytest.raises(UnknownConnector):
        connector_of([image])


def test_a_defect_closes_the_run_and_frees_the_source(monkeypatch: pytest.MonkeyPatch) -> None:
    source = feed_source()
    monkeypatch.setattr("sources.triggers.load.process_pages", lambda *a, **k: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        take(source, many(1))
    run = source.runs.get()
    source.refresh_from_db()
    assert (run.state, source.claimed_until) == (RunState.FAILED, None)
    assert "ZeroDivisionError" in run.error_detail
