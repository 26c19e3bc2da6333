"""Pictures of events are fetched after recording: stored once, shown, announced; failed ones have a reason."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from pytest_httpserver import HTTPServer

from egress.factory import open_client
from egress.records import RequestPolicy
from events.models import Event, EventImage, Origin
from events.public import public_event
from events.services import fetch_pictures, forget_pictures
from outbox.models import Change
from pipeline.contract.http import HttpClient
from tests.events.test_pictures import drawn, encoded
from tests.factories import EVENING, make_event, make_listing

pytestmark = pytest.mark.django_db

POSTER = encoded(drawn())


@pytest.fixture(autouse=True)
def media(tmp_path: Path, settings: Any) -> Path:
    settings.MEDIA_ROOT = tmp_path
    settings.EGRESS_ALLOW_LOOPBACK = True
    return tmp_path


@pytest.fixture
def http(httpserver: HTTPServer, settings: Any) -> Iterator[HttpClient]:
    settings.EGRESS_ALLOWED_PORTS = [httpserver.port]
    with open_client(RequestPolicy(obey_robots=False), name="pictures", shared=False) as opened:
        yield opened


def picture(event: Event, address: str, **fields: Any) -> EventImage:
    return EventImage.objects.create(event=event, source_url=address, next_attempt_at=EVENING, **fields)


def reported(event: Event) -> list[list[str]]:
    changes = Change.objects.filter(object_id=event.id, type="event.changed").order_by("id")
    return [change.data["changed"] for change in changes]


def test_a_poster_is_stored_shown_and_told(
    httpserver: HTTPServer, http: HttpClient, media: Path, client: Client
) -> None:
    httpserver.expect_request("/poster.jpg").respond_with_data(POSTER, content_type="image/jpeg")
    event = make_event()
    make_listing(event=event, source="Town calendar")
    row = picture(event, httpserver.url_for("/poster.jpg"))
    assert fetch_pictures(now=EVENING, http=http).stored == 1
    row.refresh_from_db()
    assert (row.state, row.width, row.height, row.credit, row.alt) == (
        "stored",
        900,
        600,
        "Town calendar",
        "Picture for Moonlit Jazz",
    )
    assert row.is_primary
    assert reported(event) == [["images"]]
    event.refresh_from_db()
    assert event.version == 2
    page = client.get(event.get_absolute_url()).content.decode()
    assert f'src="{row.url}"' in page
    assert 'type="image/avif"' in page
    assert "Picture: Town calendar" in page
    assert httpserver.url_for("/") not in page
    file = client.get(row.url)
    assert (file.status_code, file["Content-Type"]) == (200, "image/webp")
    assert "immutable" in file["Cache-Control"]
    assert public_event(event)["images"][0]["url"].startswith("http")


def test_the_same_address_is_fetched_once_and_the_same_bytes_stored_once(
    httpserver: HTTPServer, http: HttpClient, media: Path
) -> None:
    for path in ("/a.jpg", "/b.jpg"):
        httpserver.expect_request(path).respond_with_data(POSTER, content_type="image/jpeg")
    first, second, third = make_event(title="One"), make_event(title="Two"), make_event(title="Three")
    for event, path in ((first, "/a.jpg"), (second, "/a.jpg"), (third, "/b.jpg")):
        picture(event, httpserver.url_for(path))
    assert fetch_pictures(now=EVENING, http=http).stored == 3
    assert len(httpserver.log) == 2
    assert len({row.content_hash for row in EventImage.objects.all()}) == 1
    assert len(list(media.rglob("*.webp"))) == 3  # its three widths


def test_the_largest_becomes_the_primary_one(httpserver: HTTPServer, http: HttpClient) -> None:
    httpserver.expect_request("/small.jpg").respond_with_data(encoded(drawn(400, 300)))
    httpserver.expect_request("/large.jpg").respond_with_data(encoded(drawn(1200, 800)))
    event = make_event()
    small = picture(event, httpserver.url_for("/small.jpg"), is_primary=True)
    large = picture(event, httpserver.url_for("/large.jpg"), position=1)
    fetch_pictures(now=EVENING, http=http)
    assert set(EventImage.objects.filter(is_primary=True)) == {large}
    assert EventImage.objects.get(pk=small.pk).state == "stored"


def test_what_fails_is_tried_again_later_and_at_last_no_more(
    httpserver: HTTPServer, http: HttpClient
) -> None:
    httpserver.expect_request("/late.jpg").respond_with_data("", status=503)
    event = make_event(start=EVENING + timedelta(days=30))
    row = picture(event, httpserver.url_for("/late.jpg"))
    moment, waits = EVENING, []
    for _ in range(4):
        assert fetch_pictures(now=moment, http=http).again == 1
        row.refresh_from_db()
        waits.append(row.next_attempt_at - moment)
        moment = row.next_attempt_at
    assert waits == sorted(waits)
    assert waits[0] == timedelta(minutes=15)
    assert fetch_pictures(now=moment, http=http).refused == 1
    row.refresh_from_db()
    assert row.state == "refused"
    assert reported(event) == []


@pytest.mark.parametrize(
    ("status", "content", "reason"),
    [(404, b"", ""), (200, b"<html>login</html>", "not a picture"), (200, encoded(drawn(1, 1)), "too small")],
)
def test_what_is_no_picture_is_refused_at_once(
    httpserver: HTTPServer, http: HttpClient, status: int, content: bytes, reason: str, client: Client
) -> None:
    httpserver.expect_request("/x.jpg").respond_with_data(content, status=status)
    event = make_event()
    row = picture(event, httpserver.url_for("/x.jpg"))
    assert fetch_pictures(now=EVENING, http=http).refused == 1
    row.refresh_from_db()
    assert row.state == "refused"
    assert reason in row.reason
    assert public_event(event)["images"] == []


def test_an_address_inside_is_refused(http: HttpClient) -> None:
    row = picture(make_event(), "http://169.254.169.254/latest/meta-data")
    assert fetch_pictures(now=EVENING, http=http).refused == 1
    row.refresh_from_db()
    assert row.reason.startswith("address refused")


def test_what_is_over_or_not_shown_is_not_fetched(httpserver: HTTPServer, http: HttpClient) -> None:
    over = picture(make_event(title="Over", start=EVENING - timedelta(days=9)), httpserver.url_for("/1.jpg"))
    hidden = picture(make_event(title="Hidden", publication="rejected"), httpserver.url_for("/2.jpg"))
    assert fetch_pictures(now=EVENING, http=http).refused == 2
    assert not httpserver.log
    assert {EventImage.objects.get(pk=row.pk).reason for row in (over, hidden)} == {
        "its event is over",
        "its event is not shown",
    }


def test_terms_that_forbid_copies_are_obeyed_and_the_address_stays(
    httpserver: HTTPServer, http: HttpClient
) -> None:
    address = httpserver.url_for("/theirs.jpg")
    event = make_event()
    make_listing(event=event, source="Platform", facts={"images": [{"url": address}]})
    Origin.objects.update(keeps_pictures=False)
    picture(event, address)
    assert fetch_pictures(now=EVENING, http=http).refused == 1
    assert not httpserver.log
    assert public_event(event)["images"][0]["url"] == address


def test_a_claimed_picture_is_left_to_its_worker(httpserver: HTTPServer, http: HttpClient) -> None:
    row = picture(make_event(), httpserver.url_for("/poster.jpg"))
    EventImage.objects.filter(pk=row.pk).update(next_attempt_at=EVENING + timedelta(minutes=10), attempts=1)
    assert fetch_pictures(now=EVENING, http=http).stored == 0
    assert not httpserver.log


def test_without_time_left_nothing_is_counted_as_tried(httpserver: HTTPServer, http: HttpClient) -> None:
    row = picture(make_event(), httpserver.url_for("/poster.jpg"))
    fetch_pictures(now=EVENING, http=http, seconds=0)
    row.refresh_from_db()
    assert (row.state, row.attempts) == ("waiting", 0)


def test_files_that_nothing_refers_to_are_deleted(
    httpserver: HTTPServer, http: HttpClient, media: Path
) -> None:
    httpserver.expect_request("/a.jpg").respond_with_data(POSTER)
    httpserver.expect_request("/b.jpg").respond_with_data(encoded(drawn(seed=5)))
    gone, kept = make_event(title="Gone"), make_event(title="Kept")
    picture(gone, httpserver.url_for("/a.jpg"))
    row = picture(kept, httpserver.url_for("/b.jpg"))
    fetch_pictures(now=EVENING, http=http)
    EventImage.objects.filter(event=gone).delete()
    later = EVENING + timedelta(days=3000)
    before = set(media.rglob("*.*"))
    assert forget_pictures(now=EVENING - timedelta(days=3000)) == 0  # too young
    assert forget_pictures(now=later, dry=True) == 6
    assert set(media.rglob("*.*")) == before
    assert forget_pictures(now=later) == 6
    row.refresh_from_db()
    assert {path.name[:32] for path in media.rglob("*.webp")} == {row.content_hash[:32]}


@pytest.mark.parametrize(
    "name",
    [
        "../secret-key",
        "ab/../../secret-key",
        "ab/x.webp",
        f"ab/{'0' * 32}-320.webp",
        f"ab/{'0' * 32}-320.svg",
    ],
)
def test_no_other_file_is_served(client: Client, media: Path, name: str) -> None:
    (media.parent / "secret-key").write_text("secret")
    assert client.get(f"/media/pictures/{name}").status_code == 404
