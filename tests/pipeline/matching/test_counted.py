import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.matching.counted import counted, counter_of, named_room
from pipeline.matching.text import fold


@pytest.mark.parametrize(
    ("title", "found"),
    [
        ("Yoga Class – Room A", {"room a"}),
        ("Room A: Yoga Class", {"room a"}),
        ("Vol. 3", {"volume 3"}),
        ("Teil 2", {"part 2"}),
        ("Part I", {"part 1"}),
        ("Level 2 (Class B)", {"level 2", "class b"}),
        ("Master Class: A Journey", set()),
        ("Master class a journey", set()),
        ("No Children Under 4", set()),
        ("", set()),
    ],
)
def test_counted(title: str, found: set[str]) -> None:
    assert counted(title, fold(title).split()) == found


@given(st.text(max_size=60))
def test_what_is_counted_says_what_it_counts(title: str) -> None:
    assert all(counter_of(number) for number in counted(title, fold(title).split()))


@pytest.mark.parametrize("name", ["", "7", "room", "part time", "jazz b", "confs.tech"])
def test_other_names_count_nothing(name: str) -> None:
    assert counter_of(name) == ""


@pytest.mark.parametrize(
    ("title", "room"),
    [
        ("Python Devroom @ FOSDEM", "python devroom"),
        ("Jazz on the Main Stage at Harbour Days", "main stage"),
        ("The Stage at Harbour Days", ""),
        ("Stage at Harbour Days", ""),
        ("Live at the Blue Room", ""),
    ],
)
def test_the_room_of_a_host_is_named(title: str, room: str) -> None:
    assert named_room(fold(title).split()) == room
