"""The staged row of one refined record."""

from uuid import uuid4

import pytest

from pipeline.contract.draft import Draft
from pipeline.contract.raw import RawRecord
from sources.enums import StagedState
from sources.ingest.staged import identify
from sources.ingest.staged_row import staged_row
from sources.models import StagedEvent
from tests.factories import NOW, make_run, normalized

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("raw", "kept"), [("half \ud800", "half \ufffd"), ("no\x00thing", "nothing")], ids=["half", "NUL"]
)
def test_a_staged_row_keeps_the_raw_text_in_a_form_that_the_database_holds(raw: str, kept: str) -> None:
    record = RawRecord(external_id="1", raw=raw)
    item = identify(record, payload_month=NOW.date(), payload_id=uuid4())
    draft = Draft(raw=record, event=normalized())
    staged_row(make_run(started_at=NOW), item, draft, state=StagedState.RECORDED, now=NOW).save()
    assert StagedEvent.objects.get().raw == kept
