"""Rows for tests: one function for each model, `make_<model>`, by keyword, with defaults.

`make_event` writes an event's row as readers see it, with its Change; `record_event` sends one through the
service, like a run of the pipeline.
"""

from tests.factories.accounts import make_person, make_staff
from tests.factories.events import (
    announce,
    make_categories,
    make_category,
    make_copies,
    make_event,
    make_listing,
    make_origin,
)
from tests.factories.moments import EVENING, NOW
from tests.factories.places import make_alias, make_area, make_city, make_place
from tests.factories.recording import hold_all, make_entry, normalized, publish_all, record_event
from tests.factories.sources import make_credential, make_run, make_source

__all__ = [
    "EVENING",
    "NOW",
    "announce",
    "hold_all",
    "make_alias",
    "make_area",
    "make_categories",
    "make_category",
    "make_city",
    "make_copies",
    "make_credential",
    "make_entry",
    "make_event",
    "make_listing",
    "make_origin",
    "make_person",
    "make_place",
    "make_run",
    "make_source",
    "make_staff",
    "normalized",
    "publish_all",
    "record_event",
]
