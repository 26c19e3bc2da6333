"""What pages, `similar` and digests ask of what was learnt."""

import pytest
from django.utils import timezone

from events import recommended
from events.alike import Because, alike
from insights.models import EventPair
from insights.models.factors import K
from tests.factories import EVENING, make_event

pytestmark = pytest.mark.django_db


@pytest.fixture
def pair():
    event, other = make_event(title="Jazz"), make_event(title="Other", category_id="film")
    EventPair.objects.create(event=event, other=other, people=K)
    return event, other


def test_what_ten_people_share_is_similar(pair, monkeypatch):
    event, other = pair
    assert alike(event, now=EVENING, limit=4) == []
    monkeypatch.setenv("FLAG_LEARNT_RECOMMENDATIONS", "on")
    assert [(one.id, one.because) for one in alike(event, now=EVENING, limit=4)] == [
        (other.pk, Because.PEOPLE)
    ]
    EventPair.objects.update(people=K - 1)
    assert alike(event, now=EVENING, limit=4) == []


@pytest.mark.parametrize("name", ["FLAG_RECOMMENDATIONS", "FLAG_LEARNT_RECOMMENDATIONS"])
def test_switched_off_nobody_answers(pair, monkeypatch, name, django_assert_num_queries):
    monkeypatch.setenv("FLAG_LEARNT_RECOMMENDATIONS", "on")
    monkeypatch.setenv(name, "off")
    with django_assert_num_queries(0):
        assert recommended.people_of(pair[0].pk) == {}


def test_a_page_for_everybody_is_the_same_for_who_agreed(pair, client, monkeypatch):
    from django.http import HttpResponse

    from insights import services
    from insights.readers import new_device, remember

    monkeypatch.setenv("FLAG_LEARNT_RECOMMENDATIONS", "on")
    event, other = pair
    plain = client.get(event.get_absolute_url()).content
    reader = new_device()
    services.agree(reader, now=timezone.now())
    services.hide(reader, other)
    response = HttpResponse()
    remember(response, reader)
    client.cookies.update(response.cookies)
    mine = client.get(event.get_absolute_url()).content
    assert other.title in plain.decode()
    assert _without_marks(mine) == _without_marks(plain)


def _without_marks(page: bytes) -> bytes:
    """The page without what differs by request: nonces, ids of requests."""
    import re

    return re.sub(rb'(nonce|data-request|data-after)="[^"]*"', b"", page)
