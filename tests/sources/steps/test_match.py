"""The matching step: one question for a batch, then decisions."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from benchmarks.match import records
from events.enums import MatchOutcome
from events.records import NormalizedEvent, OrganizerRef, Price, Venue
from sources.matching.records import Candidate
from sources.records import Draft, RawRecord, SourceContext
from sources.steps.match import MOST_ASKED, Wanted, days_around, match

ZONE = ZoneInfo("Asia/Kolkata")
START = datetime(2026, 12, 12, 18, 0, tzinfo=ZONE)
CONTEXT = SourceContext(source_key="feed", now=datetime(2026, 11, 21, tzinfo=UTC))
HERE = Venue(name="100 Feet Road", city="Bengaluru", lat=12.9784, lng=77.6408)


class Held:
    """Lookups that remember how often they were asked."""

    def __init__(self, *candidates: Candidate) -> None:
        self.held, self.asked = list(candidates), 0

    def candidates(self, wanted: Sequence[Wanted], *, source_key: str) -> list[Candidate]:
        self.asked += 1
        self.wanted = list(wanted)
        return self.held


def draft(title: str, start: datetime = START, **fields: object) -> Draft:
    event = NormalizedEvent(external_id="1", title=title, start=start, timezone="Asia/Kolkata", venue=HERE)
    return Draft(raw=RawRecord(external_id="1"), event=replace(event, **fields), city="bengaluru")  # type: ignore[arg-type]


def held(id: str, title: str, start: datetime = START, source: str = "elsewhere") -> Candidate:
    return Candidate(id=id, source=source, title=title, start=start, venue=HERE.name, city=HERE.city, lat=HERE.lat, lon=HERE.lng)


def test_the_worked_example_feeds_the_event_that_is_there() -> None:
    lookups = Held(held("E1", "Indiranagar Food Festival", START + timedelta(minutes=30)), held("E2", "Raga at Dusk"))
    (decision,) = match([draft("Food Festival at Indiranagar")], CONTEXT, lookups)
    assert (decision.draft_index, decision.other, decision.outcome) == (0, "E1", MatchOutcome.MERGE)
    assert decision.match_fields["minutes"] == 30
    assert "starts 30 min apart" in decision.reasons


def test_nothing_alike_is_no_decision() -> None:
    assert match([draft("Food Festival")], CONTEXT, Held(held("E1", "Quantum Physics Lecture"))) == []


def test_a_doubtful_one_is_asked_about() -> None:
    (decision,) = match(
        [draft("Food Festival", START)], CONTEXT, Held(held("E1", "Food Festival", START.astimezone(UTC) + timedelta(hours=5, minutes=30)))
    )
    assert decision.outcome is MatchOutcome.ASK


def test_at_most_a_few_are_asked_about() -> None:
    shifted = START + timedelta(hours=5, minutes=30)
    lookups = Held(*(held(f"E{n}", "Food Festival", shifted) for n in range(MOST_ASKED + 2)))
    decisions = match([draft("Food Festival")], CONTEXT, lookups)
    assert len(decisions) <= MOST_ASKED


def test_two_drafts_of_one_source_are_joined_only_when_as_good_as_equal() -> None:
    first, again, other = draft("Food Festival"), draft("Food Festival"), draft("Food Festival", START + timedelta(hours=2))
    (decision,) = match([first, again, other], CONTEXT, Held())
    assert (decision.draft_index, decision.other) == (1, 0)


def test_one_question_whatever_the_number_of_drafts() -> None:
    lookups = Held()
    match([draft(f"Show {n}") for n in range(50)], CONTEXT, lookups)
    assert lookups.asked == 1
    assert len(lookups.wanted) == 50
    assert lookups.wanted[0] == Wanted(city="bengaluru", day=START.date(), title="show 0", lat=HERE.lat, lng=HERE.lng)


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
        draft(c.title, c.start.replace(tzinfo=ZONE), venue=Venue(name=c.venue, city=c.city, lat=c.lat, lng=c.lon))
        for c in known[:200]
        if isinstance(c.start, datetime)
    ]
    decisions = match(drafts, CONTEXT, Held(*known))
    assert {d.draft_index for d in decisions if d.outcome is MatchOutcome.MERGE} >= set(range(190))
    assert all(d.draft_index < 200 for d in decisions)


def test_days_around() -> None:
    want = Wanted(city="", day=START.date(), title="")
    assert [str(day) for day in days_around([want, want])] == ["2026-12-11", "2026-12-12", "2026-12-13"]
