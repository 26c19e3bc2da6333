"""Records without a start are venues."""

from pipeline.contract.enums import MatchOutcome
from pipeline.matching import match_records

ROOM = {
    "id": "1",
    "source": "a",
    "title": "The Blue Room",
    "location": "12 Main St.",
    "city": "Salem",
    "phone": "555 123 4567",
}
SAME = {"id": "2", "source": "b", "title": "Blue Room", "location": "12 Main Street", "city": "Salem"}
MAYBE = {"id": "3", "source": "c", "title": "Blue Room", "city": "Salem"}


def test_venues_are_matched_by_name_address_and_city():
    pairs = match_records([ROOM, SAME])
    assert [(pair.id1, pair.id2, pair.outcome) for pair in pairs] == [("1", "2", MatchOutcome.MERGE)]
    assert pairs[0].reasons == "same name; same address"


def test_doubtful_ones_are_for_a_moderator_only():
    assert match_records([ROOM, MAYBE]) == []
    assert [pair.outcome for pair in match_records([ROOM, MAYBE], ask=True)] == [MatchOutcome.ASK]


def test_one_start_makes_all_of_them_events():
    timed = SAME | {"start": "2026-07-01T20:00"}
    assert match_records([ROOM, timed]) == []
