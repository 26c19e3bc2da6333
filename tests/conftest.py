"""Services and browsers for the tests."""

import os
from collections.abc import Iterator
from contextlib import ExitStack, nullcontext
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import hypothesis
import pytest
import time_machine

from config.embedded import EmbeddedError
from tests import chrome, environment, scheduling

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Playwright
    from pytest_django import Settings
    from pytest_django.plugin import DjangoDbBlocker
    from xdist.remote import Producer

# The same examples every time, so that a gate never fails by chance; HYPOTHESIS_PROFILE=explore looks for new
# ones.
hypothesis.settings.register_profile(
    "fixed", derandomize=True, deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.register_profile("explore", derandomize=False)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "fixed"))

_services = pytest.StashKey[object]()


def pytest_configure(config: pytest.Config) -> None:
    """Start the services, or join those of another run."""
    environment.prepare()
    if config.option.collectonly or config.option.help:
        return
    services = environment.services()
    try:
        services.acquire()
    except EmbeddedError as error:
        pytest.exit(str(error), returncode=pytest.ExitCode.USAGE_ERROR)
    config.stash[_services] = services


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the services with the last run that uses them.

    NOCTURNE_KEEP_SERVICES=1 keeps them for the next one.
    """
    services = config.stash.get(_services, None)
    if services is not None:
        services.release(keep=os.environ.get("NOCTURNE_KEEP_SERVICES") == "1")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: "Producer") -> scheduling.ByUnit:
    """Hand out whole files and groups, whatever `--dist` is."""
    return scheduling.ByUnit(config, log)


def pytest_itemcollected(item: pytest.Item) -> None:
    """Mark slow tests that `make test-fast` leaves out, without a line in each module."""
    for name in scheduling.marks(item):
        item.add_marker(name)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Order the tests."""
    items[:] = scheduling.in_order(items)


@pytest.fixture(scope="session")
def _turn_at_the_template(
    django_db_blocker: "DjangoDbBlocker", django_db_modify_db_settings_parallel_suffix: None
) -> Iterator[ExitStack]:
    from tests import template

    with ExitStack() as stack, django_db_blocker.unblock():
        stack.enter_context(template.turn(Path(os.environ[environment.MARK])))
        template.use()
        yield stack


@pytest.fixture(scope="session")
def django_db_modify_db_settings(_turn_at_the_template: ExitStack) -> None:
    """Before the process's database is created: use the template if it exists."""


@pytest.fixture(scope="session")
def django_db_setup(
    django_db_setup: None, _turn_at_the_template: ExitStack, django_db_blocker: "DjangoDbBlocker"
) -> None:
    """After the database was created: store it as the template if there was none."""
    from tests import template

    with django_db_blocker.unblock():
        template.keep()
    _turn_at_the_template.close()


@pytest.fixture(scope="session", autouse=True)
def _emptied_quickly() -> Iterator[None]:
    from django.test import TransactionTestCase

    from tests import emptying

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", emptying.after_test)
        yield


@pytest.fixture(scope="session", autouse=True)
def _no_spot_checks() -> Iterator[None]:
    """Which events are looked at afterwards is drawn from their random ids; tests of it set a share."""
    from moderation.services.rule_settings import NUMBERS

    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(NUMBERS, "spot_share", replace(NUMBERS["spot_share"], default=0.0))
        yield


@pytest.fixture(autouse=True)
def _switches() -> None:
    """Flags are those of the test, which began alone or beside others: Valkey keeps them for ten seconds."""
    from flags.services import forget

    forget()


@pytest.fixture(scope="session", autouse=True)
def _switches_while_counting() -> Iterator[None]:
    """Who counts queries counts none of the flags because of the time that passed: they are read, and kept anew, before."""
    from django.core.cache import cache
    from django.test.utils import CaptureQueriesContext

    from flags import services

    entered = CaptureQueriesContext.__enter__

    def enter(self: CaptureQueriesContext) -> CaptureQueriesContext:
        services._READ.until = 0.0
        cache.set(services.KEPT, services._switches(), services.KEPT_SECONDS)
        return entered(self)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(CaptureQueriesContext, "__enter__", enter)
        yield


@pytest.fixture
def page_cache(settings: "Settings") -> Iterator[None]:
    """Pages are kept, as in an installation, and nothing of another test."""
    from outbox.renderings.changed import void_all
    from outbox.renderings.kept import RENDERINGS

    void_all()
    RENDERINGS.clear()
    settings.PAGE_CACHE = True
    yield
    RENDERINGS.clear()
    void_all()


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """A Chromium on PATH, else Playwright's own. Without one the tests fail; they are not skipped."""
    found = chrome.find_chromium()
    if found is None:
        pytest.fail(chrome.MISSING, pytrace=False)
    return found


@pytest.fixture(scope="session")
def _chromium_address(chromium_path: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """One browser for all tests of this process."""
    with chrome.served(chromium_path, tmp_path_factory.mktemp("chromium")) as address:
        yield address


@pytest.fixture(scope="module")
def playwright() -> "Iterator[Playwright]":
    """Playwright's sync API keeps an event loop in this thread; hence one per module and not per session."""
    from playwright.sync_api import sync_playwright

    with pytest.MonkeyPatch.context() as patch, sync_playwright() as started:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        yield started


@pytest.fixture
def chromium(playwright: "Playwright", _chromium_address: str) -> "Iterator[Browser]":
    """A connection to the real browser; its contexts end with it."""
    connected = playwright.chromium.connect(_chromium_address)
    yield connected
    connected.close()


@pytest.fixture
def page(chromium: "Browser") -> "Iterator[Page]":
    """A page of 1440 × 900 in a fresh context; waits are limited to 15 s. No service worker stands between it and the test's routes."""
    context = chromium.new_context(
        viewport={"width": 1440, "height": 900}, locale="en-GB", service_workers="block"
    )
    context.set_default_timeout(15_000)
    yield context.new_page()
    context.close()


#: Tests with these fixtures work beside other processes, whose clock nobody holds.
SHARED_CLOCK = frozenset({"child_environment", "chromium_path", "live_server", "machine"})


@pytest.fixture(autouse=True)
def _clock(request: pytest.FixtureRequest) -> Iterator[None]:
    """Set the clock of this process to the time of the tests, from which it goes on.

    Without it a test with a date would fail once that date has passed. Tests beside other processes, and those
    with the marker `real_clock`, keep the real clock and count their dates from it.
    """
    from tests.factories import NOW

    real = request.node.get_closest_marker("real_clock") or SHARED_CLOCK.intersection(request.fixturenames)
    with nullcontext() if real else time_machine.travel(NOW, tick=True):
        yield


def environment_of_children() -> dict[str, str]:
    """The environment for a child process (worker, web, command) that shall work on this process's test
    database, made before, and broker."""
    from django.db import connection

    from config.embedded import database_url

    settings = connection.settings_dict
    if str(settings["OPTIONS"].get("host") or settings["HOST"]).startswith("/"):
        url = database_url(Path(os.environ[environment.MARK]), settings["NAME"])
    else:
        url = f"postgresql://{settings['USER']}:{settings['PASSWORD']}@{settings['HOST']}:{settings['PORT']}/{settings['NAME']}"
    return {**os.environ, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "config.settings"}


@pytest.fixture
def child_environment(db: None) -> dict[str, str]:
    """The environment for a child process (worker, web, command) with this run's test database and broker."""
    return environment_of_children()
