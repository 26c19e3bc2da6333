"""What a title repeats of the event's fields."""

from datetime import date, datetime

import pytest

from pipeline.contract.enums import Status
from pipeline.contract.raw import RawTime
from pipeline.titles.cleaned import cleaned, without_ages, without_repeats

DAY = date(2026, 12, 12)


@pytest.mark.parametrize(
    ("title", "start", "venue", "left"),
    [
        ("Jazz Night @ Blue Note", DAY, "Blue Note", "Jazz Night"),
        ("Jazz Night at The Blue Note", DAY, "Blue Note", "Jazz Night"),
        ("Jazz Night (Blue Note)", DAY, "Blue Note", "Jazz Night"),
        ("Jazz Night - Sat 12 Dec 2026", DAY, "", "Jazz Night"),
        ("Jazz Night, December 12, 2026", datetime(2026, 12, 12, 20), "", "Jazz Night"),
        ("Jazz Night on December 12, 8pm", DAY, "", "Jazz Night"),
        ("Jazz Night - 12 Dec 2026 - Blue Note", DAY, "Blue Note", "Jazz Night"),
        ("Jazz Night - 12 Dec @ Blue Hall", DAY, "Blue Hall, 12 Main St, Bengaluru", "Jazz Night"),
        ("Jazz Night @ The Blue Hall (12 Dec)", DAY, "Blue Hall\n12 Main St", "Jazz Night"),
        ("Jazz Night @ Blue Hall, 12 Main St", DAY, "Blue Hall, 12 Main St, Bengaluru", "Jazz Night"),
        ("Jazz Night @ Blue Hall Cellar", DAY, "Blue Hall, 12 Main St", "Jazz Night @ Blue Hall Cellar"),
        ("Jazz Night - 13 Dec 2026", DAY, "", "Jazz Night - 13 Dec 2026"),
        ("Jazz Night - 12 Dec 2026", "12 Dec", "", "Jazz Night - 12 Dec 2026"),
        ("Board Meeting - 01/08/2024", date(2024, 1, 8), "", "Board Meeting"),
        ("Board Meeting - 01/08/2024", date(2024, 8, 1), "", "Board Meeting"),
        ("Board Meeting - 01/08/2024", date(2024, 8, 2), "", "Board Meeting - 01/08/2024"),
        ("Saturdays at Blue Note", DAY, "Blue Note", "Saturdays at Blue Note"),
        ("Blue Note", DAY, "Blue Note", "Blue Note"),
        ("Apollo 12", DAY, "", "Apollo 12"),
        ("Dinner at Eight", DAY, "Blue Note", "Dinner at Eight"),
    ],
)
def test_without_repeats_takes_only_what_the_fields_say(
    title: str, start: RawTime, venue: str, left: str
) -> None:
    assert without_repeats(title, start=start, venue=venue) == left


@pytest.mark.parametrize(
    ("title", "start", "venue", "left"),
    [
        ("Sat 12 Dec: Jazz Night", DAY, "", "Jazz Night"),
        ("2026-12-12 | Jazz Night", DAY, "", "Jazz Night"),
        ("12 December 2026 – Jazz Night", DAY, "", "Jazz Night"),
        ("13 December 2026 – Jazz Night", DAY, "", "13 December 2026 – Jazz Night"),
        ("July 4th: Fireworks", date(2026, 7, 4), "", "July 4th: Fireworks"),
        ("Fireworks - July 4th", date(2026, 7, 4), "", "Fireworks - July 4th"),
        ("9/11: Remembrance", date(2026, 9, 11), "", "9/11: Remembrance"),
        ("New Year's Eve 2026", date(2026, 12, 31), "", "New Year's Eve 2026"),
        ("City Marathon - Berlin", DAY, "Berlin, Germany", "City Marathon - Berlin"),
        ("KIM: Nostrand Playground", DAY, "Nostrand Playground", "KIM: Nostrand Playground"),
        ("5 Seconds of Summer", DAY, "", "5 Seconds of Summer"),
        ("1917", DAY, "", "1917"),
        ("Blink-182", DAY, "", "Blink-182"),
        ("Live at the Apollo", DAY, "The Fillmore", "Live at the Apollo"),
    ],
)
def test_without_repeats_never_takes_a_name(title: str, start: RawTime, venue: str, left: str) -> None:
    assert without_repeats(title, start=start, venue=venue) == left


@pytest.mark.parametrize(
    ("title", "left"),
    [
        ("Hayden James (21+)", "Hayden James"),
        ("Hayden James [18 and over]", "Hayden James"),
        ("Everyday People (21+) - Queens", "Everyday People - Queens"),
        ("Puppets (All Ages)", "Puppets"),
        ("(21+)", "(21+)"),
        ("Adele (21)", "Adele (21)"),
        ("Under 21+ Club", "Under 21+ Club"),
    ],
)
def test_without_ages(title: str, left: str) -> None:
    assert without_ages(title) == left


def test_cleaned_takes_all_that_the_fields_say_and_a_second_time_nothing() -> None:
    reported = "CANCELLED: Jazz Night (21+) - 12 Dec 2026 @ Blue Note"
    assert cleaned(reported, start=DAY, venue="Blue Note") == ("Jazz Night", Status.CANCELLED)
    assert cleaned("Jazz Night", start=None, venue="") == ("Jazz Night", Status.SCHEDULED)
