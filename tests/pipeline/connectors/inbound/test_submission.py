"""What a person tells us."""

import json
from datetime import date
from decimal import Decimal

import pytest

from pipeline.connectors.inbound.submission import SubmissionConfig, SubmissionConnector, submission_payload
from pipeline.contract.enums import Coverage
from pipeline.contract.exceptions import SchemaChanged
from tests.pipeline.connectors.reading import TableHttpClient, only, params, payload, reasons

FIELDS = {
    "title": " A ",
    "start": date(2026, 12, 1),
    "venue": "Hall",
    "address": "1 Road",
    "price_min": Decimal("5.50"),
    "tags": ["rock", "pop"],
    "is_free": False,
}


def read(**fields):
    sent = submission_payload(FIELDS | fields, name="s1")
    return SubmissionConnector(SubmissionConfig(timezone="Asia/Kolkata")).read(sent, params())


def test_fields_become_one_record_named_after_the_submission():
    answer = read()
    record = only(answer)

    assert (record.external_id, record.title, record.start, record.calendar_timezone) == (
        "submission:s1",
        "A",
        date(2026, 12, 1),
        "Asia/Kolkata",
    )
    assert (record.venue.name, record.venue.address, record.price_min, record.tags) == (
        "Hall",
        "1 Road",
        "5.50",
        ("rock", "pop"),
    )
    assert answer.coverage is Coverage.PARTIAL


def test_stranger_sets_neither_identity_nor_counters_nor_status():
    record = only(
        read(
            id="official-1",
            external_id="x",
            status="cancelled",
            attending=999,
            timings=[{"begin": "2026-12-05"}],
            popularity={"attending": 9},
        )
    )

    assert (record.external_id, record.status, record.popularity, record.recurrence_id) == (
        "submission:s1",
        "",
        {},
        "",
    )


def test_lengths_are_bounded():
    assert len(only(read(title="T" * 9_999)).title) == 1_000


def test_missing_start_is_a_drop():
    assert reasons(read(start="")) == ["no start"]


@pytest.mark.parametrize("body", ["", "[]", "x", '{"a":' * 100_000])
def test_what_is_no_object_is_refused(body):
    with pytest.raises(SchemaChanged):
        SubmissionConnector(SubmissionConfig()).read(payload(body), params())


def test_fields_of_a_forged_payload_are_checked_again():
    body = json.dumps(
        {
            "title": "A",
            "start": "2026-12-01",
            "id": "x",
            "capacity": True,
            "lat": 52.5,
            "lng": 13.4,
            "tags": {"a": 1},
        }
    )

    record = only(SubmissionConnector(SubmissionConfig()).read(payload(body, url="submission:9"), params()))

    assert (record.external_id, record.capacity, record.venue.lat, record.tags) == (
        "submission:9",
        None,
        52.5,
        (),
    )


def test_nothing_is_fetched_or_detected():
    connector = SubmissionConnector(SubmissionConfig())
    connector.check_credentials(TableHttpClient({}))

    assert (list(connector.fetch(params(), TableHttpClient({}))), connector.recognizes(payload("{}"))) == (
        [],
        0,
    )
