"""The matching step: one lookup for a batch, then decisions."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from benchmarks.match import records
from pipeline.contract.candidates import Candidate
from pipeline.contract.draft import Draft, SourceContext
from pipeline.contract.enums import MatchOutcome
from pipeline.contract.lookups import Alike, Own, Wanted
from pipeline.contract.normalized import NormalizedEvent, OrganizerRef, Price, Recurrence, Venue
from pipeline.contract.raw import RawRecord
from pipeline.matching.batch import MOST_ASKED, match, misfits

ZONE = ZoneInfo("Asia/Kolkata")
START = datetime(2026, 12, 12, 18, 0, tzinfo=ZONE)
CONTEXT = SourceContext(source_key="feed", now=datetime(2026, 11, 21, tzinfo=UTC))
HERE = Venue(name="100 Feet Road", city="Bengaluru", lat=12.9784, lng=77.6408)


class Held:
    """Lookups that count their calls."""

    def __init__(
        self,
        *candidates: Candidate,
        own: Mapping[str, tuple[Own, ...]] | None = None,
        apart: Sequence[tuple[str, str]] = (),
    ) -> None:
        self.held, self.asked = (
            Alike(events=candidates, own=own or {}, apart={frozenset(pair) for pair in apart}),
            0,
        )

    def candidates(self, wanted: Sequence[Wanted], *, source_key: str) -> Alike:
        self.asked += 1
        self.wanted = list(wanted)
        return self.held


def draft(title: str, start: datetime = START, **fields: object) -> Draft:
    event = NormalizedEvent(external_id="1", title=title, start=start, timezone="Asia/Kolkata", venue=HERE)
    return Draft(raw=RawRecord(external_id="1"), event=replace(event, **fields), city="bengaluru")  # type: ignore[arg-type]


def held(id: str, title: str, start: datetime = START, source: str = "elsewhere") -> Candidate:
    return Candidate(
        id=id,
        source=source,
        title=title,
        start=start,
        venue=HERE.name,
        city=HERE.city,
        lat=HERE.lat,
        lon=HERE.lng,
    )


def test_the_worked_example_feeds_the_event_that_is_there() -> None:
    lookups = Held(
        held("E1", "Indiranagar Food Festival", START + timedelta(minutes=30)), held("E2", "Raga at Dusk")
    )
    (decision,) = match([draft("Food Festival at Indiranagar")], CONTEXT, lookups)
    assert (decision.draft_index, decision.other, decision.outcome) == (0, "E1", MatchOutcome.MERGE)
    assert decision.match_fields["minutes"] == 30
    assert "starts 30 min apart" in decision.reasons


def test_nothing_alike_is_no_decision() -> None:
    later = START + timedelta(hours=2)
    assert match([draft("Food Festival")], CONTEXT, Held(held("E1", "Quantum Physics Lecture", later))) == []


def test_another_title_for_the_same_start_in_one_room_is_asked_about() -> None:
    lookups = Held(held("E1", "Quantum Physics Lecture"))
    (decision,) = match([draft("Food Festival")], CONTEXT, lookups)
    assert (decision.other, decision.outcome) == ("E1", MatchOutcome.ASK)


def test_a_doubtful_one_is_asked_about() -> None:
    (decision,) = match(
        [draft("Food Festival", START)],
        CONTEXT,
        Held(held("E1", "Food Festival", START.astimezone(UTC) + timedelta(hours=5, minutes=30))),
    )
    assert decision.outcome is MatchOutcome.ASK


def test_at_most_a_few_are_asked_about() -> None:
    shifted = START + timedelta(hours=5, minutes=30)
    lookups = Held(*(held(f"E{n}", "Food Festival", shifted) for n in range(MOST_ASKED + 2)))
    decisions = match([draft("Food Festival")], CONTEXT, lookups)
    assert len(decisions) <= MOST_ASKED


def test_two_drafts_of_one_source_are_joined_only_when_as_good_as_equal() -> None:
    first, again, other = (
        draft("Food Festival"),
        draft("Food Festival"),
        draft("Food Festival", START + timedelta(hours=2)),
    )
    (decision,) = match([first, again, other], CONTEXT, Held())
    assert (decision.draft_index, decision.other) == (1, 0)


def test_one_question_whatever_the_number_of_drafts() -> None:
    lookups = Held()
    match([draft(f"Show {n}") for n in range(50)], CONTEXT, lookups)
    assert lookups.asked == 1
    assert len(lookups.wanted) == 50
    assert lookups.wanted[0] == Wanted(
        city="bengaluru", day=START.date(), title="show 0", lat=HERE.lat, lng=HERE.lng, start=START
    )


def test_no_drafts_no_question() -> None:
    lookups = Held()
    assert match([], CONTEXT, lookups) == []
    assert lookups.asked == 0


def test_organizer_and_price_are_compared() -> None:
    full = draft("Food Festival", organizer=OrganizerRef(name="Ana"), price=Price(min=None, max=None))
    lookups = Held(replace(held("E1", "Food Festival"), organizer="Ana"))
    assert "same organizer" in match([full], CONTEXT, lookups)[0].reasons


def test_a_batch_against_two_thousand_does_not_compare_those_with_each_other() -> None:
    known = [replace(c, source="elsewhere") for c in records(2000)]
    drafts = [
        draft(
            c.title,
            c.start.replace(tzinfo=ZONE),
            venue=Venue(name=c.venue, city=c.city, lat=c.lat, lng=c.lon),
        )
        for c in known[:200]
        if isinstance(c.start, datetime)
    ]
    decisions = match(drafts, CONTEXT, Held(*known))
    joined = {d.draft_index: d.other for d in decisions if d.outcome is MatchOutcome.MERGE}
    assert len(joined) >= 190
    assert all(str(other).split("-")[0] == known[index].id.split("-")[0] for index, other in joined.items())
    by_event: dict[str | int, set[datetime]] = {}
    for index, other in joined.items():
        by_event.setdefault(other, set()).add(drafts[index].event.start)  # type: ignore[arg-type]
    assert all(len(starts) == 1 for starts in by_event.values())
    assert all(d.draft_index < 200 for d in decisions)


FESTIVAL = "Indiranagar Food Festival"


def test_what_the_source_lists_at_another_hour_is_another_showing() -> None:
    present = held("E1", FESTIVAL, source="feed")
    matinee = {"E1": (Own(external_id="9", start=START.isoformat()),)}
    assert match([draft(FESTIVAL)], CONTEXT, Held(present, own=matinee))[0].outcome is MatchOutcome.MERGE
    evening = {"E1": (Own(external_id="9", start=(START + timedelta(minutes=10)).isoformat()),)}
    assert match([draft(FESTIVAL)], CONTEXT, Held(present, own=evening)) == []


def test_two_occurrences_of_one_series_are_never_one_event() -> None:
    present = held("E1", FESTIVAL, source="feed")
    same_id = {"E1": (Own(external_id="1", recurrence_id="20261212", start=START.isoformat()),)}
    assert match([draft(FESTIVAL)], CONTEXT, Held(present, own=same_id)) == []
    reported = draft(FESTIVAL, recurrence_id="20261212", recurrence=Recurrence(series_id="weekly"))
    same_series = {
        "E1": (Own(external_id="9", recurrence_id="20261219", start=START.isoformat(), series="weekly"),)
    }
    assert match([reported], CONTEXT, Held(present, own=same_series)) == []


def test_of_two_showings_of_one_source_the_likest_feeds_the_event_that_another_lists() -> None:
    early, sharp = (
        draft(FESTIVAL, START - timedelta(minutes=10), external_id="1"),
        draft(FESTIVAL, external_id="2"),
    )
    (decision,) = match([early, sharp], CONTEXT, Held(held("E1", FESTIVAL)))
    assert (decision.draft_index, decision.other, decision.outcome) == (1, "E1", MatchOutcome.MERGE)


def test_each_of_two_showings_feeds_the_event_of_its_own_hour() -> None:
    early, late = (
        draft(FESTIVAL, external_id="1"),
        draft(FESTIVAL, START + timedelta(minutes=15), external_id="2"),
    )
    present = held("E1", FESTIVAL), held("E2", FESTIVAL, START + timedelta(minutes=15), source="another")
    for drafts in ([early, late], [late, early]):
        decisions = match(drafts, CONTEXT, Held(*present))
        assert {(drafts[d.draft_index].event.external_id, d.other) for d in decisions} == {
            ("1", "E1"),
            ("2", "E2"),
        }


def test_a_draft_that_two_different_events_claim_is_a_question() -> None:
    both = held("E1", FESTIVAL), held("E2", FESTIVAL)
    assert [d.outcome for d in match([draft(FESTIVAL)], CONTEXT, Held(*both))] == [MatchOutcome.MERGE]
    asked = match([draft(FESTIVAL)], CONTEXT, Held(*both, apart=[("E1", "E2")]))
    assert {(d.other, d.outcome) for d in asked} == {("E1", MatchOutcome.ASK), ("E2", MatchOutcome.ASK)}


def test_a_day_without_an_hour_looks_further() -> None:
    lookups = Held()
    match([draft(FESTIVAL, START.date(), time_known=False)], CONTEXT, lookups)
    assert lookups.wanted[0].dated


def test_an_entry_that_moved_away_from_the_others_no_longer_fits() -> None:
    others = [
        held("L1", "Indiranagar Food Festival", source="a"),
        held("L2", "Food Festival at Indiranagar", source="b"),
    ]
    same, later = draft(FESTIVAL).event, draft(FESTIVAL, START + timedelta(days=7)).event
    elsewhere = draft(
        "Quantum Physics Lecture", venue=Venue(name="Town Hall", city="Mysuru", lat=12.3, lng=76.6)
    ).event
    fits, moved, another, alone = misfits(
        [(same, others), (later, others), (elsewhere, others), (later, [])], CONTEXT
    )
    assert fits is None
    assert alone is None
    assert moved is not None
    assert "7 days" in moved.reasons
    assert another is not None
    assert another.score < 0.1


def test_no_entries_no_misfits() -> None:
    assert misfits([], CONTEXT) == []
