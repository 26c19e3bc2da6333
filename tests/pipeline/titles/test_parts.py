"""What of a line is a title."""

import pytest

from pipeline.titles import bare


@pytest.mark.parametrize(
    ("line", "title"),
    [
        ("Planning Board - January 17, 2026", "Planning Board"),
        ("Tue 1/6/26, 7:00 pm: Planning Board", "Planning Board"),
        ("Planning Board - 2-28-19", "Planning Board"),
        ("17 January 2026 Planning Board", "Planning Board"),
        ("Planning Board from 7 pm", "Planning Board"),
        ("Planning Board (January 17)", "Planning Board"),
        ("“Planning Board”", "Planning Board"),
        ("Open Mic Night", "Open Mic Night"),
        ("Watch Party, 7 pm", "Watch Party"),
        ("Tuesday, January 6", ""),
        ("View all events", ""),
        ("Conference Room 5", ""),
        ("January 6 at 7 pm", ""),
        ("Register here", ""),
        ("Meeting minutes", ""),
        ("12 Main Street", ""),
        ("Yoga 7 pm and dance 8 pm", ""),
        ("When and where:", ""),
        ("7 pm", ""),
    ],
)
def test_a_line_is_a_title_without_day_and_time(line: str, title: str) -> None:
    assert bare(line) == title
