"""OpenAgenda's events as Opendatasoft publishes them: search API v1, Explore v2, exports."""

import json
from typing import Any

import pytest

from pipeline.connectors.detect import detect
from pipeline.connectors.platforms.openagenda import OpenAgendaConfig, OpenAgendaConnector
from pipeline.contract.raw import RawRecord
from tests.pipeline.connectors.reading import kept, only, params, payload

FLAT = {
    "uid": "11",
    "slug": "veillee",
    "canonicalurl": "https://openagenda.com/bourg/events/veillee",
    "title_fr": "Veillée",
    "title_en": None,
    "longdescription_fr": "<p>Contes</p>",
    "firstdate_begin": "2026-12-04T19:00:00+00:00",
    "firstdate_end": "2026-12-04T21:00:00+00:00",
    "lastdate_begin": "2026-12-11T19:00:00+00:00",
    "lastdate_end": "2026-12-11T21:00:00+00:00",
    "timings": json.dumps([
        {"begin": "2026-12-04T20:00:00+01:00", "end": "2026-12-04T22:00:00+01:00"},
        {"begin": "2026-12-11T20:00:00+01:00", "end": "2026-12-11T22:00:00+01:00"},
    ]),
    "location_name": "Salle des fêtes",
    "location_address": "1 place du Bourg",
    "location_city": "Bourg",
    "location_countrycode": "FR",
    "location_coordinates": {"lat": 46.2, "lon": 5.2},
    "originagenda_title": "Bourg",
    "status": json.dumps({"id": 6, "label": {"fr": "Annulé"}}),
    "attendancemode": json.dumps({"id": 1}),
}  # fmt: skip


def read(value: Any) -> list[RawRecord]:
    return kept(OpenAgendaConnector(OpenAgendaConfig()).read(payload(json.dumps(value)), params()))


@pytest.mark.parametrize(
    "answer",
    [
        [FLAT],
        {"total_count": 1, "results": [FLAT]},
        {"nhits": 1, "records": [{"datasetid": "evenements-publics-openagenda", "fields": FLAT}]},
        {"total_count": 1, "records": [{"record": {"id": "r", "fields": FLAT}}]},
    ],
)
def test_each_form_of_answer_gives_each_timing_with_its_own_offset(answer: Any) -> None:
    assert detect(payload(json.dumps(answer))) is OpenAgendaConnector
    assert [str(one.start) for one in read(answer)] == [
        "2026-12-04 20:00:00+01:00",
        "2026-12-11 20:00:00+01:00",
    ]


def test_fields() -> None:
    one = read([FLAT])[0]

    assert (one.title, one.description, one.language, one.status) == (
        "Veillée",
        "<p>Contes</p>",
        "fr",
        "cancelled",
    )
    assert (one.venue.name, one.venue.city, one.venue.country, one.venue.lat, one.venue.lng) == (
        "Salle des fêtes",
        "Bourg",
        "FR",
        46.2,
        5.2,
    )
    assert (one.url, one.external_id, one.online) == (
        "https://openagenda.com/bourg/events/veillee",
        "11",
        "no",
    )


def test_without_timings_the_first_and_the_last_date_are_read() -> None:
    several = read([{**FLAT, "timings": "not JSON ["}])
    alone = only(
        OpenAgendaConnector(OpenAgendaConfig()).read(
            payload(json.dumps([{**FLAT, "timings": None, "lastdate_begin": None}])), params()
        )
    )

    assert [str(one.start) for one in several] == ["2026-12-04 19:00:00+00:00", "2026-12-11 19:00:00+00:00"]
    assert str(alone.start) == "2026-12-04 19:00:00+00:00"
