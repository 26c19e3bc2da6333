from datetime import date, datetime

import pytest

from sources.records import RawTime
from sources.steps.titles import calmed, without_repeats


@pytest.mark.parametrize(
    ("loud", "calm"),
    [
        ("THE GREAT BIG BAND OF NYC LIVE IN CONCERT", "The Great Big Band of NYC Live in Concert"),
        ("DJ SHADOW AT RED ROCKS WITH CUT CHEMIST", "DJ Shadow at Red Rocks with Cut Chemist"),
        ("5K RUN FOR AIDS RESEARCH", "5K Run for AIDS Research"),
        ("DON'T STOP THE MUSIC", "Don't Stop the Music"),
        ("HENRY VIII: THE MUSICAL", "Henry VIII: The Musical"),
        ("KARAT – DIE KULTBAND AUS DEM OSTEN", "Karat – die Kultband aus dem Osten"),
        ("KINDERTHEATER", "KINDERTHEATER"),
        ("JAZZ NIGHT", "JAZZ NIGHT"),
        ("Jazz NIGHT With Friends", "Jazz NIGHT With Friends"),
        ("ನಮ್ಮ ಬೆಂಗಳೂರು ಹಬ್ಬ", "ನಮ್ಮ ಬೆಂಗಳೂರು ಹಬ್ಬ"),
    ],
)
def test_calmed(loud: str, calm: str) -> None:
    assert calmed(loud) == calm
    assert calmed(calm) == calm


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
        ("Jazz Night - 13 Dec 2026", DAY, "", "Jazz Night - 13 Dec 2026"),
        ("Jazz Night - 12 Dec 2026", "12 Dec", "", "Jazz Night - 12 Dec 2026"),
        ("Blue Note", DAY, "Blue Note", "Blue Note"),
        ("Apollo 12", DAY, "", "Apollo 12"),
        ("Dinner at Eight", DAY, "Blue Note", "Dinner at Eight"),
    ],
)
def test_without_repeats_takes_only_what_the_fields_say(title: str, start: RawTime, venue: str, left: str) -> None:
    assert without_repeats(title, start=start, venue=venue) == left
