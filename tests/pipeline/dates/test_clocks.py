"""Times of day: alone as a value, and in running text. Property tests of round trips."""

from datetime import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.dates.clocks import Clock, clock_beside, clocks_in, read_clock

TIMES = st.times().map(lambda moment: moment.replace(second=0, microsecond=0))
EVENINGS = TIMES.filter(lambda clock: clock.hour >= 6)


@pytest.mark.parametrize("text", ["24 hours", "24 hrs", "24h", "24/7", "2h", "1h30", "open until 2am"])
def test_a_length_is_no_time_of_day(text):
    assert read_clock(text) is None
    assert clocks_in(text) == []


@pytest.mark.parametrize(
    ("text", "zone"),
    [
        ("8 PM EST", "America/New_York"), ("7:00 PM (Eastern Time)", "America/New_York"), ("10:00 AM IST · 2 days", "Asia/Kolkata"),
        ("09:00-17:00 CET", "Europe/Berlin"), ("8 pm PT", "America/Los_Angeles"), ("8 pm", ""),
    ],
)  # fmt: skip
def test_a_time_knows_the_zone_beside_it(text, zone):
    assert read_clock(text).zone == zone


@pytest.mark.parametrize("text", ["19h et 21h", "8 PM MT VERNON", "7 PM Pacific Hall", "8pm est ouvert"])
def test_a_word_that_looks_like_a_zone_is_none(text):
    assert [reported.clock.zone for reported in clocks_in(text)][0] == ""


@pytest.mark.parametrize(
    ("text", "reported"),
    [
        ("Dec 12 - 19:00", ["19:00"]), ("doors 19:00 show 20:00", ["19:00", "20:00"]), ("dalle 10 alle 19", ["10:00"]), ("Room 12a", []),
        ("12.50 € or $10.30", []), ("de 20 personnes à 15 km", []), ("16.00-22.00", ["16:00"]), ("kl. 19.00", ["19:00"]), ("20.30", []),
        ("10 a.m. to noon and 2 to 4 p.m.", ["10:00", "14:00"]), ("a las 22 horas", ["22:00"]), ("minuit", ["00:00"]),
    ],
)  # fmt: skip
def test_clocks_in_text(text, reported):
    assert [f"{span.clock.start:%H:%M}" for span in clocks_in(text)] == reported


def test_a_number_of_a_day_begins_no_range():
    (reported,) = clocks_in("Dec 5 - 7pm", days=[(0, 5)])

    assert (reported.clock.start, reported.text) == (time(19), "7pm")


def test_doors_are_told_apart():
    assert [reported.doors for reported in clocks_in("doors 19:00 show 20:00")] == [True, False]


@pytest.mark.parametrize("line", ["5 Dec, 20.30", "20:30 on 5 Dec", "5 Dec at 8:30 pm"])
def test_the_time_beside_a_day(line):
    start = line.index("5 Dec")

    assert clock_beside(line, start, start + 5).clock == Clock(start=time(20, 30))


@pytest.mark.parametrize(
    "pattern", ["%H:%M", "%I:%M %p", "%H.%M Uhr", "%I.%M%p", "%H:%M:%S", "at %H:%M", "%H:%Mh"]
)
@given(clock=TIMES)
def test_a_clock_is_read_back(pattern, clock):
    assert read_clock(clock.strftime(pattern)) == Clock(start=clock)


@pytest.mark.parametrize("joint", ["-", " – ", " to ", " bis ", " à "])
@given(start=TIMES, end=TIMES)
def test_a_range_is_read_back(joint, start, end):
    assert read_clock(f"{start:%H:%M}{joint}{end:%H:%M}") == Clock(start=start, end=end)


@given(clock=EVENINGS, before=st.sampled_from(["Jazz, ", "Le 5 mai: ", "Lamps (", ""]))
def test_a_clock_is_found_in_text(clock, before):
    line = f"{before}{clock:%Hh%M}"

    assert [reported.clock for reported in clocks_in(line)] == [Clock(start=clock)]


@given(st.text(max_size=200))
def test_no_text_raises(text):
    for reported in clocks_in(text):
        assert 0 <= reported.start < reported.stop <= len(text)
