import io
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from pipeline.matching import Candidate
from pipeline.matching.csv_records import BadRow, UnreadableRecords, read_records, read_time


def read(text: str) -> list[Candidate | BadRow]:
    return list(read_records(io.StringIO(text)))


def test_columns_in_any_order_and_unknown_ones_ignored() -> None:
    (record,) = read(
        "Title,color,ID,start,lat,lng,price_min\nRaga,blue,7,2026-07-01T20:00:00+05:30,12.5,77.5,abc\n"
    )
    assert isinstance(record, Candidate)
    assert (record.id, record.title, record.lat, record.lon, record.price_min) == (
        "7",
        "Raga",
        12.5,
        77.5,
        None,
    )
    assert isinstance(record.start, datetime)
    assert record.start.utcoffset() is not None


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (",Raga,2026-07-01", "no id"),
        ("1,,2026-07-01", "no title"),
        ("1,Raga,soon", "start not readable"),
        ("1,Raga,2026-13-45", "start not readable"),
    ],
)
def test_bad_rows_carry_their_line_and_reason(row: str, reason: str) -> None:
    good, bad = read(f"id,title,start\n0,Raga,2026-07-01\n{row}\n")
    assert isinstance(good, Candidate)
    assert bad == BadRow(3, reason)


def test_an_id_given_twice_is_a_bad_row() -> None:
    assert read("id,title\n1,A\n1,B\n")[1] == BadRow(3, "id given before")


def test_a_monstrous_field_is_one_bad_row() -> None:
    rows = read("id,title\n1,A\n2," + "x" * 1_100_000 + "\n3,C\n")
    assert [type(row) for row in rows] == [Candidate, BadRow, Candidate]


def test_nul_bytes_and_wrong_charset_do_not_end_the_file(tmp_path: Path) -> None:
    path = tmp_path / "r.csv"
    path.write_bytes(b"\xef\xbb\xbfid,title\n1,Caf\xe9\x00\n2,B\n")
    assert [row.id for row in read_records(path) if isinstance(row, Candidate)] == ["1", "2"]


@pytest.mark.parametrize("text", ["", "a,b\n1,2\n", "<html><body>\n"])
def test_no_header_no_records(text: str) -> None:
    with pytest.raises(UnreadableRecords):
        read(text)


def test_rows_may_be_dicts() -> None:
    (record,) = read_records([{"id": "1", "title": "Raga", "start": "2026-07-01"}])
    assert isinstance(record, Candidate)
    assert record.start == date(2026, 7, 1)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("", None),
        ("2026-07-01", date(2026, 7, 1)),
        ("2026-07-01 20:00", datetime(2026, 7, 1, 20)),
        ("2026-07-01T20:00:00Z", datetime(2026, 7, 1, 20, tzinfo=UTC)),
    ],
)
def test_times(text: str, moment: object) -> None:
    assert read_time(text) == moment
