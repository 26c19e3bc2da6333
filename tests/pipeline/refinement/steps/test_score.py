import time
import timeit
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest

from pipeline.contract.draft import Draft
from pipeline.contract.enums import Online, PriceType
from pipeline.contract.normalized import Image, OrganizerRef, Price, Quality, Venue
from pipeline.contract.quality import DEFAULTS, QualityRules
from pipeline.refinement.steps.locate import locate
from pipeline.refinement.steps.score import quality, score
from tests.pipeline.refinement.steps.make import LOOKUPS, NEW_YORK, context, timed, with_event

WHOLE: dict[str, Any] = {
    "description": "An evening of standards and of new things, with a quartet from Łódź.",
    "end": datetime(2026, 12, 12, 22, tzinfo=NEW_YORK),
    "url": "https://example.org/1",
    "images": (Image(url="https://example.org/1.jpg"),),
    "organizer": OrganizerRef(name="Blue Note"),
    "venue": Venue(name="Blue Note", address="131 W 3rd St, New York, NY", lat=40.7308, lng=-74.0006),
}


def draft(**fields: Any) -> Draft:
    one = locate([timed(**{**WHOLE, **fields})], context(), LOOKUPS)[0]
    return with_event(one, category="music", price=Price(type=PriceType.FREE))


def problems(one: Draft) -> list[str]:
    gates = quality(one.event, one, context()).gates
    return [problem for gate in gates.values() for problem in gate.problems]


def test_a_whole_event_is_graded_a() -> None:
    whole = draft()
    result = quality(whole.event, whole, context())
    assert (result.score, result.grade, problems(whole)) == (1.0, "A", [])
    assert all(gate.passed for gate in result.gates.values())


def test_the_gates_weigh_as_the_context_says() -> None:
    bare = draft(description="")
    assert quality(bare.event, bare, context()).score == pytest.approx(
        0.3 * 0.85 + 0.25 + 0.15 + 0.15 + 0.15 * 0.7
    )
    only_content = QualityRules(
        settings={
            name: replace(setting, enabled=name == "content", threshold=0.75, weight=1.0)
            for name, setting in DEFAULTS.items()
        }
    )
    result = quality(bare.event, bare, context(quality=only_content))
    assert (result.score, list(result.gates), result.gates["content"].passed, result.threshold) == (
        0.7,
        ["content"],
        False,
        0.0,
    )


