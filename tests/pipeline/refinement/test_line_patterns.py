"""Patterns of one source's lines."""

from dataclasses import replace
from datetime import datetime

import pytest

from pipeline.contract.draft import Draft
from pipeline.contract.line_pattern import LEAST_RECORDS, LinePattern
from pipeline.contract.normalized import NormalizedEvent, Venue
from pipeline.contract.raw import RawRecord
from pipeline.refinement.line_patterns import filled, learn, observed
from pipeline.refinement.steps.extract import extract
from tests.pipeline.refinement.steps.make import LOOKUPS, context, raw

TOWNS = ("Berlin", "Hamburg", "Leipzig", "Dresden", "Hannover", "Bremen")
HOUSES = ("Blue Theatre", "Red Club", "Blue Theatre", "Red Club", "Blue Theatre", "Red Club")


def records(title: str = "Songs {at}", description: str = "", *, count: int = 6) -> list[RawRecord]:
    """Records on following days; {town}, {house}, {day} and {at} differ from one to the next."""
    return [
        raw(
            title=title.format(town=TOWNS[at], house=HOUSES[at], at=at, day=f"2026-08-0{at + 1}"),
            description=description.format(town=TOWNS[at], house=HOUSES[at], at=at, day=f"2026-08-0{at + 1}"),
            start=datetime(2026, 8, at + 1, 20),
            venue=Venue(),
        )
        for at in range(count)
    ]


def only(reported: list[RawRecord]) -> LinePattern:
    (found,) = learn(reported)
    return found


def test_titles_tell_performers_and_town() -> None:
    reported = records("New: Band A{at}, Band B{at} – {town}")
    pattern = only(reported)
    assert (pattern.shown["pattern"], pattern.fits, pattern.used) == ("performers – town", 6, True)
    better = filled(reported[0], [pattern])
    assert (better.performers, better.venue.city) == (("Band A0", "Band B0"), "Berlin")


def test_descriptions_tell_house_town_and_line_up() -> None:
    reported = records(description="{day} · {house}, {town} · Saxony · Line-up: Ann{at}, Bob{at}\nMore words")
    better = filled(reported[1], learn(reported))
    assert (better.venue.name, better.venue.city, better.performers) == (
        "Red Club",
        "Hamburg",
        ("Ann1", "Bob1"),
    )
    assert learn(reported)[0].shown["pattern"] == "day · venue, town · … · performers"


def test_lines_with_and_without_a_line_up_are_two_patterns() -> None:
    line = "{day} · {house} · {town}"
    reported = [*records(description=line), *records(description=f"{line} · Line-up: Ann{{at}}, Bob{{at}}")]
    assert [one.shown["pattern"] for one in learn(reported)] == [
        "day · venue · town",
        "day · venue · town · performers",
    ]
    assert [filled(one, learn(reported)).performers for one in (reported[0], reported[6])] == [
        (),
        ("Ann0", "Bob0"),
    ]


def test_a_told_field_stays() -> None:
    reported = records("Songs {at} | {house} | {town}")
    own = replace(reported[0], venue=Venue(name="White Hall", city="Cottbus"))
    assert filled(own, learn(reported)) is own


@pytest.mark.parametrize(("city", "used"), [("Berlin", False), ("", True)])
def test_a_pattern_that_other_fields_contradict_is_not_used(city: str, used: bool) -> None:
    reported = [replace(one, venue=Venue(city=city and "Munich")) for one in records("Songs {at} | {town}")]
    pattern = only(reported)
    assert pattern.used is used
    assert (filled(records("Songs {at} | {town}")[0], [pattern]).venue.city == "Berlin") is used


def test_a_pattern_that_other_fields_confirm_is_as_sure_as_they_agree() -> None:
    reported = records("Songs {at} | {town}")
    reported = [
        replace(one, venue=Venue(city=town))
        for one, town in zip(reported, [*TOWNS[:5], "Munich"], strict=True)
    ]
    assert only(reported).confidence == round(5 / 6, 3)


@pytest.mark.parametrize(
    "reported",
    [
        records("Songs {at} | {town}", count=LEAST_RECORDS - 1),
        records("Songs {at}"),
        records("Songs {at} – part {at}"),
        records("Songs {at} – Tickets: hall {at}, balcony {at}"),
        [*records("Songs {at} | {town}"), *records("Poems {at}"), *records("Plays {at}")],
    ],
)
def test_few_lines_or_lines_of_another_kind_are_no_pattern(reported: list[RawRecord]) -> None:
    assert learn(reported) == ()


def test_patterns_that_are_kept_count_for_a_record_that_comes_alone() -> None:
    reported = records("Songs {at} | {town}")
    kept = observed(reported, context())
    (pattern,) = kept.line_patterns or ()
    assert LinePattern.from_json(pattern.to_json()) == pattern
    (draft,) = extract([Draft(raw=reported[0], event=NormalizedEvent(external_id=""))], kept, LOOKUPS)
    assert draft.event.venue.city == "Berlin"
    assert observed(records("Poems"), kept) is kept


def test_a_source_that_is_known_to_have_no_patterns_does_not_learn_them_again() -> None:
    reported = records("Songs {at} | {town}")
    none = observed(records("Poems {at}"), context())
    assert none.line_patterns == ()
    assert observed(reported, none) is none
    drafts = extract(
        [Draft(raw=one, event=NormalizedEvent(external_id="")) for one in reported], none, LOOKUPS
    )
    assert {draft.event.venue.city for draft in drafts} == {""}
    assert observed(reported[: LEAST_RECORDS - 1], context()).line_patterns is None
