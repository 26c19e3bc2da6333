"""What decides whether a feature is on, and for whom."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from flags.connectors import known_kinds
from flags.models import FEATURES, Flag, FlagSwitch
from flags.services import first_off, forget, is_kind_on, is_on, kinds_off
from tests.factories import make_staff

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No switch is remembered, and the environment says nothing."""
    for name in ("DIGESTS", "RECOMMENDATIONS", "CONNECTOR_ICAL", "PAYMENTS"):
        monkeypatch.delenv(f"FLAG_{name}", raising=False)
    forget()
    yield
    forget()


@pytest.mark.parametrize(
    ("variable", "switch", "on"),
    [
        (None, None, True),
        (None, False, False),
        ("off", True, False),
        ("on", False, True),
        ("", False, False),  # an empty variable says nothing
        ("", None, True),
        ("perhaps", False, False),  # nor does one that cannot be read
        ("0%", True, False),
        ("25%", False, True),  # of tasks and pages for everybody there is no part
    ],
)
def test_the_environment_outranks_the_switch_and_the_switch_the_default(
    monkeypatch: pytest.MonkeyPatch, variable: str | None, switch: bool | None, on: bool
) -> None:
    if variable is not None:
        monkeypatch.setenv("FLAG_DIGESTS", variable)
    if switch is not None:
        FlagSwitch.objects.create(name=Flag.DIGESTS, is_on=switch)
    assert is_on(Flag.DIGESTS) is on


def test_a_percentage_is_stable_and_only_grows() -> None:
    had: set[int] = set()
    for percent in (0, 10, 50, 100):
        FlagSwitch.objects.update_or_create(
            name=Flag.RECOMMENDATIONS, defaults={"is_on": True, "percent": percent}
        )
        forget()
        has = {number for number in range(2_000) if is_on(Flag.RECOMMENDATIONS, key=number)}
        assert had <= has
        assert abs(len(has) / 20 - percent) < 3
        assert is_on(Flag.RECOMMENDATIONS) is (percent > 0)
        had = has


def test_each_flag_takes_another_part_of_the_people(monkeypatch: pytest.MonkeyPatch) -> None:
    for flag in (Flag.RECOMMENDATIONS, Flag.ANALYTICS):
        monkeypatch.setenv(f"FLAG_{flag.name}", "50%")
    same = sum(is_on(Flag.RECOMMENDATIONS, key=n) == is_on(Flag.ANALYTICS, key=n) for n in range(1_000))
    assert 400 < same < 600


def test_what_is_not_built_stays_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FLAG_PAYMENTS", "on")
    FlagSwitch.objects.create(name=Flag.PAYMENTS, is_on=True)
    assert is_on(Flag.PAYMENTS, key="x") is False


def test_every_flag_says_what_it_switches() -> None:
    assert FEATURES.keys() == set(Flag)
    assert all(feature.about for feature in FEATURES.values())


def test_a_kind_of_connector_is_off_by_switch_or_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "ical" in known_kinds()
    assert (is_kind_on("ical"), kinds_off()) == (True, [])
    FlagSwitch.objects.create(name="connector_ical", is_on=False)
    forget()
    assert (is_kind_on("ical"), is_kind_on("rss"), kinds_off()) == (False, True, ["ical"])
    monkeypatch.setenv("FLAG_CONNECTOR_ICAL", "on")
    assert kinds_off() == []


def test_the_admin_offers_what_there_is_and_takes_a_percentage() -> None:
    client = Client()
    client.force_login(make_staff())
    form = client.get("/admin/flags/flagswitch/add/").content.decode()
    assert "connector_ical" in form
    assert "search_by_meaning" in form
    assert ">payments" not in form
    said = {"name": "connector_ical", "is_on": "", "percent": "100"}
    assert client.post("/admin/flags/flagswitch/add/", said).status_code == 302
    assert is_kind_on("ical") is False
    assert client.post("/admin/flags/flagswitch/add/", {**said, "name": "payments"}).status_code == 200
    assert (
        client.post("/admin/flags/flagswitch/add/", {**said, "name": "digests", "percent": "101"}).status_code
        == 200
    )
    assert "connector_ical" in client.get("/admin/flags/flagswitch/").content.decode()
    change = client.post("/admin/flags/flagswitch/connector_ical/change/", {"is_on": "on", "percent": "0"})
    assert (change.status_code, FlagSwitch.objects.get().percent) == (302, 0)
    assert is_kind_on("ical") is False


def test_the_first_flag_that_is_off_is_told_and_the_switches_are_read_once(
    django_assert_num_queries: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FLAG_NOTIFICATIONS", "on")
    assert first_off(Flag.MAIL, Flag.DIGESTS) is None
    FlagSwitch.objects.create(name="digests", is_on=False)
    with django_assert_num_queries(1):
        forget()
        assert first_off(Flag.MAIL, Flag.NOTIFICATIONS, Flag.DIGESTS) is Flag.DIGESTS
    FlagSwitch.objects.create(name="mail", is_on=True, percent=0)
    forget()
    assert first_off(Flag.MAIL, Flag.DIGESTS) is Flag.MAIL


@pytest.mark.parametrize(
    ("variable", "kind"),
    [
        ("ENABLE_FACEBOOK_EVENTS", "facebook"),
        ("ENABLE_WEB_SCRAPING", "scraper"),
        ("ENABLE_GOOGLE_PLACES_EVENTS", "google_places"),
    ],
)
def test_kinds_of_connectors_have_a_second_name(variable, kind, monkeypatch):
    assert is_kind_on(kind)
    monkeypatch.setenv(variable, "false")
    assert not is_kind_on(kind)
    assert is_kind_on("ical")
    monkeypatch.setenv(f"FLAG_CONNECTOR_{kind.upper()}", "on")
    assert is_kind_on(kind)
