"""Plus codes in texts, and their points."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.geography.coordinates import haversine_km
from pipeline.geography.plus_codes import find_plus_code, plus_code, point_of_plus_code, without_plus_code

VIENNA = (48.2082, 16.3738)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("8FWR695F+7G", "8FWR695F+7G"),
        ("695F+7G Wien, Österreich", "695F+7G"),
        ("xjhr+j6, Indiranagar", "XJHR+J6"),
        ("C++ users' meeting", ""),
        ("call +49 30 123", ""),
        ("Room 12", ""),
    ],
)
def test_codes_are_found_in_texts(text, code):
    assert find_plus_code("", text) == code


def test_a_short_code_needs_a_locality():
    assert point_of_plus_code("695F+7G") is None
    lat, lng = point_of_plus_code("695F+7G", near=VIENNA)
    assert haversine_km(lat, lng, *VIENNA) < 1
    assert plus_code(lat, lng).endswith("695F+7G")


def test_what_is_no_code_is_no_point():
    assert point_of_plus_code("hello") is None


def test_the_rest_of_a_text_without_its_code():
    assert without_plus_code("695F+7G, Wien") == "Wien"


@given(st.floats(-85, 85), st.floats(-179, 179))
def test_a_full_code_leads_back_to_its_cell(lat, lng):
    back = point_of_plus_code(plus_code(lat, lng))
    assert back is not None
    assert haversine_km(lat, lng, *back) < 0.02
