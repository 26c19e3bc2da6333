"""The feed in a page with a real server: three transports, restarts, and the staff's view."""

import re
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.rights import PIPELINE
from events.models import Event
from moderation.enums import ReviewKind, Verdict
from moderation.models import Review
from moderation.services import Filing, decide, file_reviews
from outbox.announcing import announce as announce_now
from sources.models import FetchRun
from tests.browser.conftest import SOCKET, Server, elsewhere
from tests.browser.test_live import change
from tests.factories import make_event, make_source, make_staff

if TYPE_CHECKING:
    from playwright.sync_api import Page, WebSocketRoute

pytestmark = pytest.mark.browser
LIVE = "#livestate[data-state=live]"


def cancel_and_see(page: "Page", event: Event) -> None:
    elsewhere(lambda: change(event, happening="cancelled"))
    page.locator(f'.card[data-event="{event.id}"] .band--cancelled').wait_for(timeout=30_000)


@pytest.fixture
def asked(page: "Page") -> list[str]:
    """The addresses that the page has requested."""
    urls: list[str] = []
    page.on("request", lambda request: urls.append(request.url))
    return urls


def open_city(page: "Page", served: Server) -> None:
    page.goto(f"{served.url}/bengaluru/")
    page.wait_for_selector(LIVE, timeout=30_000)


def test_the_socket_is_the_first_way(
    page: "Page", served: Server, night: list[Event], asked: list[str]
) -> None:
    open_city(page, served)
    cancel_and_see(page, night[0])
    assert [url for url in asked if "/api/v1/" in url] == []


def test_without_sockets_it_is_the_stream(
    page: "Page", served: Server, night: list[Event], asked: list[str]
) -> None:
    page.route_web_socket(SOCKET, lambda socket: socket.close())
    open_city(page, served)
    cancel_and_see(page, night[0])
    assert [url for url in asked if "/api/v1/live" in url]
    assert [url for url in asked if "/api/v1/changes" in url] == []


def test_without_streams_either_it_is_polling(
    page: "Page", served: Server, night: list[Event], asked: list[str]
) -> None:
    page.route_web_socket(SOCKET, lambda socket: socket.close())
    page.route("**/api/v1/live?*", lambda route: route.abort())
    open_city(page, served)
    cancel_and_see(page, night[0])
    assert [url for url in asked if re.search("/api/v1/changes.*wait=25", url)]


def test_a_socket_is_tried_again_beside_the_stream(page: "Page", served: Server, night: list[Event]) -> None:
    blocked = [True]
    tries: list[str] = []

    def http(socket: Any) -> None:
        tries.append(socket.url)
        socket.close() if blocked[0] else socket.connect_to_server()

    page.route_web_socket(SOCKET, http)
    page.clock.install()
    open_city(page, served)
    blocked[0] = False
    page.clock.run_for(31_000)
    for _ in range(1500):
        if len(tries) > 1:
            break
        page.wait_for_timeout(20)
    assert len(tries) == 2
    cancel_and_see(page, night[0])


def test_a_server_that_dies_and_comes_back_costs_nothing(
    page: "Page", served: Server, night: list[Event]
) -> None:
    open_city(page, served)
    served.kill()
    page.wait_for_selector("#livestate[data-state=offline]")
    elsewhere(lambda: change(night[0], happening="cancelled"))
    elsewhere(lambda: change(night[4], publication="removed"))
    new = elsewhere(lambda: make_event(title="Announced in the dark", start=night[17].start_at))
    served.start()
    page.wait_for_selector(LIVE, timeout=90_000)
    page.locator(f'.card[data-event="{night[0].id}"] .band--cancelled').wait_for()
    page.locator(f'.card[data-event="{night[4].id}"] .band--removed').wait_for()
    page.locator(f'.card[data-event="{new.id}"], #arrivals button').first.wait_for(state="attached")


def test_a_poll_that_cannot_be_resumed_reads_the_page_anew(
    page: "Page", served: Server, night: list[Event]
) -> None:
    page.route_web_socket(SOCKET, lambda socket: socket.close())
    page.route("**/api/v1/live?*", lambda route: route.abort())
    reported: list[bool] = []

    def forget(route: Any) -> None:
        if reported:
            return route.continue_()
        reported.append(True)
        epoch = re.search(r"after=(\w+)-", route.request.url).group(1)  # type: ignore[union-attr]
        elsewhere(lambda: change(night[0], happening="cancelled"))
        return route.fulfill(
            json={"epoch": epoch, "offset": 10**6, "recovered": False, "has_more": False, "results": []}
        )

    page.route("**/api/v1/changes?*", forget)
    open_city(page, served)
    page.locator(f'.card[data-event="{night[0].id}"] .band--cancelled').wait_for()


@pytest.fixture
def desk(page: "Page", served: Server) -> "Page":
    """A page of a member of staff with all rights."""
    client = Client()
    elsewhere(lambda: client.force_login(make_staff()))
    name = settings.SESSION_COOKIE_NAME
    page.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": served.url}])
    return page


def wait_for_review(event: Event) -> Review:
    file_reviews([Filing(kind=ReviewKind.EVENT, object_id=event.id, title=event.title, evidence={})])
    return Review.objects.get(object_id=event.id)


def test_the_desk_hears_how_many_reviews_wait(desk: "Page", served: Server) -> None:
    """Neither filing nor rejecting what waits is a change of the feed, whose offset stays as it was."""
    events = elsewhere(
        lambda: [make_event(title=title, publication="pending") for title in ("One", "Two", "Three")]
    )
    first, sockets = elsewhere(lambda: wait_for_review(events[0])), list["WebSocketRoute"]()

    def through(socket: "WebSocketRoute") -> None:
        socket.connect_to_server()
        sockets.append(socket)

    def count(number: int) -> None:
        for place in ("#queue-count", "#queue-left"):
            desk.locator(place, has_text=re.compile(f"^{number}$")).wait_for(state="attached")

    desk.route_web_socket(SOCKET, through)
    desk.goto(served.url + reverse("admin:moderation_review_change", args=[first.pk]))
    desk.wait_for_selector(LIVE, timeout=30_000)
    second = elsewhere(lambda: wait_for_review(events[1]))
    count(2)
    elsewhere(lambda: decide(second.pk, Verdict.REJECT, by=PIPELINE, reason="spam"))
    count(1)
    sockets[-1].close()  # what comes meanwhile is not sent again
    elsewhere(lambda: wait_for_review(events[2]))
    count(2)


def test_the_console_of_a_run_follows_it_to_its_end(desk: "Page", served: Server) -> None:
    run = FetchRun.objects.create(
        source=make_source(slug="cal"), state="running", progress={"phase": "fetching", "pages": 3}
    )
    desk.goto(served.url + reverse("admin:sources_source_change", args=[run.source_id]))
    desk.wait_for_selector(LIVE, timeout=30_000)

    def go_on(state: str, **progress: Any) -> None:
        FetchRun.objects.filter(pk=run.pk).update(
            state=state, progress=progress, finished_at=None if state == "running" else timezone.now()
        )
        announce_now(f"run:{run.pk}", "run.progress", {"id": str(run.pk), "state": state, **progress})

    elsewhere(lambda: go_on("running", phase="processing", pages=17, dropped={"past": 4}))
    desk.locator("#run dd", has_text=re.compile("^17$")).wait_for()
    desk.locator("#run dd", has_text=re.compile("^4 past$")).wait_for()
    elsewhere(lambda: go_on("success", pages=18))
    desk.get_by_text("The run is over: success.").wait_for()
    assert desk.get_by_role("button", name="Cancel the run").count() == 0