def test_what_is_missing_beside_the_core_alone_fails_nothing() -> None:
    plain = draft(images=(), organizer=None, end=None, url="")
    assert quality(with_event(plain, price=Price()).event, plain, context()).gates["completeness"].passed
    for core in ({"venue": Venue()}, {"start": date(2026, 12, 12), "images": (), "end": None}):
        assert not quality(draft(**core).event, draft(**core), context()).gates["completeness"].passed


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"venue": Venue()}, "Name the venue or its address, or say that it is online."),
        ({"venue": Venue()}, "Add the venue's coordinates, or an address that can be found."),
        ({"venue": Venue(name="Blue Note")}, "Name the city, or give coordinates inside one that is known."),
        (
            {"venue": Venue(name="Blue Note", address="x", lat=0.0, lng=0.0)},
            "Correct the coordinates: they are not the venue's.",
        ),
        ({"description": ""}, "Add a description of at least 40 characters."),
        ({"description": "Jazz night"}, "Say more in the description than the title says."),
        ({"start": date(2026, 12, 12), "end": None}, "Give the time of day at which it starts."),
        ({"url": ""}, "Link to a page about the event."),
        ({"url": "javascript:x"}, "Give web addresses with http or https."),
        ({"end": None}, "Say when it ends."),
        ({"end": datetime(2026, 12, 12, 19, tzinfo=NEW_YORK)}, "Give an end after the start."),
        (
            {"end": datetime(2026, 12, 12, 20, 1, tzinfo=NEW_YORK)},
            "Check the end: it lasts less than five minutes.",
        ),
        (
            {"end": datetime(2027, 1, 12, 20, tzinfo=NEW_YORK)},
            "Check the end: it lasts longer than two weeks.",
        ),
        ({"images": ()}, "Add an image, 720 pixels wide or more."),
        ({"organizer": None}, "Name the organizer."),
        (
            {"start": datetime(2026, 12, 12, 20), "timezone": "Nowhere/City"},
            "Use a time zone name of the IANA list.",
        ),
        (
            {"start": "12 December 8pm", "end": None},
            "Write the start as ISO 8601 with an offset: it had to be read from words.",
        ),
        (
            {"start": datetime(2026, 12, 12, 0, tzinfo=NEW_YORK)},
            "Give a start that is not midnight, or say that the time is unknown or that it takes the whole day.",
        ),
        (
            {"start": datetime(2027, 12, 12, 20, tzinfo=NEW_YORK), "end": None},
            "Check the date: it is more than a year ahead.",
        ),
        ({"title": "JAZZ NIGHT WITH THE BAND"}, "Write the title in normal case."),
        ({"title": "Yo!"}, "Use a title of at least four letters."),
        ({"title": "Jazz night!!!!"}, "Use fewer exclamation marks."),
        ({"title": "Jazz " * 100}, "Keep the title below 300 characters."),
        ({"title": "Untitled event"}, "Put a real title in place of the placeholder."),
        ({"title": "TBA"}, "Put a real title in place of the placeholder."),
        ({"title": "Caf\ufffd concert"}, "Send the text as UTF-8: letters of the title were lost."),
        ({"title": "Blue Note"}, "Say in the title what takes place: it only names the venue."),
        (
            {"description": "Lorem ipsum dolor sit amet, consectetur adipiscing elit."},
            "Put a real description in place of the placeholder.",
        ),
        ({"description": "THE GREATEST NIGHT OF THE YEAR. " * 5}, "Write the description in normal case."),
        (
            {"doors": datetime(2026, 12, 12, 21, tzinfo=NEW_YORK)},
            "Give doors within the twelve hours before the start.",
        ),
        (
            {"capacity": 10, "popularity": {"attending": 12}},
            "Check the capacity: more people attend than it has.",
        ),
        ({"registration_required": True, "url": ""}, "Add the link at which one registers."),
    ],
)
def test_every_problem_says_how_to_fix_it(fields: dict[str, Any], problem: str) -> None:
    assert problem in problems(draft(**fields))
    assert problem not in problems(draft())


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"category": "other"}, "Give a category."),
        ({"price": Price()}, "Say what it costs, or that it is free."),
        (
            {"price": Price(type=PriceType.PAID, min=20, max=10, currency="USD")},
            "Give a highest price that is not below the lowest.",
        ),
        (
            {"price": Price(type=PriceType.PAID, min=1, max=20_000, currency="USD")},
            "Check the price: it is above 10,000.",
        ),
        (
            {"price": Price(type=PriceType.PAID, min=1, max=20)},
            "Give the price's currency as an ISO 4217 code.",
        ),
        ({"online": Online.YES, "venue": Venue(), "url": ""}, "Add the link at which it takes place online."),
        (
            {"confidence": {"timezone": 0.2}},
            "State the event's time zone, as an IANA name such as Asia/Kolkata.",
        ),
    ],
)
def test_problems_of_later_fields(changes: dict[str, Any], problem: str) -> None:
    assert problem in problems(with_event(draft(), **changes))


def test_a_nightly_midnight_is_none_to_wonder_at() -> None:
    party = with_event(
        draft(start=datetime(2026, 12, 12, 0, tzinfo=NEW_YORK), end=None), category="nightlife"
    )
    assert not any("midnight" in problem for problem in problems(party))


def test_an_online_event_needs_no_place() -> None:
    online = with_event(draft(), online=Online.YES, venue=Venue())
    assert quality(online.event, online, context()).gates["geography"].score == 1.0


def test_score_leaves_what_is_dropped_alone() -> None:
    kept, gone = score([draft(), replace(draft(), dropped="past")], context(), LOOKUPS)
    assert (kept.event.quality.grade, gone.event.quality) == ("A", Quality())


def test_the_gates_cost_little() -> None:
    """About half a millisecond of the processor; the bound leaves room for slow and busy machines, and
    coverage."""
    long = draft(description="<p>An evening of standards and of new things.</p>" * 200)
    seconds = (
        min(
            timeit.repeat(
                lambda: quality(long.event, long, context()), number=20, repeat=5, timer=time.process_time
            )
        )
        / 20
    )
    assert seconds < 0.01
