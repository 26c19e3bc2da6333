"""Records whose owners asked us not to list them are dropped and counted, until the wish is undone."""

from datetime import timedelta

import pytest

from events.models import Event
from moderation.models import OptOut
from sources.ingest.opt_outs import DOMAIN, ORGANIZER, SOURCE
from tests.factories import NOW
from tests.sources.feeds import feed_source, reported, take

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("kind", "value", "reason"),
    [("domain", "venue.example", DOMAIN), ("source", "", SOURCE), ("organizer", "raga circle", ORGANIZER)],
)
def test_the_pipeline_drops_what_is_opted_out(kind, value, reason):
    source = feed_source()
    wish = OptOut.objects.create(
        kind=kind, value=value or str(source.pk), title="theirs", state="standing", due_at=NOW
    )
    told = reported(
        1, lines=("URL:https://www.venue.example/1", "ORGANIZER;CN=Raga Circle:https://venue.example")
    )
    assert dict(take(source, [told]).dropped) == {reason: 1}
    assert not Event.objects.exists()
    OptOut.objects.filter(pk=wish.pk).update(state="undone")
    take(source, [told, reported(2)], now=NOW + timedelta(hours=1))
    assert Event.objects.count() == 2
