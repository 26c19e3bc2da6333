"""Times from the database are UTC, whatever zone they were written in."""

from datetime import UTC, datetime

import pytest
from django.db import DataError, connection
from hypothesis import given
from hypothesis import strategies as st
from psycopg.types.datetime import TimestamptzLoader

from config.timestamps import UtcLoader

pytestmark = pytest.mark.django_db


def read(text: str) -> datetime:
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s::timestamptz", [text])
        (found,) = cursor.fetchone()
    return found


def test_this_reader_is_the_connections():
    with connection.cursor() as cursor:
        assert cursor.connection.adapters.get_loader(1184, 0) is UtcLoader


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-11-21 06:00:00+00", datetime(2026, 11, 21, 6, tzinfo=UTC)),
        ("2026-11-21 06:00:00.5+05:30", datetime(2026, 11, 21, 0, 30, 0, 500_000, tzinfo=UTC)),
        ("0001-01-01 00:00:00+00", datetime(1, 1, 1, tzinfo=UTC)),
    ],
)
def test_moments_are_in_utc(text, moment):
    found = read(text)
    assert (found, found.tzinfo) == (moment, UTC)


@pytest.mark.parametrize("text", ["10000-01-01 00:00:00+00", "infinity", "0044-03-15 00:00:00+00 BC"])
def test_what_python_cannot_hold_is_an_error_that_says_so(text):
    with pytest.raises(DataError, match="timestamp"):
        read(text)


@given(st.datetimes(timezones=st.just(UTC)))
def test_it_reads_as_psycopg_does(moment):
    text = moment.isoformat(sep=" ").removesuffix(":00").encode()
    assert UtcLoader(1184).load(text) == TimestamptzLoader(1184).load(text) == moment
