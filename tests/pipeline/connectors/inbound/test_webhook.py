"""What is pushed to us."""

import json

import pytest

from pipeline.connectors.inbound.webhook import MAX_EVENTS, WebhookConfig, WebhookConnector
from pipeline.contract.enums import Coverage
from pipeline.contract.exceptions import ConfigInvalid, SchemaChanged
from tests.pipeline.connectors.reading import TableHttpClient, kept, only, params, payload, reasons

EVENT = {
    "external_id": "e1", "title": "A", "start": "2026-12-01T19:00:00+01:00", "end": "2026-12-01T21:00:00+01:00", "timezone": "Europe/Berlin",
    "venue": {"name": "Hall", "lat": 52.5, "lng": 13.4, "external_ids": {}}, "online": "no", "price": {"type": "paid", "min": 5, "max": 9, "currency": "EUR"},
    "images": [{"url": "https://a.example/1.jpg"}], "organizer": {"name": "Club", "type": "business"}, "status": "scheduled", "all_day": False,
}  # fmt: skip


def read(body, **config):
    text = body if isinstance(body, str | bytes) else json.dumps(body)
    return WebhookConnector(WebhookConfig(**config)).read(payload(text), params())


def test_normalized_event_is_read():
    record = only(read(EVENT))

    assert (record.external_id, record.title, record.start.isoformat(), record.timezone) == (
        "e1",
        "A",
        "2026-12-01T19:00:00+01:00",
        "Europe/Berlin",
    )
    assert (record.venue.name, record.venue.lat, record.online) == ("Hall", 52.5, "no")
    assert (record.price_min, record.price_max, record.price_currency, record.organizer.name) == (
        "5",
        "9",
        "EUR",
        "Club",
    )


@pytest.mark.parametrize(
    "body", [[EVENT, EVENT | {"external_id": "e2"}], {"events": [EVENT, EVENT | {"external_id": "e2"}]}]
)
def test_lists_are_read_and_are_never_complete(body):
    answer = read(body)

    assert ([r.external_id for r in kept(answer)], answer.coverage) == (["e1", "e2"], Coverage.PARTIAL)


def test_one_event_under_a_key_and_the_field_map():
    assert (
        only(
            read({"data": {"n": "A", "start": "2026-12-01"}}, fields={"title": "n"}, timezone="Asia/Kolkata")
        ).calendar_timezone
        == "Asia/Kolkata"
    )


def test_time_that_is_not_known():
    assert (
        only(read(EVENT | {"start": "2026-12-01", "time_known": False, "end": None})).start.isoformat()
        == "2026-12-01"
    )


def test_bad_event_is_dropped_and_the_rest_goes_on():
    assert reasons(read([{"title": "A"}, EVENT])) == ["no start", ""]


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("", "no JSON"),
        ("{", "no JSON"),
        ("[1]", "neither"),
        ("5", "neither"),
        (b"\xff{}", "UTF-8"),
        ("[" * 100_000, "nested"),
        ([EVENT] * (MAX_EVENTS + 1), "at most"),
    ],
)
def test_refused_with_one_clear_line(body, reason):
    with pytest.raises(SchemaChanged, match=reason) as caught:
        read(body)

    assert "\n" not in caught.value.detail


def test_nothing_is_fetched_or_detected():
    connector = WebhookConnector(WebhookConfig())
    connector.check_credentials(TableHttpClient({}))

    assert (list(connector.fetch(params(), TableHttpClient({}))), connector.recognizes(payload("{}"))) == (
        [],
        0,
    )


def test_wrong_field_map_is_told():
    with pytest.raises(ConfigInvalid):
        WebhookConnector(WebhookConfig(fields={"x": "y"}))
