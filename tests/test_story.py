"""One story through the whole product.

A feed on a real server, a real worker, a moderator's browser, an open page, a subscriber's inbox.
"""

import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy

import pytest
from aiosmtpd.controller import Controller
from django.core.cache import cache
from django.utils import timezone

from digests import services as digests
from digests.models import Delivery, Subscription
from digests.tokens import token_of
from events.models import Event
from sources import tasks
from sources.models import FetchRun
from sources.runs.claim import open_run
from sources.triggers.due import due_sources
from tests.factories import make_area, make_categories, make_city, make_source, make_staff
from tests.ports import free_port

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.story, pytest.mark.browser]
PATIENCE = 60
TITLE = "Moonlit Strings by the Tank"


class Inbox:
    """The mails that the SMTP server received."""

    def __init__(self) -> None:
        self.mails = []

    async def handle_DATA(self, _server, _session, envelope):
        self.mails.append(message_from_bytes(envelope.content, policy=policy.default))
        return "250 kept"


@pytest.fixture
def inbox() -> Iterator[tuple[Inbox, int]]:
    handler, port = Inbox(), free_port()
    controller = Controller(handler, hostname="127.0.0.1", port=port)
    controller.start()
    yield handler, port
    controller.stop()


@contextmanager
def running(*command: str, environment: dict[str, str]) -> Iterator[subprocess.Popen]:
    """A process of the installation, ended like the supervisor ends it."""
    process = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-m", *command], env=environment, start_new_session=True
    )
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def until(question, what: str):
    """Repeat until the result is true, within the test's patience."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        answer = question()
        if answer:
            return answer
        time.sleep(0.1)
    return pytest.fail(f"{what}: not within {PATIENCE} s")


def listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def calendar(start: datetime) -> str:
    return "\r\n".join([
        "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//story//EN", "BEGIN:VEVENT", "UID:strings-1@story",
        f"DTSTART:{start:%Y%m%dT%H%M%SZ}", f"DTEND:{start + timedelta(hours=2):%Y%m%dT%H%M%SZ}", f"SUMMARY:{TITLE}",
        "DESCRIPTION:A quartet on the steps\\, cushions are lent. An hour and a half with one short break.",
        "LOCATION:Lakeside Steps\\, Ulsoor Lake Road\\, Bengaluru", "GEO:12.9833;77.6198", "CATEGORIES:Music",
        "URL:https://strings.example/moonlit", "END:VEVENT", "END:VCALENDAR", "",
    ])  # fmt: skip


def test_a_feed_becomes_a_mail(httpserver, inbox, page, child_environment, settings):
    handler, smtp_port = inbox
    web_port = free_port()
    start = datetime.now(UTC).replace(microsecond=0, second=0) + timedelta(hours=20)
    httpserver.expect_request("/robots.txt").respond_with_data("", status=404)
    httpserver.expect_request("/feed.ics").respond_with_data(calendar(start), content_type="text/calendar")
    cache.clear()
    make_city()
    make_area()
    make_categories()
    make_staff(email="mod@example.org", password="a long enough password")
    source = make_source(
        slug="lakeside", trust="normal", config={"url": httpserver.url_for("/feed.ics")}, is_active=True
    )
    site = f"http://127.0.0.1:{web_port}"
    environment = {
        **child_environment, "EGRESS_ALLOW_LOOPBACK": "1", "EGRESS_ALLOWED_PORTS": str(httpserver.port), "SITE_URL": site, "PORT": str(web_port),
        "EMAIL_HOST": "127.0.0.1", "EMAIL_PORT": str(smtp_port), "EMAIL_USE_TLS": "false", "LOG_LEVEL": "WARNING",
    }  # fmt: skip
    settings.SITE_URL = site
    worker = (
        "celery",
        "-q",
        "-A",
        "config",
        "worker",
        "-Q",
        "fetch,scrape,process,enrich,notify",
        "-P",
        "threads",
        "-c",
        "2",
        "--without-gossip",
        "--without-mingle",
    )
    web = ("daphne", "-v", "0", "-b", "127.0.0.1", "-p", str(web_port), "config.asgi:application")
    with running(*worker, environment=environment), running(*web, environment=environment):
        # 1. The worker fetches the feed, refines it, and files it for a person: the source is not trusted.
        run = open_run(source, requested_by="story", now=timezone.now())
        tasks.fetch_run.delay(str(run.id))
        until(
            lambda: FetchRun.objects.filter(source=source).exclude(state="running").exists(), "the run ends"
        )
        run = FetchRun.objects.get(source=source)
        assert (run.state, run.events_found, run.events_processed, run.new) == ("success", 1, 1, 1), (
            run.error_detail
        )
        event = Event.objects.get()
        assert event.publication == "pending"

        # 2. A visitor has the city's page open.
        until(lambda: listens(web_port), "the site answers")
        page.goto(f"{site}/bengaluru/")
        assert page.get_by_text(TITLE).count() == 0
        page.wait_for_selector("#livestate[data-state=live]", state="attached", timeout=20_000)

        # 3. A moderator approves it at the desk.
        desk = page.context.browser.new_context().new_page()
        desk.goto(f"{site}/admin/login/?next=/admin/moderation/review/")
        desk.fill("input[name=username]", "mod@example.org")
        desk.fill("input[name=password]", "a long enough password")
        desk.press("input[name=password]", "Enter")
        desk.get_by_role("link", name=TITLE).first.click()
        desk.get_by_role("button", name="Approve").click()
        until(lambda: Event.objects.get().publication == "approved", "the verdict is carried out")

        # 4. The open page shows it without being loaded again.
        page.wait_for_function(
            "title => document.body.innerText.includes(title) || /new event/.test(document.body.innerText)",
            arg=TITLE,
            timeout=20_000,
        )

        # 5. A confirmed subscriber's weekly mail has it.
        digests.subscribe("reader@example.org", source.city)
        until(lambda: len(handler.mails) == 1, "the confirmation arrives")
        subscription = Subscription.objects.get()
        digests.confirm(token_of(subscription))
        digests.record_for([subscription], now=datetime.now(UTC), period="story")
        until(lambda: len(handler.mails) == 2, "the digest arrives")
    digest = handler.mails[1].get_body(("plain",)).get_content()
    assert TITLE in digest
    assert f"{site}{event.get_absolute_url()}" in digest
    assert set(Delivery.objects.values_list("state", flat=True)) == {"sent"}
    assert due_sources(now=datetime.now(UTC)) == []
