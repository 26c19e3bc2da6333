"""The length of an event without an end: in words, by its source, by its category."""

from datetime import date, datetime, timedelta

import pytest

from pipeline.refinement.durations import expected_end, told_length
from pipeline.refinement.steps.ends import ends
from tests.pipeline.refinement.steps.make import LOOKUPS, NEW_YORK, context, timed, with_event

EIGHT = datetime(2026, 12, 12, 20, 0, tzinfo=NEW_YORK)


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("Running time: 90 minutes, no intermission.", 90),
        ("Duration: 2 hr Public", 120),
        ("Running Time: 2 hrs plus a 20 min intermission", 120),
        ("Dauer: ca. 2 Std. 30 Min.", 150),
        ("Durée : 1h30", 90),
        ("The show lasts about 75 min", 75),
        ("Length 5 miles", None),
        ("Duration: 3 days", None),
        ("Duration: 30 h", None),
        ("In 1999 it lasts", None),
    ],
)
def test_a_length_in_words(text: str, minutes: int | None) -> None:
    assert told_length(text) == (None if minutes is None else timedelta(minutes=minutes))


def test_words_before_the_source_s_habit_before_the_category_s() -> None:
    draft = with_event(timed(start=EIGHT), category="music")
    own = context(usual_hours={"music": 2.0})
    assert expected_end(draft.event, context()) == (EIGHT + timedelta(hours=3), 0.4)
    assert expected_end(draft.event, own) == (EIGHT + timedelta(hours=2), 0.6)
    reported = with_event(draft, description="<p>Running time: 90 minutes</p>")
    assert expected_end(reported.event, own) == (EIGHT + timedelta(minutes=90), 0.7)


def test_the_step_says_how_far_a_predicted_end_is_believed_and_leaves_told_ones_alone() -> None:
    (predicted,) = ends([with_event(timed(start=EIGHT), category="music")], context(), LOOKUPS)
    assert (predicted.event.end_predicted, predicted.event.confidence["end_predicted"]) == (
        EIGHT + timedelta(hours=3),
        0.4,
    )
    (reported,) = ends([timed(start=EIGHT, end=EIGHT + timedelta(hours=1))], context(), LOOKUPS)
    assert reported.event.end_predicted is None
    (dated,) = ends([timed(start=date(2026, 12, 12), all_day=True)], context(), LOOKUPS)
    assert dated.event.end_predicted == date(2026, 12, 12)
